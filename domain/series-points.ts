/** How the value of a field is written; a field keeps its type for ever. */
export type FieldType = 'float' | 'integer' | 'string';

/** One kind of series: its tags (all of them on every point, in this order) and its fields. */
export interface Measurement {
  name: string;
  tags: readonly string[];
  fields: readonly { name: string; type: FieldType }[];
}

/** The tags of a point whose value is not known: an empty value would be a missing tag. No id looks like it. */
export const NO_TAG = '-';

const floats = (...names: string[]) => names.map((name) => ({ name, type: 'float' as const }));
const integers = (...names: string[]) => names.map((name) => ({ name, type: 'integer' as const }));

/**
 * Everything that is exported as series (`docs/influxdb.md`). No member, no badge, no token.
 *
 * Tags, fields and types are fixed: stores of series refuse a field that changes its type. Fields may be added.
 */
export const MEASUREMENTS = {
  /** One point per reading, at its instant. `wh` is the meter's own counter. */
  power: {
    name: 'power',
    tags: ['channel', 'connector', 'lab', 'machine'],
    fields: floats('w', 'wh'),
  },
  /** The state from this instant on: at each change, and at every full hour. With the power thresholds that it follows from. */
  activity: {
    name: 'activity',
    tags: ['kind', 'lab', 'machine'],
    fields: [{ name: 'state', type: 'string' }, ...integers('code'), ...floats('standby_w', 'running_w', 'stop_w')],
  },
  /** One point per closed session, at its start. `sessions` is 1; 0 and zeros: the session was taken back. */
  session: {
    name: 'session',
    tags: ['audience', 'end_cause', 'kind', 'lab', 'machine'],
    fields: [...floats('seconds', 'running_s', 'energy_wh'), ...integers('sessions', 'doubtful')],
  },
  /** One point per settled clock hour of the lab, at its beginning. */
  usage_hour: {
    name: 'usage_hour',
    tags: ['kind', 'lab', 'machine'],
    fields: [
      ...floats('off_s', 'standby_s', 'running_s', 'unknown_s', 'bridged_s', 'badged_s', 'attributed_s'),
      ...floats('open_s', 'outside_s', 'running_open_s', 'unknown_open_s', 'held_open_s'),
      ...floats('public_s', 'held_public_s'),
      ...floats('fault_s', 'maintenance_s', 'fault_open_s', 'maintenance_open_s', 'unknown_maintenance_open_s'),
      ...floats('energy_wh', 'recovered_wh'),
      ...integers('sessions', 'doubtful'),
    ],
  },
  /** How many people were there, at every fifth minute, in labs with a badge reader. */
  occupancy: {
    name: 'occupancy',
    tags: ['lab'],
    fields: integers('people'),
  },
  /** 1 when a connector came, 0 when it went. */
  connector: {
    name: 'connector',
    tags: ['connector', 'lab'],
    fields: integers('online'),
  },
} as const satisfies Record<string, Measurement>;

/** The series of a point: its measurement and the values of its tags, in the measurement's order. Made once, used often. */
export interface SeriesKey {
  measurement: Measurement;
  tags: readonly string[];
}

/** One point: values in the order of the measurement's fields, null where there is none (at least one is there). */
export interface SeriesPoint {
  key: SeriesKey;
  /** UTC ms. */
  at: number;
  values: readonly (number | string | null)[];
}

/** The number beside each state of `activity`. Unknown is below them all: it is neither idle nor zero. */
export const ACTIVITY_CODES = { unknown: -1, off: 0, standby: 1, running: 2 } as const;

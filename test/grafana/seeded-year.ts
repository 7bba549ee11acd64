/** A year of a small network, made up without chance, and as lines for InfluxDB by the schema of the export. */
import { ACTIVITY_CODES, MEASUREMENTS } from '../../domain/series-points.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The seeded machines with what is special about each. `old` was taken back: its points hold zeros. */
export const MACHINES = [
  { machine: 'laser-1', lab: 'pasteur', kind: 'laser-cutter', now: 'running', hasHours: true, watts: 300 },
  { machine: 'laser-2', lab: 'pasteur', kind: 'laser-cutter', now: 'standby', hasHours: true, watts: 40 },
  { machine: 'printer-1', lab: 'pasteur', kind: 'printer-3d', now: 'unknown', hasHours: true, watts: null },
  { machine: 'laser-3', lab: 'ker', kind: 'laser-cutter', now: 'off', hasHours: true, watts: 2 },
  { machine: 'press-1', lab: 'nomad', kind: 'heat-press', now: 'running', hasHours: false, watts: 900 },
  { machine: 'old', lab: 'pasteur', kind: 'laser-cutter', now: null, hasHours: true, watts: null },
] as const;
/** One seeded machine. */
export type SeededMachine = (typeof MACHINES)[number];
/** A state of a machine. */
export type State = keyof typeof ACTIVITY_CODES;

/** The first instant of the year in Paris, and an afternoon of December that the tests call now. */
export const YEAR = Date.parse('2026-01-01T00:00:00+01:00');
export const NOW = Date.parse('2026-12-16T17:30:00Z');
/** The last instant that "this year" asks for. */
export const YEAR_END = Date.parse('2027-01-01T00:00:00+01:00') - 1;
/** When the machines' readings and states begin: two days suffice. */
export const CURVES_FROM = NOW - 48 * HOUR;

/** Values of the fields of one point; null: none. */
export type Fields = Record<string, number | string | null>;
/** One seeded point. */
export interface Point {
  measurement: keyof typeof MEASUREMENTS;
  tags: Record<string, string>;
  at: number;
  fields: Fields;
}

/** A number of 0 to 1 that depends on nothing but its arguments. */
function noise(...parts: number[]): number {
  let hash = 2_166_136_261;
  for (const part of parts) hash = Math.imul(hash ^ part, 16_777_619) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

/** Paris has its clocks forward from the last Sunday of March to that of October. */
function parisHour(at: number): { hour: number; weekday: number } {
  const isSummer = at >= Date.parse('2026-03-29T01:00:00Z') && at < Date.parse('2026-10-25T01:00:00Z');
  const wall = new Date(at + (isSummer ? 2 : 1) * HOUR);
  return { hour: wall.getUTCHours(), weekday: wall.getUTCDay() };
}

function tagsOf({ machine, lab, kind }: SeededMachine): Record<string, string> {
  return { kind, lab, machine };
}

const ZEROS = Object.fromEntries(MEASUREMENTS.usage_hour.fields.map(({ name }) => [name, 0]));

/** One hour of one machine: whole seconds that add up. */
function usageFields(machine: SeededMachine, number: number, at: number): Fields {
  if (machine.machine === 'old') return { ...ZEROS, public_s: 0, held_public_s: 0 };
  const { hour, weekday } = parisHour(at);
  const part = (salt: number) => noise(number, at / HOUR, salt);
  const open = machine.hasHours && weekday !== 0 && hour >= 9 && hour < 18 ? (hour === 17 ? 1800 : 3600) : 0;
  const isHeard = part(1) > 0.1;
  const unknown = isHeard ? (part(2) < 0.1 ? 600 : 0) : 3600;
  const known = 3600 - unknown;
  const busy = open > 0 ? part(3) : part(3) / 10;
  const running = Math.floor(known * busy);
  const standby = Math.floor((known - running) * 0.5);
  const fault = part(4) < 0.02 ? (part(4) < 0.01 ? 3600 : 900) : 0;
  const maintenance = fault === 0 && part(5) < 0.02 ? 1800 : 0;
  const badged = Math.min(3600, Math.floor(running * 0.8) + (part(6) < 0.3 ? 600 : 0));
  const share = open / 3600;
  const held = Math.max(running, badged) * share;
  const isPublic = weekday === 3 && open > 0;
  const openFields = {
    open_s: open,
    outside_s: running * (1 - share),
    running_open_s: running * share,
    unknown_open_s: unknown * share,
    held_open_s: held,
    fault_open_s: fault * share,
    maintenance_open_s: maintenance * share,
    unknown_maintenance_open_s: Math.max(0, unknown + maintenance - 3600) * share,
    public_s: isPublic ? open : 0,
    held_public_s: isPublic ? held : 0,
  };
  const isMetered = machine.kind !== 'heat-press' && isHeard;
  return {
    off_s: known - running - standby,
    standby_s: standby,
    running_s: running,
    unknown_s: unknown,
    bridged_s: 0,
    badged_s: badged,
    attributed_s: Math.floor(running * 0.8),
    fault_s: fault,
    maintenance_s: maintenance,
    ...(machine.hasHours ? openFields : {}),
    energy_wh: isMetered ? running / 12 : null,
    recovered_wh: isMetered ? (part(7) < 0.01 ? 50 : 0) : null,
    sessions: 0,
    doubtful: 0,
  };
}

/** Every hour of the year until now. */
function usagePoints(): Point[] {
  const points: Point[] = [];
  for (const [number, machine] of MACHINES.entries()) {
    for (let at = YEAR; at + HOUR <= NOW; at += HOUR)
      points.push({ measurement: 'usage_hour', tags: tagsOf(machine), at, fields: usageFields(machine, number, at) });
  }
  return points;
}

/** Two sessions a day; one of `old` was taken back. */
function sessionPoints(): Point[] {
  const points: Point[] = [];
  const audiences = ['public', 'student', 'staff'];
  for (const [number, machine] of MACHINES.entries()) {
    for (let day = 0; YEAR + day * 24 * HOUR < NOW - 24 * HOUR; day += 1) {
      const at = YEAR + (day * 24 + 10 + 4 * noise(number, day, 8)) * HOUR;
      const isOld = machine.machine === 'old';
      const seconds = isOld ? 0 : 600 + Math.floor(6000 * noise(number, day, 9));
      const audience = audiences[Math.floor(3 * noise(number, day, 10))] as string;
      const isDoubtful = noise(number, day, 11) < 0.05;
      points.push({
        measurement: 'session',
        tags: { audience, end_cause: isDoubtful ? 'max' : 'badge-out', ...tagsOf(machine) },
        at: Math.floor(at),
        fields: {
          seconds,
          running_s: Math.floor(seconds / 2),
          energy_wh: seconds / 10,
          sessions: isOld ? 0 : 1,
          doubtful: isOld || !isDoubtful ? 0 : 1,
        },
      });
    }
  }
  return points;
}

const STATES: State[] = ['off', 'standby', 'running', 'unknown'];

/** A state at each full hour and one in between; the last one is the machine's `now`. */
function activityPoints(): Point[] {
  const points: Point[] = [];
  for (const [number, machine] of MACHINES.entries()) {
    if (machine.now === null) continue;
    const thresholds = machine.kind === 'laser-cutter' ? { standby_w: 20, running_w: 120, stop_w: 96 } : {};
    const add = (at: number, state: State) =>
      points.push({
        measurement: 'activity',
        tags: tagsOf(machine),
        at,
        fields: { state, code: ACTIVITY_CODES[state], ...thresholds },
      });
    for (let at = Math.ceil(CURVES_FROM / HOUR) * HOUR; at < NOW - HOUR; at += HOUR) {
      add(at, STATES[Math.floor(4 * noise(number, at / HOUR, 12))] as State);
      add(at + 17 * MINUTE, STATES[Math.floor(4 * noise(number, at / HOUR, 13))] as State);
    }
    add(NOW - 30 * MINUTE, machine.now);
  }
  return points;
}

/** Readings each minute, with a hole of an hour; one channel belongs to no machine, one connector is silent since long. */
function powerPoints(): Point[] {
  const points: Point[] = [];
  const add = (connector: string, channel: string, lab: string, machine: string, at: number, w: number) =>
    points.push({ measurement: 'power', tags: { channel, connector, lab, machine }, at, fields: { w, wh: null } });
  for (let at = CURVES_FROM; at <= NOW; at += MINUTE) {
    const isHole = at > NOW - 4 * HOUR && at < NOW - 3 * HOUR;
    if (isHole) continue;
    for (const { machine, lab, watts } of MACHINES)
      if (watts !== null) add(`plug-${machine}`, '0', lab, machine, at, watts + ((at / MINUTE) % 7));
    add('plug-laser-1', '1', 'pasteur', 'laser-1', at, 20);
    add('plug-laser-1', '2', 'pasteur', '-', at, 5000);
  }
  add('plug-printer-1', '0', 'pasteur', 'printer-1', NOW - 5 * HOUR, 77);
  return points;
}

/** Comings and goings. */
function connectorPoints(): Point[] {
  const at = (connector: string, lab: string, hoursAgo: number, online: number): Point => ({
    measurement: 'connector',
    tags: { connector, lab },
    at: NOW - hoursAgo * HOUR,
    fields: { online },
  });
  return [
    at('plug-laser-1', 'pasteur', 300, 1),
    at('plug-laser-2', 'pasteur', 20, 0),
    at('plug-laser-2', 'pasteur', 19, 1),
    at('plug-printer-1', 'pasteur', 5, 0),
    at('plug-laser-3', 'ker', 400, 1),
    at('plug-press-1', 'nomad', 10, 1),
  ];
}

/** Everything that is seeded. */
export function seededPoints(): Point[] {
  return [...usagePoints(), ...sessionPoints(), ...activityPoints(), ...powerPoints(), ...connectorPoints()];
}

/** One point as a line: integers and texts as the schema has them, everything else a float. */
export function lineOfPoint({ measurement, tags, at, fields }: Point): string {
  const types = new Map<string, string>(MEASUREMENTS[measurement].fields.map(({ name, type }) => [name, type]));
  const tagged = Object.entries(tags).map(([name, value]) => `,${name}=${value}`);
  const valued = Object.entries(fields).flatMap(([name, value]) => {
    if (value === null) return [];
    const type = types.get(name) ?? 'float';
    return [`${name}=${type === 'string' ? `"${value}"` : type === 'integer' ? `${value}i` : value}`];
  });
  return `${measurement}${tagged.join('')} ${valued.join(',')} ${at}`;
}

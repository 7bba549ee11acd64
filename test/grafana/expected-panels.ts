/** What each panel must show of the seeded year, added up from the seed without InfluxDB. */
import { ACTIVITY_CODES } from '../../domain/series-points.ts';
import { startOfPeriod } from '../../domain/time.ts';
import type { Chosen } from './panel-queries.ts';
import { fieldOf, grouped, perGroup } from './rows.ts';
import { CURVES_FROM, NOW, type Point, YEAR, YEAR_END } from './seeded-year.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ZONE = 'Europe/Paris';

/** What one query must answer: rows told apart by `by` (`time` among them), the column of the figure, the figures. */
export interface Expected {
  refId: string;
  by: readonly string[];
  figure: string;
  figures: Map<string, number>;
}

const ALL = { lab: '.*', kind: '.*', zone: ZONE };

/** What is chosen above each dashboard while it is compared. */
export const CHOSEN: Readonly<Record<string, Chosen>> = {
  floor: { from: NOW - 6 * 60 * MINUTE, to: NOW, interval: '2m', variables: ALL },
  machine: { from: CURVES_FROM, to: NOW, interval: '5m', variables: { ...ALL, machine: 'laser-1' } },
  network: { from: NOW - 100 * DAY, to: NOW, interval: '1h', variables: { ...ALL, lab: ['pasteur', 'ker', 'nomad'] } },
  funder: { from: YEAR, to: YEAR_END, interval: '6h', variables: { ...ALL, lab: ['pasteur', 'ker'] } },
  connectors: { from: NOW - DAY, to: NOW, interval: '30m', variables: ALL },
  purchasing: { from: NOW - 180 * DAY, to: NOW, interval: '1h', variables: { ...ALL, kind: 'laser-cutter' } },
};

type Figure = (group: Point[]) => number | null;

const sum = (group: readonly Point[], ...fields: string[]): number =>
  group.reduce((total, point) => total + fields.reduce((part, field) => part + fieldOf(point, field), 0), 0);
const has = (group: readonly Point[], field: string) => group.some(({ fields }) => typeof fields[field] === 'number');
const hours =
  (field: string): Figure =>
  (group) =>
    has(group, field) ? sum(group, field) / 3600 : null;
const share = (part: number, base: number) => (base > 0 ? part / base : null);
const required = (group: Point[]) => sum(group, 'open_s') - sum(group, 'maintenance_open_s');

/** Machines of which less than `least` was observed since `from`, by the sums of their hours. */
export function badlyObserved(points: readonly Point[], from: number, least: number): string[] {
  const hoursSince = points.filter(({ measurement, at }) => measurement === 'usage_hour' && at >= from);
  const shares = perGroup(hoursSince, named('machine'), coverage);
  return [...shares].flatMap(([machine, observed]) => (observed < least ? [machine] : []));
}

const coverage: Figure = (group) =>
  share(sum(group, 'off_s', 'standby_s', 'running_s'), sum(group, 'off_s', 'standby_s', 'running_s', 'unknown_s'));
const unseen = (group: Point[]) => sum(group, 'unknown_open_s') - sum(group, 'unknown_maintenance_open_s');
const utilisation: Figure = (group) => share(sum(group, 'running_open_s'), required(group) - unseen(group));
const utilisationLow: Figure = (group) => share(sum(group, 'running_open_s'), required(group));
const utilisationHigh: Figure = (group) => share(sum(group, 'running_open_s') + unseen(group), required(group));
const availability: Figure = (group) => share(required(group) - sum(group, 'fault_open_s'), required(group));
const kilowattHours: Figure = (group) => sum(group, 'energy_wh', 'recovered_wh') / 1000;

const bucketMs = (interval: string) => Number.parseInt(interval, 10) * (interval.endsWith('h') ? 60 : 1) * MINUTE;
const bucketOf = (at: number, interval: string) => Math.floor(at / bucketMs(interval)) * bucketMs(interval);
const dayOf = ({ at }: Point) => `${startOfPeriod(at, 'day', ZONE)}`;
const weekOf = ({ at }: Point) => `${startOfPeriod(at, 'week', ZONE)}`;
const named =
  (...tags: string[]) =>
  ({ tags: given }: Point) =>
    tags.map((tag) => given[tag]).join(' | ');
const meanOf = (group: readonly Point[], field: string) => sum(group, field) / group.length;
const lastOf = (group: readonly Point[]) => group.reduce((last, point) => (point.at >= last.at ? point : last));

/** The points of a measurement that a dashboard asks for. */
function chosenOf(points: readonly Point[], dashboard: string, measurement: Point['measurement']): Point[] {
  const { from, to, variables } = CHOSEN[dashboard] as Chosen;
  const isChosen = (tag: string, value: string | undefined) => {
    const choice = variables[tag];
    if (value === undefined || choice === undefined || choice === '.*') return true;
    return typeof choice === 'string' ? choice === value : choice.includes(value);
  };
  return points.filter(
    ({ measurement: of, at, tags }) =>
      of === measurement &&
      at >= from &&
      at <= to &&
      ['lab', 'kind', 'machine'].every((tag) => isChosen(tag, tags[tag])),
  );
}

type Panels = Record<string, Expected[]>;

function floorPanels(points: readonly Point[]): Panels {
  const { from, interval } = CHOSEN.floor as Chosen;
  const states = chosenOf(points, 'floor', 'activity');
  const readings = chosenOf(points, 'floor', 'power').filter(({ tags }) => tags.machine !== '-');
  const lastStates = [...grouped(states, named('machine')).values()].map(lastOf);
  const series = named('machine', 'connector', 'channel');
  const lastReadings = [
    ...grouped(
      readings.filter(({ at }) => at > NOW - 15 * MINUTE),
      series,
    ).values(),
  ].map(lastOf);
  const counts = (['running', 'standby', 'off', 'unknown'] as const).map((state, index) => ({
    refId: 'ABCD'.charAt(index),
    by: [],
    figure: 'count',
    figures: new Map([['', lastStates.filter(({ fields }) => fields.code === ACTIVITY_CODES[state]).length]]),
  }));
  const curve = perGroup(
    readings,
    ({ at }) => `${bucketOf(at, interval)}`,
    (group) => [...grouped(group, series).values()].reduce((total, one) => total + meanOf(one, 'w'), 0),
  );
  // A bucket that begins before the time chosen is none of the outer query's.
  for (const time of curve.keys()) if (Number(time) < from) curve.delete(time);
  return {
    counts,
    total: [{ refId: 'A', by: [], figure: 'sum', figures: new Map([['', sum(lastReadings, 'w')]]) }],
    states: [
      {
        refId: 'A',
        by: ['machine', 'time'],
        figure: 'code',
        figures: perGroup(
          states,
          (point) => `${point.tags.machine} | ${point.at}`,
          (group) => sum(group, 'code'),
        ),
      },
    ],
    power: [
      {
        refId: 'A',
        by: ['machine'],
        figure: 'sum',
        figures: perGroup(lastReadings, named('machine'), (group) => sum(group, 'w')),
      },
    ],
    curve: [{ refId: 'A', by: ['time'], figure: 'sum', figures: curve }],
  };
}

function machinePanels(points: readonly Point[]): Panels {
  const { interval, to } = CHOSEN.machine as Chosen;
  const usage = chosenOf(points, 'machine', 'usage_hour');
  const sessions = chosenOf(points, 'machine', 'session');
  const states = chosenOf(points, 'machine', 'activity');
  const whole = (figure: string, value: number | null): Expected[] => [
    { refId: 'A', by: [], figure, figures: new Map([['', value ?? Number.NaN]]) },
  ];
  const thresholds = ['running_w', 'stop_w', 'standby_w'].map((field, index) => {
    const figures = new Map<string, number>();
    const first = bucketOf(states[0]?.at ?? 0, interval);
    for (let at = first; at <= to; at += bucketMs(interval)) figures.set(`${at}`, states[0]?.fields[field] as number);
    return { refId: 'BCD'.charAt(index), by: ['time'], figure: 'last', figures };
  });
  const held = (figure: string, field: string, per: number): Expected => ({
    refId: 'A',
    by: ['time'],
    figure,
    figures: new Map(sessions.map((point) => [`${point.at}`, fieldOf(point, field) / per])),
  });
  const daily = (refId: string, field: string, per: number): Expected => ({
    refId,
    by: ['time'],
    figure: 'sum',
    figures: perGroup(usage, dayOf, (group) => (has(group, field) ? sum(group, field) / per : null)),
  });
  const curve = perGroup(
    chosenOf(points, 'machine', 'power'),
    ({ at, tags }) => `${tags.connector} | ${tags.channel} | ${bucketOf(at, interval)}`,
    (group) => meanOf(group, 'w'),
  );
  return {
    running: whole('sum', sum(usage, 'running_s') / 3600),
    sessions: whole('sum', sum(sessions, 'sessions')),
    energy: whole('sum_sum', kilowattHours(usage)),
    coverage: whole('coverage', coverage(usage)),
    power: [{ refId: 'A', by: ['connector', 'channel', 'time'], figure: 'mean', figures: curve }, ...thresholds],
    activity: [
      {
        refId: 'A',
        by: ['lab', 'time'],
        figure: 'code',
        figures: perGroup(
          states,
          (point) => `${point.tags.lab} | ${point.at}`,
          (group) => sum(group, 'code'),
        ),
      },
    ],
    held: [held('hours', 'seconds', 3600), held('running', 'running_s', 3600), held('energy', 'energy_wh', 1000)],
    days: ['running_s', 'standby_s', 'off_s', 'unknown_s'].map((field, index) =>
      daily('ABCD'.charAt(index), field, 3600),
    ),
    energyDays: [daily('A', 'energy_wh', 1000), daily('B', 'recovered_wh', 1000)],
  };
}

function networkPanels(points: readonly Point[]): Panels {
  const usage = chosenOf(points, 'network', 'usage_hour');
  const labWeek = (point: Point) => `${point.tags.lab} | ${weekOf(point)}`;
  const labs = (refId: string, figure: string, of: Figure): Expected => ({
    refId,
    by: ['lab'],
    figure,
    figures: perGroup(usage, named('lab'), of),
  });
  const weeks = (refId: string, figure: string, of: Figure): Expected => ({
    refId,
    by: ['time'],
    figure,
    figures: perGroup(usage, weekOf, of),
  });
  const weekly = (field: string): Expected[] => [
    { refId: 'A', by: ['lab', 'time'], figure: 'sum', figures: perGroup(usage, labWeek, hours(field)) },
  ];
  const busiest = (refId: string, field: string): Expected => ({
    refId,
    by: ['lab', 'time'],
    figure: 'hours',
    figures: perGroup(usage, labWeek, (week) => {
      if (!has(week, field)) return null;
      const byHour = [...grouped(week, ({ at }) => `${at}`).values()];
      return byHour.reduce((total, hour) => total + Math.max(...hour.map((one) => fieldOf(one, field))), 0) / 3600;
    }),
  });
  return {
    utilisation: [
      labs('A', 'low', utilisationLow),
      labs('B', 'value', utilisation),
      labs('C', 'high', utilisationHigh),
      labs('D', 'coverage', coverage),
    ],
    availability: [
      {
        refId: 'A',
        by: ['lab', 'kind'],
        figure: 'availability',
        figures: perGroup(usage, named('lab', 'kind'), availability),
      },
    ],
    weeks: [weeks('A', 'low', utilisationLow), weeks('B', 'value', utilisation), weeks('C', 'high', utilisationHigh)],
    hours: weekly('running_s'),
    charter: [busiest('A', 'held_public_s'), busiest('B', 'public_s')],
    outside: weekly('outside_s'),
    coverage: [
      {
        refId: 'A',
        by: ['lab', 'time'],
        figure: 'coverage',
        figures: perGroup(usage, (point) => `${point.tags.lab} | ${dayOf(point)}`, coverage),
      },
    ],
  };
}

function funderPanels(points: readonly Point[]): Panels {
  const usage = chosenOf(points, 'funder', 'usage_hour');
  const sessions = chosenOf(points, 'funder', 'session');
  const whole = (figure: string, value: number | null): Expected[] => [
    { refId: 'A', by: [], figure, figures: new Map([['', value ?? Number.NaN]]) },
  ];
  const audiences = (figure: string, of: Figure): Expected => ({
    refId: 'A',
    by: ['audience'],
    figure,
    figures: perGroup(sessions, named('audience'), of),
  });
  return {
    hours: whole('sum', sum(usage, 'running_s') / 3600),
    sessions: whole('sum', sum(sessions, 'sessions')),
    doubtful: whole('doubtful', share(sum(sessions, 'doubtful'), sum(sessions, 'sessions'))),
    energy: whole('sum_sum', kilowattHours(usage)),
    coverage: whole('coverage', coverage(usage)),
    weeks: [
      { refId: 'A', by: ['time'], figure: 'sum', figures: perGroup(usage, weekOf, hours('attributed_s')) },
      {
        refId: 'B',
        by: ['time'],
        figure: 'sum_sum',
        figures: perGroup(usage, weekOf, (group) => (sum(group, 'running_s') - sum(group, 'attributed_s')) / 3600),
      },
    ],
    audiences: [
      audiences('sessions', (group) => sum(group, 'sessions')),
      audiences('hours', (group) => sum(group, 'running_s') / 3600),
    ],
    kinds: [
      {
        refId: 'A',
        by: ['kind', 'lab'],
        figure: 'hours',
        figures: perGroup(usage, named('kind', 'lab'), hours('running_s')),
      },
    ],
  };
}

function connectorPanels(points: readonly Point[]): Panels {
  const { interval, from, to } = CHOSEN.connectors as Chosen;
  const usage = chosenOf(points, 'connectors', 'usage_hour');
  const readings = chosenOf(points, 'connectors', 'power');
  const known = points.filter(
    ({ measurement, at }) => measurement === 'connector' && at <= NOW && at >= NOW - 30 * DAY,
  );
  const changes = known.filter(({ at }) => at >= from);
  const received = new Map<string, number>();
  for (const [connector, group] of grouped(readings, named('connector'))) {
    for (let at = bucketOf(from, interval); at <= to; at += bucketMs(interval)) received.set(`${connector} | ${at}`, 0);
    for (const { at } of group) {
      const name = `${connector} | ${bucketOf(at, interval)}`;
      received.set(name, (received.get(name) ?? 0) + 1);
    }
  }
  const lastByConnector = (refId: string, figure: string, of: readonly Point[], field: string): Expected => ({
    refId,
    by: ['connector', 'lab'],
    figure,
    figures: perGroup(of, named('connector', 'lab'), (group) => {
      const { at } = lastOf(group);
      // Several channels may report at one instant: InfluxDB then takes the largest.
      return Math.max(...group.filter((point) => point.at === at).map((point) => fieldOf(point, field)));
    }),
  });
  return {
    now: [lastByConnector('A', 'state', known, 'online')],
    heard: [lastByConnector('A', 'watts', readings, 'w')],
    online: [
      {
        refId: 'A',
        by: ['connector', 'time'],
        figure: 'online',
        figures: new Map(changes.map((point) => [`${point.tags.connector} | ${point.at}`, fieldOf(point, 'online')])),
      },
    ],
    readings: [{ refId: 'A', by: ['connector', 'time'], figure: 'count', figures: received }],
    silent: [
      { refId: 'A', by: ['machine'], figure: 'sum', figures: perGroup(usage, named('machine'), hours('unknown_s')) },
    ],
    coverage: [
      {
        refId: 'A',
        by: ['lab', 'time'],
        figure: 'coverage',
        figures: perGroup(usage, (point) => `${point.tags.lab} | ${dayOf(point)}`, coverage),
      },
    ],
  };
}

/** Bounds of saturation, hour by hour: the machines that are in service at all, and how long each was taken. */
function takenByHour(group: Point[]): { low: number; high: number; open: number }[] {
  const inService = group.filter(
    (point) =>
      fieldOf(point, 'open_s') > 0 && sum([point], 'fault_open_s', 'maintenance_open_s') < fieldOf(point, 'open_s'),
  );
  return [...grouped(inService, ({ at }) => `${at}`).values()].map((hour) => {
    const open = Math.max(...hour.map((point) => fieldOf(point, 'open_s')));
    const taken = hour.map((point) => sum([point], 'held_open_s', 'fault_open_s', 'maintenance_open_s'));
    const free = taken.reduce((total, one) => total + open - one, 0);
    return { low: Math.max(0, open - free), high: Math.min(...taken), open };
  });
}

function purchasingPanels(points: readonly Point[]): Panels {
  const usage = chosenOf(points, 'purchasing', 'usage_hour');
  const byKind = (refId: string, figure: string, of: Figure): Expected => ({
    refId,
    by: ['lab', 'kind'],
    figure,
    figures: perGroup(usage, named('lab', 'kind'), of),
  });
  const total = (group: Point[], bound: 'low' | 'high' | 'open') =>
    takenByHour(group).reduce((all, hour) => all + hour[bound], 0);
  return {
    coverage: [byKind('A', 'coverage', coverage)],
    availability: [byKind('A', 'availability', availability)],
    idle: [
      byKind('A', 'idle', (group) =>
        share(sum(group, 'badged_s') - sum(group, 'attributed_s'), sum(group, 'badged_s')),
      ),
    ],
    saturation: [
      byKind('A', 'low', (group) => share(total(group, 'low'), total(group, 'open'))),
      byKind('B', 'high', (group) => share(total(group, 'high'), total(group, 'open'))),
    ],
    weeks: [
      {
        refId: 'A',
        by: ['lab', 'kind', 'time'],
        figure: 'hours',
        figures: perGroup(
          usage,
          (point) => `${named('lab', 'kind')(point)} | ${weekOf(point)}`,
          (group) => (takenByHour(group).length === 0 ? null : total(group, 'high') / 3600),
        ),
      },
    ],
    used: [
      {
        refId: 'A',
        by: ['machine', 'lab', 'kind'],
        figure: 'sum',
        figures: perGroup(usage, named('machine', 'lab', 'kind'), hours('running_s')),
      },
    ],
  };
}

/** What each panel must show, by dashboard and by the panel's name in the words. */
export function expectedPanels(points: readonly Point[]): Record<string, Panels> {
  return {
    floor: floorPanels(points),
    machine: machinePanels(points),
    network: networkPanels(points),
    funder: funderPanels(points),
    connectors: connectorPanels(points),
    purchasing: purchasingPanels(points),
  };
}

/** What the API says for the figures of the panels: the same names, the same rows, to be compared one by one. */
import { HOUR_MS } from '../../domain/time.ts';
import type { Expected } from './expected-panels.ts';

/** The part of an answer of `/api/v1/usage` that panels show. */
interface UsageRow {
  group: Record<string, string>;
  from: string;
  runningS: number;
  standbyS: number;
  offS: number;
  unknownS: number;
  outsideS: number;
  badgedS: number;
  attributedS: number;
  sessions: number;
  doubtful: number;
  energyWh: number | null;
  recoveredWh: number | null;
  coverage: number | null;
  utilisation: { value: number | null; low: number | null; high: number | null };
  availability: number | null;
}

/** The part of a session of `/api/v1/sessions` that panels show. */
interface SessionRow {
  start: string;
  end: string | null;
  runningS: number;
  energyWh: number | null;
}

/** Asks the API for a path and gives the body. */
export type AskApi = (path: string) => Promise<unknown>;

/** What is compared: one machine, and the whole, between two instants (RFC 3339). */
export interface Scope {
  from: string;
  to: string;
  machine: string;
}

type Panels = Record<string, Record<string, Expected[]>>;
type Figure = (row: UsageRow) => number | null;

const hours =
  (name: 'runningS' | 'standbyS' | 'offS' | 'unknownS' | 'outsideS' | 'attributedS'): Figure =>
  (row) =>
    row[name] / 3600;
const kilowattHours: Figure = ({ energyWh }) => (energyWh === null ? null : energyWh / 1000);

function expected(rows: readonly UsageRow[], by: readonly string[], figure: string, of: Figure, refId = 'A'): Expected {
  const figures = new Map<string, number>();
  for (const row of rows) {
    const value = of(row);
    const name = by.map((tag) => (tag === 'time' ? `${Date.parse(row.from)}` : `${row.group[tag]}`)).join(' | ');
    if (value !== null) figures.set(name, value);
  }
  return { refId, by, figure, figures };
}

/** Figures of closed sessions that begin in the window, by their start. */
function heldFigures(sessions: readonly SessionRow[], { from }: Scope): Expected[] {
  const closed = sessions.filter(({ start, end }) => end !== null && Date.parse(start) >= Date.parse(from));
  const column = (figure: string, of: (session: SessionRow) => number | null): Expected => ({
    refId: 'A',
    by: ['time'],
    figure,
    figures: new Map(
      closed.flatMap((session) => {
        const value = of(session);
        return value === null ? [] : [[`${Date.parse(session.start)}`, value] as const];
      }),
    ),
  });
  return [
    column('hours', ({ start, end }) => (Date.parse(end ?? start) - Date.parse(start)) / HOUR_MS),
    column('running', ({ runningS }) => runningS / 3600),
    column('energy', ({ energyWh }) => (energyWh === null ? null : energyWh / 1000)),
  ];
}

/** The figures of the panels as `/api/v1/usage` and `/api/v1/sessions` have them, by dashboard and panel. */
export async function apiFigures(ask: AskApi, scope: Scope): Promise<Panels> {
  const { from, to, machine } = scope;
  const range = `from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`;
  const rows = async (query: string) => ((await ask(`/api/v1/usage?${range}&${query}`)) as { rows: UsageRow[] }).rows;
  const { sessions } = (await ask(`/api/v1/sessions?${range}&machine=${machine}`)) as { sessions: SessionRow[] };
  const one = await rows(`machine=${machine}&by=machine`);
  const days = await rows(`machine=${machine}&by=machine&period=day`);
  const network = await rows('by=network');
  const [labs, kinds, machines, audiences, labDays] = [
    await rows('by=lab'),
    await rows('by=kind'),
    await rows('by=machine'),
    await rows('by=audience'),
    await rows('by=lab&period=day'),
  ];
  const states = ['runningS', 'standbyS', 'offS', 'unknownS'] as const;
  const coverage: Figure = (row) => row.coverage;
  const availability: Figure = (row) => row.availability;
  const heldIdle: Figure = (row) => (row.badgedS > 0 ? (row.badgedS - row.attributedS) / row.badgedS : null);
  return {
    machine: {
      running: [expected(one, [], 'sum', hours('runningS'))],
      sessions: [expected(one, [], 'sum', (row) => row.sessions)],
      energy: [expected(one, [], 'sum_sum', kilowattHours)],
      coverage: [expected(one, [], 'coverage', coverage)],
      held: heldFigures(sessions, scope),
      days: states.map((name, index) => expected(days, ['time'], 'sum', hours(name), 'ABCD'.charAt(index))),
      energyDays: [
        expected(days, ['time'], 'sum', ({ energyWh, recoveredWh }) =>
          energyWh === null || recoveredWh === null ? null : (energyWh - recoveredWh) / 1000,
        ),
        expected(days, ['time'], 'sum', ({ recoveredWh }) => (recoveredWh === null ? null : recoveredWh / 1000), 'B'),
      ],
    },
    network: {
      utilisation: [
        expected(labs, ['lab'], 'low', (row) => row.utilisation.low, 'A'),
        expected(labs, ['lab'], 'value', (row) => row.utilisation.value, 'B'),
        expected(labs, ['lab'], 'high', (row) => row.utilisation.high, 'C'),
        expected(labs, ['lab'], 'coverage', coverage, 'D'),
      ],
      availability: [expected(kinds, ['kind'], 'availability', availability)],
      coverage: [expected(labDays, ['lab', 'time'], 'coverage', coverage)],
    },
    funder: {
      hours: [expected(network, [], 'sum', hours('runningS'))],
      sessions: [expected(network, [], 'sum', (row) => row.sessions)],
      doubtful: [expected(network, [], 'doubtful', (row) => row.doubtful / row.sessions)],
      energy: [expected(network, [], 'sum_sum', kilowattHours)],
      coverage: [expected(network, [], 'coverage', coverage)],
      audiences: [
        expected(
          audiences.filter(({ sessions }) => sessions > 0),
          ['audience'],
          'sessions',
          (row) => row.sessions,
        ),
        // Runs without a badge are the audience "unknown" of the API, and in no session.
        expected(
          audiences.filter(({ sessions }) => sessions > 0),
          ['audience'],
          'hours',
          hours('runningS'),
        ),
      ],
      kinds: [expected(kinds, ['kind'], 'hours', hours('runningS'))],
    },
    connectors: { silent: [expected(machines, ['machine'], 'sum', hours('unknownS'))] },
    purchasing: {
      coverage: [expected(kinds, ['kind'], 'coverage', coverage)],
      availability: [expected(kinds, ['kind'], 'availability', availability)],
      idle: [expected(kinds, ['kind'], 'idle', heldIdle)],
      used: [expected(machines, ['machine'], 'sum', hours('runningS'))],
    },
  };
}

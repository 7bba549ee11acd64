import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CorrectionRecord } from '../../domain/correction-record.ts';
import type { ActivityInterval, Session } from '../../domain/layers.ts';
import { applyInput, initialFold } from '../../domain/machine-fold.ts';
import { Registry } from '../../domain/registry.ts';
import { staysOf } from '../../domain/stay.ts';
import { formatInstant } from '../../domain/time.ts';
import { rollupStays } from '../../ingest/roll-up.ts';
import { machineSettings } from '../../ingest/rules.ts';
import { tiersOf } from '../../ingest/tier-up.ts';
import { MemoryLedger } from '../../stores/memory/ledger.ts';
import { MemoryJournal } from '../../test/api-fixture.ts';
import { createQueries } from './create-queries.ts';
import { PERIODS, type UsageAnswer, type UsagePeriod } from './queries.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HISTORY_DAYS = 75;
const LABS = [
  { id: 'paris', name: 'Paris', timezone: 'Europe/Paris', opening: 'Mo-Fr 09:00-17:30' },
  { id: 'howe', name: 'Lord Howe', timezone: 'Australia/Lord_Howe', opening: 'Mo-Su 08:00-20:00' },
  { id: 'johns', name: "St. John's", timezone: 'America/St_Johns' },
];

/** Around a clock change of both halves of the world, ending before or after it, some of it on loan. */
const historyArb = fc.record({
  lab: fc.constantFrom(...LABS.map(({ id }) => id)),
  loan: fc.option(
    fc.record({ lab: fc.constantFrom('howe', 'johns'), day: fc.nat(60), days: fc.integer({ min: 1, max: 40 }) }),
  ),
  year: fc.constantFrom(2024, 2026),
  firstHour: fc.nat(30 * 24),
  runs: fc.array(
    fc.record({ afterH: fc.integer({ min: 1, max: 60 }), minutes: fc.integer({ min: 1, max: 500 }), by: fc.nat(6) }),
    {
      minLength: 5,
      maxLength: 60,
    },
  ),
  dismissed: fc.array(fc.nat(59), { maxLength: 4 }),
  settledMinutes: fc.integer({ min: 1, max: HISTORY_DAYS * 24 * 60 }),
  laterMinutes: fc.nat(30 * 60),
});

type History = typeof historyArb extends fc.Arbitrary<infer T> ? T : never;

function registryOf({ lab, loan, year }: History): Registry {
  const at = (day: number) => formatInstant(Date.UTC(year, 2, 1) + day * DAY + 90 * 60_000);
  const loans =
    loan && loan.lab !== lab ? [{ lab: loan.lab, since: at(loan.day), until: at(loan.day + loan.days) }] : [];
  return Registry.parse({
    network: { id: 'net', name: 'Net' },
    labs: LABS,
    machines: [{ id: 'saw', lab, kind: 'saw', name: 'Saw', signature: { standbyW: 20, runningW: 120 }, loans }],
    connectors: [],
    members: [],
    audiences: ['public'],
  });
}

function layersOf({ runs, year, firstHour }: History): { activity: ActivityInterval[]; sessions: Session[] } {
  const activity: ActivityInterval[] = [];
  const sessions: Session[] = [];
  let at = Date.UTC(year, 2, 1) + firstHour * HOUR;
  for (const { afterH, minutes, by } of runs) {
    const start = at + afterH * HOUR + 17_001;
    const end = start + minutes * 60_000;
    activity.push({
      start: at,
      end: start,
      activity: afterH > 40 ? 'unknown' : 'off',
      source: 'power',
      bridgedMs: 0,
      censored: false,
    });
    activity.push({ start, end, activity: 'running', source: 'power', bridgedMs: minutes * 7, censored: false });
    sessions.push({
      ...{ id: `saw~${start.toString(36)}`, machine: 'saw', start: start - 1000, end: end + 5000, startCause: 'badge' },
      ...{
        endCause: 'badge-out',
        confidence: by === 0 ? 'doubtful' : 'certain',
        runningMs: 0,
        standbyMs: 0,
        unknownMs: 0,
      },
      ...{ energyWh: null, member: `member-${by}`, audience: 'public' },
    } as Session);
    at = end;
  }
  return { activity, sessions };
}

/** Two ledgers of the same history: one has sums by day and by month, the other only hours. */
async function ledgersOf(history: History, registry: Registry) {
  const { activity, sessions } = layersOf(history);
  const stays = staysOf(
    registry.machines[0] as Registry['machines'][number],
    new Map(registry.labs.map((lab) => [lab.id, lab])),
  );
  const rolledFrom = Math.floor((activity[0] as ActivityInterval).start / HOUR) * HOUR;
  const last = (activity.at(-1) as ActivityInterval).end;
  const settled = Math.min(last, rolledFrom + history.settledMinutes * 60_000);
  const corrections = history.dismissed.flatMap((index, seq): CorrectionRecord[] => {
    const session = sessions[index]?.id;
    const change = { action: 'dismiss' } as const;
    return session ? [{ seq, id: `c${seq}`, session, change, author: 'a', reason: 'r', at: last }] : [];
  });
  const state = initialFold(settled);
  const reading = {
    kind: 'reading',
    at: settled,
    series: 'p/0/saw',
    main: true,
    w: 500,
    wh: null,
    holdMs: DAY,
  } as const;
  const badge = {
    kind: 'badge',
    at: settled,
    reader: 'r',
    token: 't',
    member: 'open',
    audience: 'public',
    action: 'in',
  } as const;
  const none = { activity() {}, service() {}, session() {}, energy() {} };
  const { rules } = machineSettings(registry).get('saw') as { rules: Parameters<typeof applyInput>[2] };
  applyInput(state, badge, rules, none);
  applyInput(state, reading, rules, none);
  const [hours, tiers] = [new MemoryLedger(), new MemoryLedger()];
  for (const ledger of [hours, tiers]) {
    const before = <T extends { start: number }>(list: readonly T[]) => list.filter(({ start }) => start < settled);
    Object.assign(ledger.of('saw'), { activity: before(activity), sessions: before(sessions), corrections });
    const inEffect = await ledger.sessions(['saw'], 0, settled);
    const layers = { activity: before(activity), service: [] };
    const rollups = rollupStays(
      stays,
      { machine: 'saw', layers, energy: null, sessions: inEffect },
      rolledFrom,
      settled,
    );
    const end = rollups.at(-1);
    const rolledUntil = end ? end.hour + end.offMs + end.standbyMs + end.runningMs + end.unknownMs : rolledFrom;
    const fold = { machine: 'saw', state: JSON.stringify(state), rolledFrom, rolledUntil };
    Object.assign(ledger.of('saw'), { rollups, fold });
  }
  const { rolledUntil } = tiers.of('saw').fold as { rolledUntil: number };
  tiers.of('saw').tiers = await tiersOf(tiers, 'saw', stays, { start: rolledFrom, end: rolledUntil });
  return {
    hours,
    tiers,
    rules,
    now: settled + history.laterMinutes * 60_000,
    rolledFrom,
    days: tiers.of('saw').tiers.day.length,
  };
}

describe('usage and uptime from sums by day and by month', () => {
  it('are what the hours say, to the millisecond', { timeout: 120_000 }, async () => {
    let days = 0;
    const windowArb = fc.record({
      offsetMinutes: fc.integer({ min: -20 * 24 * 60, max: HISTORY_DAYS * 24 * 60 }),
      lengthMinutes: fc.integer({ min: 1, max: 120 * 24 * 60 }),
      isByDate: fc.boolean(),
      period: fc.constantFrom<UsagePeriod>(...PERIODS.filter((period) => period !== 'hour')),
      by: fc.constantFrom('machine' as const, 'lab' as const),
    });
    await fc.assert(
      fc.asyncProperty(
        historyArb,
        windowArb,
        async (history, { offsetMinutes, lengthMinutes, isByDate, period, by }) => {
          const registry = registryOf(history);
          const found = await ledgersOf(history, registry);
          days += found.days;
          const [from, to] = [0, lengthMinutes].map((minutes) => {
            const text = formatInstant(found.rolledFrom + (offsetMinutes + minutes) * 60_000);
            return isByDate ? text.slice(0, 10) : text;
          }) as [string, string];
          const answers = await Promise.all(
            [found.hours, found.tiers].map(async (ledger): Promise<[UsageAnswer, unknown]> => {
              const deps = {
                ledger,
                journal: new MemoryJournal(),
                registry: () => registry,
                isEarlier: () => false,
                rules: () => found.rules,
                clock: () => found.now,
              };
              const queries = createQueries(deps);
              const query = { machines: ['saw'], from, to, by, period };
              return [await queries.usage(query), await queries.uptime(query)];
            }),
          );
          expect(answers[1]).toEqual(answers[0]);
        },
      ),
      { numRuns: 300 },
    );
    expect(days).toBeGreaterThan(3000);
  });
});

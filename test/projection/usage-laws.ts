import { expect } from 'vitest';
import type { GroupBy, Queries, UsageAnswerRow, UsagePeriod } from '../../api/queries/queries.ts';
import { formatInstant } from '../../domain/time.ts';

/** The days around `arbitraryEvents`, whose Sunday has 25 hours, cut as a month would be, and the two in which they happen. */
const MONTH = { from: '2026-10-23', to: '2026-10-28' };
const MONTH_HOURS = 5 * 24 + 1;
const TWO_DAYS = { from: '2026-10-24', to: '2026-10-26' };
const TWO_DAYS_FROM = Date.parse('2026-10-23T22:00:00Z');
const TWO_DAYS_MS = 49 * 3_600_000;

const SECONDS = [
  'windowS',
  'offS',
  'standbyS',
  'runningS',
  'unknownS',
  'bridgedS',
  'badgedS',
  'attributedS',
  'outsideS',
  'openS',
  'downS',
  'maintenanceS',
] as const;

/** Everything that adds up, in whole milliseconds and counts. */
function additive(rows: readonly UsageAnswerRow[]): Record<string, number> {
  const total = (value: (row: UsageAnswerRow) => number) => rows.reduce((sum, row) => sum + value(row), 0);
  return {
    ...Object.fromEntries(SECONDS.map((name) => [name, total((row) => Math.round((row[name] ?? 0) * 1000))])),
    sessions: total((row) => row.sessions),
    doubtful: total((row) => row.doubtful),
  };
}

/** A row without its group and bucket. */
function figures(row: UsageAnswerRow | undefined): Partial<UsageAnswerRow> {
  const { group: _, key: __, ...rest } = row ?? {};
  return rest;
}

function expectSum(parts: readonly UsageAnswerRow[], whole: UsageAnswerRow | undefined): void {
  expect(additive(parts)).toEqual(additive(whole ? [whole] : []));
  const members = whole?.members ?? 0;
  expect(members).toBeGreaterThanOrEqual(Math.max(0, ...parts.map((row) => row.members)));
  expect(members).toBeLessThanOrEqual(parts.reduce((sum, row) => sum + row.members, 0));
}

function expectEnergy(parts: readonly UsageAnswerRow[], whole: UsageAnswerRow | undefined): void {
  for (const name of ['energyWh', 'recoveredWh'] as const) {
    const sum = parts.reduce((total, row) => total + (row[name] ?? 0), 0);
    expect(Math.abs(sum - (whole?.[name] ?? 0))).toBeLessThan(1e-3 * parts.length);
  }
}

function expectBounds({ offS, standbyS, runningS, unknownS, windowS, ...row }: UsageAnswerRow): void {
  expect(Math.round((offS + standbyS + runningS + unknownS) * 1000)).toBe(Math.round(windowS * 1000));
  expect(row.attributedS).toBeLessThanOrEqual(Math.min(runningS, row.badgedS));
  const { utilisation, coverage, attributedShare, occupation, availability, efficiency } = row;
  const shares = [...Object.values(utilisation), coverage, attributedShare, occupation, availability, efficiency];
  for (const share of shares) expect(share === null || (share >= 0 && share <= 1)).toBe(true);
}

/**
 * Expects the laws 1, 4, 5 and 7 of what is answered over a projection of `arbitraryEvents`: machines add up to the lab,
 * hours and days (also those of 25 hours) to the month, a window to its parts. `cuts` are shares of two days.
 */
export async function expectUsageLaws(
  queries: Queries,
  machines: string[],
  cuts: [number, number, number],
): Promise<void> {
  const rows = async (range: { from: string; to: string }, by: GroupBy, period: UsagePeriod) =>
    (await queries.usage({ machines, ...range, by, period })).rows;
  const [month] = await rows(MONTH, 'lab', 'month');
  const days = await rows(MONTH, 'lab', 'day');
  expect(days).toHaveLength(5);
  expect(month?.windowS).toBe(machines.length * MONTH_HOURS * 3600);
  expectSum(days, month);
  expectEnergy(days, month);
  expect((await rows(MONTH, 'lab', 'total')).map(figures)).toEqual([figures(month)]);

  const perMachine = await rows(MONTH, 'machine', 'month');
  expect(perMachine).toHaveLength(machines.length);
  expectSum(perMachine, month);
  expectEnergy(perMachine, month);
  const [network] = await rows(MONTH, 'network', 'month');
  expect(figures(network)).toEqual(figures(month));

  const hours = await rows(TWO_DAYS, 'lab', 'hour');
  expect(hours).toHaveLength(49);
  const [twoDays] = await rows(TWO_DAYS, 'lab', 'total');
  expectSum(hours, twoDays);

  const [a, b, c] = cuts.map((share) => formatInstant(TWO_DAYS_FROM + Math.round(TWO_DAYS_MS * share))).sort() as [
    string,
    string,
    string,
  ];
  if (a < b && b < c) {
    const parts = [
      ...(await rows({ from: a, to: b }, 'lab', 'total')),
      ...(await rows({ from: b, to: c }, 'lab', 'total')),
    ];
    const [whole] = await rows({ from: a, to: c }, 'lab', 'total');
    expectSum(parts, whole);
    for (const row of [...parts, ...(whole ? [whole] : [])]) expectBounds(row);
  }
  for (const row of [...days, ...perMachine, ...hours, ...(month ? [month] : [])]) expectBounds(row);
}

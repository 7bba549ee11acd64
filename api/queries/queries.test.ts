import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FoldState } from '../../domain/fold-state.ts';
import type { Session } from '../../domain/layers.ts';
import { applyInput, finishFold, initialFold, settledUntil } from '../../domain/machine-fold.ts';
import type { MachineInput } from '../../domain/machine-input.ts';
import { openingIntervals } from '../../domain/opening.ts';
import { measure, rollupHours } from '../../domain/rollup.ts';
import { labLifetime } from '../../domain/stay.ts';
import { formatInstant, startOfPeriod } from '../../domain/time.ts';
import { usageRow } from '../../domain/usage.ts';
import { addTotals, emptySum } from '../../domain/usage-sum.ts';
import { MemoryLedger } from '../../stores/memory/ledger.ts';
import { MemoryJournal, REGISTRY, rulesOf } from '../../test/api-fixture.ts';
import { createQueries } from './create-queries.ts';

const HOUR = 3_600_000;
const BEGIN = Date.parse('2026-03-02T06:17:00Z');
const MACHINE = 'laser-1';
const [LAB] = REGISTRY.labs;
const STAY = { lab: LAB!, ...labLifetime(LAB!) };

interface Step {
  afterS: number;
  w: number;
  badge: number;
}

const stepsArb = fc.array(
  fc.record({
    afterS: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 1, max: 60 }) },
      { weight: 1, arbitrary: fc.integer({ min: 61, max: 9000 }) },
    ),
    w: fc.constantFrom(0, 5, 50, 110, 200, 900),
    badge: fc.nat(12),
  }),
  { minLength: 1, maxLength: 120 },
);

function inputsOf(steps: readonly Step[]): MachineInput[] {
  let at = BEGIN;
  let wh = 1000;
  return steps.flatMap(({ afterS, w, badge }) => {
    at += afterS * 1000;
    wh += w / 60;
    const reading: MachineInput = { at, kind: 'reading', series: 'plug:0', main: true, w, wh, holdMs: 150_000 };
    if (badge > 2) return [reading];
    const token = `badge-${badge}`;
    return [
      reading,
      { at: at + 1, kind: 'badge', reader: 'r', token, member: `member-${badge}`, audience: 'public', action: 'tap' },
    ];
  });
}

/** A ledger as the projection leaves it after the inputs. */
function projected(inputs: readonly MachineInput[]): { ledger: MemoryLedger; state: FoldState } {
  const ledger = new MemoryLedger();
  const rows = ledger.of(MACHINE);
  const rules = rulesOf(MACHINE);
  const state = initialFold(BEGIN);
  for (const input of inputs) {
    applyInput(state, input, rules, {
      activity: (interval) => rows.activity.push(interval),
      service: (interval) => rows.service.push(interval),
      session: (session) => rows.sessions.push(session),
      energy: (hour) => rows.energy.push(hour),
    });
  }
  rows.sessions.sort((a, b) => a.start - b.start);
  rows.energy.sort((a, b) => a.hour - b.hour);
  rows.series.push({ id: 'plug:0', connector: 'plug', channel: 0, machine: MACHINE, main: true, holdMs: 150_000 });
  const rolledUntil = startOfPeriod(settledUntil(state, rules), 'hour', LAB!.timezone);
  const rolledFrom = startOfPeriod(BEGIN, 'hour', LAB!.timezone);
  const open = finishFold(state, state.at, rules);
  rows.rollups = rollupHours(
    {
      machine: MACHINE,
      stay: STAY,
      layers: { activity: [...rows.activity, ...open.activity], service: [...rows.service, ...open.service] },
      opening: openingIntervals(LAB!, rolledFrom, rolledUntil),
      energy: rows.energy,
      sessions: rows.sessions,
    },
    rolledFrom,
    rolledUntil,
  );
  rows.fold = { machine: MACHINE, state: JSON.stringify(state), rolledFrom, rolledUntil, rules: '' };
  return { ledger, state };
}

function queriesOver(ledger: MemoryLedger, now: number) {
  return createQueries({
    ledger,
    journal: new MemoryJournal(),
    registry: () => REGISTRY,
    isEarlier: () => false,
    rules: rulesOf,
    clock: () => now,
  });
}

const windowArb = fc.tuple(
  fc.integer({ min: -5 * HOUR, max: 60 * HOUR }),
  fc.integer({ min: 1, max: 60 * HOUR }),
  fc.nat(20 * HOUR),
);

describe('queries over a ledger and the rest of a fold', () => {
  it('usage from rollups and intervals is what one measurement of all intervals says', async () => {
    await fc.assert(
      fc.asyncProperty(stepsArb, windowArb, async (steps, [offset, length, later]) => {
        const inputs = inputsOf(steps);
        const { ledger, state } = projected(inputs);
        const now = state.at + later;
        const [from, to] = [BEGIN + offset, BEGIN + offset + length];
        const answer = await queriesOver(ledger, now).usage({
          machines: [MACHINE],
          from: formatInstant(from),
          to: formatInstant(to),
          by: 'machine',
          period: 'total',
        });
        const rest = finishFold(state, now, rulesOf(MACHINE));
        const rows = ledger.of(MACHINE);
        const until = Math.min(to, now);
        const sum = emptySum();
        if (from < until) {
          const sessions = [...rows.sessions, ...rest.sessions].sort((a, b) => a.start - b.start);
          const history = {
            machine: MACHINE,
            stay: STAY,
            layers: { activity: [...rows.activity, ...rest.activity], service: [...rows.service, ...rest.service] },
            opening: openingIntervals(LAB!, from, until),
            energy: [...rows.energy, ...rest.energy].sort((a, b) => a.hour - b.hour),
            sessions,
          };
          addTotals(sum, measure(history, from, until, now));
          for (const { start, member } of sessions) if (start >= from && start < until) sum.members.add(member);
        }
        const { group, from: _, to: __, ...row } = answer.rows[0]!;
        const { energyWh, ...expected } = usageRow(sum);
        expect(group).toEqual({ machine: MACHINE });
        expect(row).toMatchObject(expected);
        if (energyWh === null) expect(row.energyWh).toBeNull();
        else expect(row.energyWh).toBeCloseTo(energyWh, 1);
      }),
      { numRuns: 1000 },
    );
  });

  it('activity is a partition of the counted window', async () => {
    await fc.assert(
      fc.asyncProperty(stepsArb, windowArb, async (steps, [offset, length, later]) => {
        const { ledger, state } = projected(inputsOf(steps));
        const now = state.at + later;
        const [from, to] = [BEGIN + offset, BEGIN + offset + length];
        const range = { from: formatInstant(from), to: formatInstant(to) };
        const intervals = await queriesOver(ledger, now).activity({ machine: MACHINE, ...range });
        let position = from;
        for (const { start, end } of intervals) {
          expect(start).toBe(position);
          expect(end).toBeGreaterThan(start);
          position = end;
        }
        expect(position).toBe(Math.max(from, Math.min(to, now)));
      }),
      { numRuns: 1000 },
    );
  });

  it('sessions come whole and once over any pages, the open one too', async () => {
    await fc.assert(
      fc.asyncProperty(stepsArb, fc.integer({ min: 1, max: 4 }), async (steps, limit) => {
        const { ledger, state } = projected(inputsOf(steps));
        const queries = queriesOver(ledger, state.at);
        const range = { machines: [MACHINE], from: '2026-03-01', to: '2026-04-01', confidence: null };
        const paged: Session[] = [];
        let after: string | null = null;
        do {
          const page: Awaited<ReturnType<typeof queries.sessions>> = await queries.sessions({ ...range, limit, after });
          expect(page.sessions.length).toBeLessThanOrEqual(limit);
          paged.push(...page.sessions);
          after = page.next;
        } while (after !== null);
        const whole = await queries.sessions({ ...range, limit: 1000, after: null });
        expect(paged).toEqual(whole.sessions);
        expect(new Set(paged.map(({ id }) => id)).size).toBe(paged.length);
        const usage = await queries.usage({
          machines: [MACHINE],
          from: range.from,
          to: range.to,
          by: 'lab',
          period: 'total',
        });
        expect(usage.rows[0]?.sessions).toBe(paged.length);
      }),
      { numRuns: 1000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyInput, finishFold, initialFold } from '../../domain/machine-fold.ts';
import type { MachineInput } from '../../domain/machine-input.ts';
import { occupancy } from '../../domain/occupancy.ts';
import { openingIntervals } from '../../domain/opening.ts';
import { saturation } from '../../domain/saturation.ts';
import { clipSpans, spansMs } from '../../domain/spans.ts';
import { formatInstant } from '../../domain/time.ts';
import { countFaults } from '../../domain/uptime.ts';
import { MemoryLedger } from '../../stores/memory/ledger.ts';
import { MemoryJournal, REGISTRY, rulesOf } from '../../test/api-fixture.ts';
import { collect, joined } from '../../test/naive/run-fold.ts';
import { createQueries } from './create-queries.ts';

const HOUR = 3_600_000;
const BEGIN = Date.parse('2026-03-02T06:17:00Z');
const MACHINE = 'laser-1';
const [LAB] = REGISTRY.labs;

const stepArb = fc.record({
  afterS: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 121, max: 9000 })),
  w: fc.constantFrom(0, 50, 110, 900),
  badge: fc.nat(12),
  state: fc.option(fc.constantFrom('up' as const, 'fault' as const, 'maintenance' as const, 'absent' as const), {
    freq: 8,
  }),
});

const caseArb = fc.record({
  steps: fc.array(stepArb, { minLength: 1, maxLength: 60 }),
  offset: fc.integer({ min: -5 * HOUR, max: 30 * HOUR }),
  length: fc.integer({ min: 1, max: 60 * HOUR }),
  later: fc.nat(20 * HOUR),
});

type Case = typeof caseArb extends fc.Arbitrary<infer T> ? T : never;

function inputsOf({ steps }: Case): MachineInput[] {
  let at = BEGIN;
  return steps.flatMap(({ afterS, w, badge, state }) => {
    at += afterS * 1000;
    const inputs: MachineInput[] = [
      { at, kind: 'reading', series: 'plug:0', main: true, w, wh: null, holdMs: 150_000 },
    ];
    if (state !== null) inputs.push({ at, kind: 'service', state });
    if (badge <= 2) {
      const person = { token: `badge-${badge}`, member: `member-${badge}`, audience: 'public' };
      inputs.push({ at, kind: 'badge', reader: 'r', action: 'tap', ...person });
    }
    return inputs;
  });
}

/** What the queries say of generated events, and the layers that one fold makes of the same. */
function told(one: Case) {
  const rules = rulesOf(MACHINE);
  const state = initialFold(BEGIN);
  const { layers, emit } = collect();
  for (const input of inputsOf(one)) applyInput(state, input, rules, emit);
  const now = state.at + one.later;
  const ledger = new MemoryLedger();
  Object.assign(ledger.of(MACHINE), structuredClone(layers), {
    fold: { machine: MACHINE, state: JSON.stringify(state), rolledFrom: BEGIN, rolledUntil: BEGIN, rules: '' },
  });
  const queries = createQueries({
    ledger,
    journal: new MemoryJournal(),
    registry: () => REGISTRY,
    isEarlier: () => false,
    rules: rulesOf,
    clock: () => now,
  });
  const [from, to] = [BEGIN + one.offset, BEGIN + one.offset + one.length];
  const range = { from: formatInstant(from), to: formatInstant(to) };
  const whole = joined(layers, finishFold(state, now, rules));
  const until = Math.min(to, now);
  const opening = openingIntervals(LAB!, from, Math.max(from, until))!;
  return { queries, range, from, to: until, whole, opening, zone: LAB!.timezone };
}

describe('queries over layers, partly settled and partly in the fold', () => {
  it('occupancy is what the layers say', async () => {
    await fc.assert(
      fc.asyncProperty(caseArb, async (one) => {
        const { queries, range, whole, from, to, opening, zone } = told(one);
        const answer = await queries.occupancy({ lab: LAB!.id, ...range });
        if (from >= to) {
          expect(answer).toMatchObject({ windowMs: 0, people: null });
          return;
        }
        const machines = [{ attended: true, sessions: whole.sessions }];
        expect(answer.people).toEqual(occupancy({ machines, opening, zone, from, to }));
        const begun = whole.sessions.filter(({ start }) => start >= from && start < to);
        expect(answer.members).toBe(new Set(begun.map(({ member }) => member)).size);
      }),
      { numRuns: 1000 },
    );
  });

  it('saturation is what the layers say', async () => {
    await fc.assert(
      fc.asyncProperty(caseArb, async (one) => {
        const { queries, range, whole, from, to, opening, zone } = told(one);
        const { rows } = await queries.saturation({ machines: [MACHINE], ...range });
        const expected = from < to ? saturation({ machines: [whole], opening, zone, from, to }) : null;
        expect(rows).toHaveLength(1);
        expect(rows[0]!.saturation).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('uptime is what the layers say, and its days are its total', async () => {
    await fc.assert(
      fc.asyncProperty(caseArb, async (one) => {
        const { queries, range, whole, from, to } = told(one);
        const query = { machines: [MACHINE], ...range, by: 'machine' as const };
        const [total] = (await queries.uptime({ ...query, period: 'total' })).rows;
        const days = (await queries.uptime({ ...query, period: 'day' })).rows;
        const fault = whole.service.filter(({ state }) => state === 'fault');
        expect(total!.faults).toBe(from < to ? countFaults(whole.service, from, to) : 0);
        const faultMs = spansMs(clipSpans(fault, from, Math.max(from, to)));
        expect(total!.faultS).toBe(faultMs / 1000);
        expect(days.reduce((sum, { faults }) => sum + faults, 0)).toBe(total!.faults);
        expect(Math.round(days.reduce((sum, { faultS }) => sum + faultS * 1000, 0))).toBe(faultMs);
      }),
      { numRuns: 1000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryHistory, arbitraryRules } from '../test/naive/history.ts';
import { MiniProjector } from '../test/naive/mini-projector.ts';
import { collect, joined, runFold } from '../test/naive/run-fold.ts';
import { energyBetween } from './energy-window.ts';
import type { FoldState } from './fold-state.ts';
import { compareInputs } from './input-order.ts';
import { applyInput, type FoldRest, finishFold, initialFold, settledUntil, watermarks } from './machine-fold.ts';
import type { MachineInput } from './machine-input.ts';
import { nextChangeAt, sessionAt, viewOf } from './machine-view.ts';

const SECONDS = 7200;
const END = SECONDS * 1000;
const history = arbitraryHistory(SECONDS);
const RUNS = { numRuns: Number(process.env.RUNS ?? 1000) };

/** In order, by the least that two equal layers have in common. */
function sorted(rest: FoldRest): FoldRest {
  const energy = [...rest.energy].sort((a, b) => a.hour - b.hour || (a.series < b.series ? -1 : 1));
  return { ...rest, energy };
}

describe('laws of the fold, over any two hours of one machine', () => {
  it('1: activity partitions the window', () => {
    fc.assert(
      fc.property(history, arbitraryRules, fc.integer({ min: 1, max: END }), (inputs, rules, now) => {
        const { activity } = runFold(
          inputs.filter(({ at }) => at <= now),
          rules,
          0,
          now,
        );
        let at = 0;
        for (const { start, end, bridgedMs } of activity) {
          expect(start).toBe(at);
          expect(end).toBeGreaterThan(start);
          expect(bridgedMs).toBeLessThanOrEqual(end - start);
          at = end;
        }
        expect(at).toBe(now);
        for (const [index, { activity: one, source }] of activity.entries()) {
          const next = activity[index + 1];
          expect([next?.activity, next?.source]).not.toEqual([one, source]);
        }
      }),
      RUNS,
    );
  });

  it('2: the order of arrival, batches and repeats change nothing', () => {
    const shuffled = history.chain((inputs) =>
      fc.tuple(fc.constant(inputs), fc.shuffledSubarray([...inputs, ...inputs], { minLength: inputs.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, arbitraryRules, ([inputs, repeated], rules) => {
        expect(runFold(repeated, rules, 0, END)).toEqual(runFold(inputs, rules, 0, END));
      }),
      RUNS,
    );
  });

  it('2: within a millisecond inputs need no order, and the fold can be stored and read at any moment', () => {
    fc.assert(
      fc.property(history, arbitraryRules, fc.infiniteStream(fc.nat(99)), (inputs, rules, dice) => {
        const next = () => dice.next().value as number;
        const mixed = inputs
          .map((input) => ({ input, order: next() }))
          .sort((a, b) => a.input.at - b.input.at || a.order - b.order);
        let state = initialFold(0);
        const { layers, emit } = collect();
        for (const { input } of mixed) {
          if (next() < 10) state = JSON.parse(JSON.stringify(state)) as FoldState;
          if (next() < 10) state = structuredClone(state);
          applyInput(state, input, rules, emit);
        }
        expect(joined(layers, finishFold(state, END, rules))).toEqual(runFold(inputs, rules, 0, END));
      }),
      RUNS,
    );
  });

  it('3: late events with checkpoints equal a computation from nothing, and states have one text', () => {
    let stops = 0;
    const batches = history.chain((inputs) =>
      fc.tuple(
        fc.constant(inputs),
        // Mostly in order, some pieces late: as connectors do that were offline.
        fc.array(fc.tuple(fc.nat(inputs.length), fc.nat(30)), { maxLength: 5 }),
      ),
    );
    fc.assert(
      fc.property(batches, arbitraryRules, fc.constantFrom(60_000, 600_000), ([inputs, cuts], rules, everyMs) => {
        const inOrder = [...inputs].sort(compareInputs);
        const late: MachineInput[] = [];
        for (const [at, count] of cuts) late.push(...inOrder.splice(at % (inOrder.length + 1), count));
        const projector = new MiniProjector(rules, 0, everyMs);
        const half = Math.floor(inOrder.length / 2);
        projector.add(inOrder.slice(0, half));
        projector.add(late.slice(0, Math.floor(late.length / 2)));
        projector.add(inOrder.slice(half));
        for (const input of late.slice(Math.floor(late.length / 2))) projector.add([input]);
        expect(sorted(projector.finish(END))).toEqual(sorted(runFold(inputs, rules, 0, END)));
        const fresh = initialFold(0);
        for (const input of [...inputs].sort(compareInputs)) applyInput(fresh, input, rules, collect().emit);
        expect(projector.stateText).toBe(JSON.stringify(fresh));
        stops += projector.stops;
      }),
      RUNS,
    );
    expect(stops).toBeGreaterThan(100);
  });

  it('3: what is emitted lies before the watermarks, and what comes later does not', () => {
    fc.assert(
      fc.property(history, arbitraryRules, (inputs, rules) => {
        const state = initialFold(0);
        let marks = watermarks(state);
        let settled = settledUntil(state, rules);
        for (const input of [...inputs].sort(compareInputs)) {
          const { layers, emit } = collect();
          applyInput(state, input, rules, emit);
          const after = watermarks(state);
          for (const { start } of layers.activity) expect(start >= marks.activity && start < after.activity).toBe(true);
          for (const { start } of layers.service) expect(start >= marks.service && start < after.service).toBe(true);
          for (const { start } of layers.sessions) expect(start >= marks.session && start < after.session).toBe(true);
          for (const { hour } of layers.energy) expect(hour >= marks.energy && hour < after.energy).toBe(true);
          for (const { end } of layers.sessions) expect(end).toBeGreaterThan(settled);
          expect(settledUntil(state, rules)).toBeGreaterThanOrEqual(settled);
          settled = settledUntil(state, rules);
          marks = after;
        }
      }),
      RUNS,
    );
  });

  it('5: energy of a window is the sum of its parts, and of its hours', () => {
    const cut = fc.tuple(history, arbitraryRules, fc.integer({ min: 0, max: END }), fc.integer({ min: 0, max: END }));
    fc.assert(
      fc.property(cut, ([inputs, rules, one, other]) => {
        const inOrder = [...inputs].sort(compareInputs);
        const [a, b] = [Math.min(one, other), Math.max(one, other)];
        const energy = (from: number, to: number) => energyBetween(initialFold(0), inOrder, from, to, rules) ?? 0;
        expect(energy(0, a) + energy(a, b) + energy(b, END)).toBeCloseTo(energy(0, END), 6);
        const hours = runFold(inputs, rules, 0, END).energy;
        const first = hours
          .filter(({ hour }) => hour === 0)
          .reduce((sum, { wh, recoveredWh }) => sum + wh + recoveredWh, 0);
        expect(energy(0, 3_600_000)).toBeCloseTo(first, 6);
        const total = hours.reduce((sum, { wh, recoveredWh }) => sum + wh + recoveredWh, 0);
        expect(energy(0, END)).toBeCloseTo(total, 6);
      }),
      RUNS,
    );
  });

  it('6: moving everything by a fixed offset moves the results and nothing else', () => {
    fc.assert(
      fc.property(history, arbitraryRules, fc.integer({ min: 1, max: 20_000 }), (inputs, rules, hours) => {
        const by = hours * 3_600_000;
        const moved = inputs.map((input) => ({ ...input, at: input.at + by }));
        const far = runFold(
          moved,
          { ...rules, nextClosing: (at) => (rules.nextClosing(at - by) ?? 0) + by },
          by,
          END + by,
        );
        const near = runFold(inputs, rules, 0, END);
        expect(far.activity.map((one) => ({ ...one, start: one.start - by, end: one.end - by }))).toEqual(
          near.activity,
        );
        expect(far.energy.map((one) => ({ ...one, hour: one.hour - by }))).toEqual(near.energy);
        const session = ({ start, end, endCause, runningMs }: FoldRest['sessions'][number], off: number) => [
          start - off,
          end === null ? null : end - off,
          endCause,
          runningMs,
        ];
        expect(far.sessions.map((one) => session(one, by))).toEqual(near.sessions.map((one) => session(one, 0)));
      }),
      RUNS,
    );
  });

  it('7: sessions do not overlap, and hold no more than they last', () => {
    fc.assert(
      fc.property(history, arbitraryRules, (inputs, rules) => {
        const { sessions } = runFold(inputs, rules, 0, END);
        let at = 0;
        for (const { start, end, runningMs, standbyMs, unknownMs } of sessions) {
          expect(start).toBeGreaterThanOrEqual(at);
          at = end ?? END;
          expect(at).toBeGreaterThanOrEqual(start);
          expect(runningMs + standbyMs + unknownMs).toBeLessThanOrEqual(at - start);
        }
        expect(new Set(sessions.map(({ id }) => id)).size).toBe(sessions.length);
      }),
      RUNS,
    );
  });

  it('8: no number and no text makes it throw or spoils its state', () => {
    const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 1e308, null));
    const reading = fc.record({ at: fc.nat(END), series: fc.string(), w: number, wh: number, main: fc.boolean() });
    const badge = fc.record({ at: fc.nat(END), reader: fc.string(), token: fc.string(), member: fc.string() });
    fc.assert(
      fc.property(fc.array(reading), fc.array(badge), arbitraryRules, (readings, badges, rules) => {
        const inputs: MachineInput[] = [
          ...readings.map((one) => ({ kind: 'reading' as const, holdMs: 25_000, ...one })),
          ...badges.map((one) => ({ kind: 'badge' as const, audience: null, action: 'tap' as const, ...one })),
        ];
        const state = initialFold(0);
        for (const input of inputs.sort(compareInputs)) applyInput(state, input, rules, collect().emit);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        for (const { wh } of finishFold(state, END, rules).energy) expect(Number.isFinite(wh)).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('viewOf()', () => {
  it('agrees with finishFold(), and changes by time alone only where nextChangeAt() says', () => {
    const later = fc.tuple(history, arbitraryRules, fc.nat(END), fc.nat(4_000_000), fc.nat(100));
    fc.assert(
      fc.property(later, ([inputs, rules, until, waitMs, share]) => {
        const state = initialFold(0);
        for (const input of inputs.filter(({ at }) => at <= until).sort(compareInputs)) {
          applyInput(state, input, rules, collect().emit);
        }
        const before = JSON.stringify(state);
        const now = until + waitMs;
        const view = viewOf(state, now, rules);
        const rest = finishFold(state, now + 1, rules);
        expect(finishFold(state, now, rules).sessions.at(-1)?.end === null).toBe(view.session !== null);
        expect(sessionAt(state, now, rules)?.id).toBe(view.session?.id);
        const change = nextChangeAt(state, now, rules);
        // A delay that is over a millisecond later makes a run of what is not one yet.
        if (change !== now + 1) expect(rest.activity.at(-1)?.activity).toBe(view.activity);
        if (change !== null) expect(change).toBeGreaterThan(now);
        const last = (change ?? now + 1e8) - 1;
        const between = Math.floor(now + ((last - now) * share) / 100);
        expect(viewOf(state, between, rules)).toEqual(view);
        expect(JSON.stringify(state)).toBe(before);
      }),
      RUNS,
    );
  });
});

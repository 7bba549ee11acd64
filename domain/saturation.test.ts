import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity, ActivityInterval, Service, ServiceInterval, Session } from './layers.ts';
import { demandAt } from './queueing.ts';
import { demandOf, type HeldMachine, type SaturationInput, saturation, saturationShare } from './saturation.ts';
import { clipSpans, type Span } from './spans.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';

/** A Monday, in UTC. */
const MONDAY = Date.parse('2026-03-02T00:00:00Z');
const WEEK = { from: MONDAY, to: MONDAY + 7 * DAY_MS };
const at = (hour: number, minute = 0) => MONDAY + hour * HOUR_MS + minute * MINUTE_MS;

function doing(activity: Activity, start: number, end: number): ActivityInterval {
  return { start, end, activity, source: 'power', bridgedMs: 0, censored: false };
}

function being(state: Service, start: number, end: number | null): ServiceInterval {
  return { start, end, state, source: 'declared' };
}

function held(start: number, end: number | null): Session {
  return { start, end } as Session;
}

const OFF_ALL_DAY = doing('off', MONDAY, MONDAY + DAY_MS);

function machine(over: Partial<HeldMachine> = {}): HeldMachine {
  return { activity: [OFF_ALL_DAY], service: [], sessions: [], ...over };
}

function monday(machines: HeldMachine[], opening: Span[] = [{ start: at(10), end: at(14) }]) {
  return saturation({ machines, opening, zone: 'UTC', ...WEEK });
}

describe('saturation()', () => {
  it('is the time in which every machine that is up is badged or running', () => {
    const first = machine({ sessions: [held(at(9), at(12))] });
    const second = machine({
      activity: [doing('off', MONDAY, at(11)), doing('running', at(11), at(13)), doing('standby', at(13), at(24))],
    });
    const found = monday([first, second]);
    expect(found).toMatchObject({ openMs: 4 * HOUR_MS, saturatedMs: HOUR_MS, undecidedMs: 0, noneUpMs: 0 });
    expect(found.hours[11]).toMatchObject({ openMs: HOUR_MS, saturatedMs: HOUR_MS });
    expect(saturationShare(found)).toEqual({ value: 0.25, low: 0.25, high: 0.25, reason: null });
  });

  it('leaves out machines that are down, and knows a lab where none is up', () => {
    const broken = machine({ service: [being('fault', at(10), at(12)), being('up', at(12), null)] });
    const busy = machine({ sessions: [held(at(10), at(13))] });
    expect(monday([broken, busy])).toMatchObject({ saturatedMs: 2 * HOUR_MS, noneUpMs: 0 });
    const alone = monday([broken]);
    expect(alone).toMatchObject({ saturatedMs: 0, noneUpMs: 2 * HOUR_MS, openMs: 4 * HOUR_MS });
    expect(saturationShare(alone).value).toBe(0);
  });

  it('has bounds where nobody knows, and no value where nobody ever knows', () => {
    const busy = machine({ sessions: [held(at(10), at(14))] });
    const silent = machine({ activity: [doing('off', MONDAY, at(11)), doing('unknown', at(11), at(24))] });
    const found = monday([busy, silent]);
    expect(found).toMatchObject({ saturatedMs: 0, undecidedMs: 3 * HOUR_MS });
    expect(saturationShare(found)).toEqual({ value: 0, low: 0, high: 0.75, reason: null });
    const never = monday([machine({ activity: [] })]);
    expect(saturationShare(never)).toEqual({ value: null, low: 0, high: 1, reason: 'not-observed' });
    expect(demandOf(never)).toBeNull();
    expect(saturationShare(monday([busy], []))).toMatchObject({ value: null, reason: 'no-opening-time' });
  });

  it('a free machine settles it, whatever is not known of the others', () => {
    expect(monday([machine(), machine({ activity: [] })])).toMatchObject({ undecidedMs: 0, saturatedMs: 0 });
  });

  it('gives the demand between everybody waits and everybody leaves', () => {
    const half = machine({ sessions: [held(at(10), at(12))] });
    expect(demandOf(monday([half]))).toEqual(demandAt(0.5, 1));
    expect(demandOf(monday([half, half]))).toEqual(demandAt(0.5, 2));
    expect(demandOf(monday([machine({ sessions: [held(at(9), at(15))] })]))).toEqual({ low: 1, high: null });
  });

  it('gives the demand of the time that was observed, with the machines that were up in it', () => {
    const down = machine({ service: [being('maintenance', at(10), at(12)), being('up', at(12), null)] });
    const half = machine({ sessions: [held(at(10), at(11)), held(at(12), at(13))] });
    const demand = demandOf(monday([down, half]))!;
    expect(demand.low).toBe(0.5);
    // One machine for half of the time, two for the other half.
    expect(demand.high!).toBeLessThan(demandAt(0.5, 1).high!);
    expect(demand.high!).toBeGreaterThan(demandAt(0.25, 2).high!);
  });

  const minutesArb = fc.tuple(fc.integer({ min: -100, max: 1600 }), fc.integer({ min: 1, max: 400 }));
  const spansArb = fc.array(minutesArb, { maxLength: 4 }).map((pairs) =>
    clipSpans(
      pairs
        .map(([start, length]) => ({ start: MONDAY + start * MINUTE_MS, end: MONDAY + (start + length) * MINUTE_MS }))
        .sort((a, b) => a.start - b.start),
      -Infinity,
      Infinity,
    ),
  );
  const layerArb = <T extends string>(...names: T[]) =>
    fc.array(fc.tuple(fc.constantFrom(...names), fc.integer({ min: 5, max: 500 })), { maxLength: 6 }).map((parts) => {
      let start = MONDAY - 30 * MINUTE_MS;
      return parts.map(([name, length]) => {
        const begin = start;
        start += length * MINUTE_MS;
        return { name, start: begin, end: start };
      });
    });
  const machineArb: fc.Arbitrary<HeldMachine> = fc.record({
    activity: layerArb('off', 'standby', 'running', 'unknown').map((parts) =>
      parts.map(({ name, start, end }) => doing(name, start, end)),
    ),
    service: layerArb('up', 'fault', 'maintenance', 'absent').map((parts) =>
      parts.map(({ name, start, end }) => being(name, start, end)),
    ),
    sessions: spansArb.map((spans) => spans.map(({ start, end }) => held(start, end))),
  });
  const inputArb: fc.Arbitrary<SaturationInput> = fc.record({
    machines: fc.array(machineArb, { maxLength: 4 }),
    opening: spansArb,
    zone: fc.constantFrom('UTC', 'Europe/Paris'),
    from: fc.integer({ min: 0, max: 400 }).map((minute) => MONDAY + minute * MINUTE_MS),
    to: fc.integer({ min: 400, max: 1700 }).map((minute) => MONDAY + minute * MINUTE_MS),
  });

  const covers = (spans: readonly { start: number; end: number | null }[], minute: number) =>
    spans.find(({ start, end }) => start <= minute && minute < (end ?? Infinity));

  it('is what a look at every minute says', () => {
    fc.assert(
      fc.property(inputArb, (input) => {
        const expected = { openMs: 0, saturatedMs: 0, undecidedMs: 0, noneUpMs: 0, heldMs: 0 };
        for (let minute = input.from; minute < input.to; minute += MINUTE_MS) {
          if (!covers(input.opening, minute)) continue;
          const states = input.machines.flatMap(({ activity, service, sessions }) => {
            const state = service.find(({ start, end }) => start <= minute && minute < end!)?.state ?? 'up';
            if (state !== 'up') return [];
            const does = activity.find(({ start, end }) => start <= minute && minute < end)?.activity ?? 'unknown';
            if (covers(sessions, minute) || does === 'running') return ['held'];
            return [does === 'unknown' ? 'unknown' : 'free'];
          });
          expected.openMs += MINUTE_MS;
          if (states.length === 0) expected.noneUpMs += MINUTE_MS;
          else if (states.every((state) => state === 'held')) expected.saturatedMs += MINUTE_MS;
          else if (!states.includes('free')) expected.undecidedMs += MINUTE_MS;
          if (!states.includes('unknown'))
            expected.heldMs += states.filter((state) => state === 'held').length * MINUTE_MS;
        }
        const found = saturation(input);
        expect(found).toMatchObject(expected);
        expect(found.hours.reduce((sum, { saturatedMs }) => sum + saturatedMs, 0)).toBe(expected.saturatedMs);
        const { value, low, high } = saturationShare(found);
        for (const share of [value, low, high]) {
          if (share !== null) expect(share >= 0 && share <= 1).toBe(true);
        }
        if (value !== null) expect(low! <= value && value <= high!).toBe(true);
        const demand = demandOf(found);
        if (demand?.high) expect(demand.high).toBeGreaterThanOrEqual(demand.low);
      }),
      { numRuns: 1000 },
    );
  });

  it('adds up over windows that follow each other', () => {
    fc.assert(
      fc.property(inputArb, fc.nat(1_000_000), (input, cut) => {
        const middle = input.from + Math.floor(((input.to - input.from) * cut) / 1_000_000);
        const whole = saturation(input);
        const [first, second] = [saturation({ ...input, to: middle }), saturation({ ...input, from: middle })];
        for (const name of ['openMs', 'saturatedMs', 'undecidedMs', 'noneUpMs', 'heldMs'] as const) {
          expect(first[name] + second[name]).toBe(whole[name]);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

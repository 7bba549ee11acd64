import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carriedLoad, demandAt, demandBand, erlangB, erlangC } from './queueing.ts';

const RUNS = 1000;
const loadArb = fc.double({ min: 0, max: 200, noNaN: true });
const serversArb = fc.integer({ min: 1, max: 40 });
/** Above it a demand is so large that its digits say nothing; below its step a number has no digits left. */
const shareArb = fc.integer({ min: 0, max: 999_000 }).map((millionths) => millionths / 1_000_000);

describe('Erlang’s formulas', () => {
  it.each([
    [0.5, 1, 0.333333],
    [1, 2, 0.2],
    [2, 3, 0.210526],
    [2.5, 8, 0.00311],
  ])('B(%d, %d) = %d', (load, servers, expected) => {
    expect(erlangB(load, servers)).toBeCloseTo(expected, 6);
  });

  it.each([
    [0.8, 1, 0.8],
    [1.6, 2, 0.711111],
    [2.4, 3, 0.647191],
  ])('C(%d, %d) = %d', (load, servers, expected) => {
    expect(erlangC(load, servers)).toBeCloseTo(expected, 6);
  });

  it('without a load nobody is turned away, without servers everybody is', () => {
    expect([erlangB(0, 3), erlangC(0, 3), erlangB(4, 0), erlangC(3, 3), erlangC(9, 3)]).toEqual([0, 0, 1, 1, 1]);
  });

  it.each([
    [-1, 2],
    [Number.NaN, 2],
    [Number.POSITIVE_INFINITY, 2],
    [1, 1.5],
    [1, -1],
  ])('refuses a load of %d on %d servers', (load, servers) => {
    expect(() => erlangB(load, servers)).toThrow(RangeError);
  });

  it('B lies in [0, 1], grows with the load and falls with the servers; C is never below B', () => {
    fc.assert(
      fc.property(loadArb, loadArb, serversArb, (a, b, servers) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const [blocked, more] = [erlangB(low, servers), erlangB(high, servers)];
        expect(blocked).toBeGreaterThanOrEqual(0);
        expect(more).toBeLessThanOrEqual(1);
        expect(blocked).toBeLessThanOrEqual(more + 1e-12);
        expect(erlangB(low, servers + 1)).toBeLessThanOrEqual(blocked);
        expect(erlangC(low, servers)).toBeGreaterThanOrEqual(blocked);
        expect(erlangC(low, servers)).toBeLessThanOrEqual(1 + 1e-12);
      }),
      { numRuns: RUNS },
    );
  });

  it('the carried load is A·(1 − B), and lies below the load and the servers', () => {
    fc.assert(
      fc.property(loadArb, serversArb, (load, servers) => {
        const carried = carriedLoad(load, servers);
        expect(carried).toBeCloseTo(load * (1 - erlangB(load, servers)), 9);
        expect(carried).toBeLessThanOrEqual(Math.min(load, servers) + 1e-9);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('demandAt()', () => {
  it.each([
    [0, 3, 0, 0],
    // One machine: A/(1 + A) = U.
    [0.5, 1, 0.5, 1],
    [0.75, 1, 0.75, 3],
    // B(1, 2) = 0.2 and B(2, 3) = 4/19.
    [0.4, 2, 0.8, 1],
    [(2 * (1 - 4 / 19)) / 3, 3, 2 * (1 - 4 / 19), 2],
  ])('at U = %d of %d machines: between %d and %d', (share, servers, low, high) => {
    const band = demandAt(share, servers);
    expect(band.low).toBeCloseTo(low, 9);
    expect(band.high).toBeCloseTo(high, 9);
  });

  it('has no upper bound where all machines are always held', () => {
    expect(demandAt(1, 4)).toEqual({ low: 4, high: null });
  });

  it('is a root of A·(1 − B(A, c)) = U·c, not below the lower bound, and grows with U', () => {
    fc.assert(
      fc.property(shareArb, shareArb, serversArb, (a, b, servers) => {
        const [less, more] = [demandAt(Math.min(a, b), servers), demandAt(Math.max(a, b), servers)];
        expect(carriedLoad(less.high!, servers)).toBeCloseTo(less.low, 9);
        expect(less.high!).toBeGreaterThanOrEqual(less.low);
        expect(less.high!).toBeLessThanOrEqual(more.high! * (1 + 1e-12));
        expect(less.low).toBeLessThanOrEqual(more.low);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('demandBand() over a changing number of machines', () => {
  it('lies between the demands of the fewest and of the most machines', () => {
    fc.assert(
      fc.property(shareArb, serversArb, fc.double({ min: 0, max: 1, noNaN: true }), (share, servers, part) => {
        const shares = new Array<number>(servers + 2).fill(0);
        shares[servers] = part;
        shares[servers + 1] = 1 - part;
        const held = share * servers;
        const band = demandBand(held, shares);
        expect(band.low).toBe(held);
        expect(band.high!).toBeLessThanOrEqual(demandAt(share, servers).high! * (1 + 1e-9));
        expect(band.high!).toBeGreaterThanOrEqual(demandAt(held / (servers + 1), servers + 1).high! * (1 - 1e-9));
      }),
      { numRuns: RUNS },
    );
  });

  it('refuses more held machines than there are', () => {
    expect(() => demandBand(1.2, [0, 1])).toThrow(RangeError);
    expect(() => demandBand(Number.NaN, [0, 1])).toThrow(RangeError);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PowerHistogram } from './power-histogram.ts';

function histogramOf(times: readonly (readonly [number, number])[]): PowerHistogram {
  const histogram = new PowerHistogram();
  for (const [watts, ms] of times) histogram.add(watts, ms);
  return histogram;
}

describe('PowerHistogram', () => {
  it('holds time by a logarithm of power, with one bin for all up to 5 W', () => {
    const bins = histogramOf([
      [0, 10],
      [-3, 1],
      [4.9, 20],
      [50, 30],
      [51, 3],
    ]).bins();
    expect(bins.map(({ ms }) => ms)).toEqual([31, 33]);
    expect(bins[0]?.fromW).toBe(0);
    expect(bins[1]?.fromW).toBeCloseTo(50, 9);
  });

  it('has no threshold without time, or with all of it in one bin', () => {
    expect(histogramOf([]).split()).toBeNull();
    expect(histogramOf([[2, 1000]]).split()).toBeNull();
  });

  it('cuts where the variance within the halves is least', () => {
    const timesArb = fc.array(
      fc.tuple(fc.double({ min: 0, max: 5000, noNaN: true }), fc.integer({ min: 1, max: 100_000 })),
      { minLength: 2, maxLength: 40 },
    );
    fc.assert(
      fc.property(timesArb, (times) => {
        const histogram = histogramOf(times);
        const split = histogram.split();
        const points = histogram.bins().map(({ toW, ms }) => [Math.log10(toW / 5) * 20 - 1, ms, toW] as const);
        if (points.length < 2) {
          expect(split).toBeNull();
          return;
        }
        const within = (cutW: number) =>
          [
            points.filter(([, , toW]) => toW <= cutW * (1 + 1e-9)),
            points.filter(([, , toW]) => toW > cutW * (1 + 1e-9)),
          ]
            .map((half) => {
              const ms = half.reduce((sum, [, n]) => sum + n, 0);
              const mean = half.reduce((sum, [x, n]) => sum + x * n, 0) / ms;
              return half.reduce((sum, [x, n]) => sum + n * (x - mean) ** 2, 0);
            })
            .reduce((sum, part) => sum + part, 0);
        const least = Math.min(...points.slice(0, -1).map(([, , toW]) => within(toW)));
        expect(within(split!.thresholdW)).toBeCloseTo(least, 3);
        expect(split!.separability).toBeGreaterThan(0);
        expect(split!.separability).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1000 },
    );
  });

  it('knows two humps from one', () => {
    const hump = (middleW: number) =>
      Array.from({ length: 41 }, (_, index) => {
        const x = (index - 20) / 8;
        return [middleW * 10 ** (x / 10), Math.round(10_000 * Math.exp(-(x ** 2) / 2))] as const;
      });
    expect(histogramOf(hump(100)).split()?.hasTwoModes).toBe(false);
    expect(histogramOf([...hump(100), ...hump(900)]).split()?.hasTwoModes).toBe(true);
    expect(histogramOf([...hump(100), ...hump(120)]).split()?.hasTwoModes).toBe(false);
  });
});

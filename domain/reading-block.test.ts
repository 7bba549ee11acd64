import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packReadings, unpackReadings } from './reading-block.ts';

const Value = fc.oneof(
  fc.integer({ min: -5000, max: 5000 }),
  fc.integer({ min: 0, max: 5_000_000 }).map((n) => n / 1000),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant(Number.NaN),
);
const Readings = fc
  .array(fc.record({ gap: fc.integer({ min: 1, max: 10_000_000 }), w: Value, wh: Value }), { maxLength: 300 })
  .map((rows) => {
    let at = 1_700_000_000_000;
    return rows.map(({ gap, w, wh }) => {
      at += gap;
      return { at, w, wh };
    });
  });

describe('packReadings()', () => {
  it('gives the same numbers back', () => {
    fc.assert(
      fc.property(Readings, (readings) => {
        expect(unpackReadings(packReadings(readings))).toEqual(readings);
      }),
      { numRuns: 1000 },
    );
  });

  it('needs few bytes for what a plug sends', () => {
    const readings = Array.from({ length: 360 }, (_, n) => ({
      at: 1_700_000_000_000 + n * 10_000,
      w: 120 + (n % 7),
      wh: 5000 + n / 10,
    }));
    expect(packReadings(readings).length / readings.length).toBeLessThan(4);
  });

  it('refuses bytes that are not a block', () => {
    expect(() => unpackReadings(Uint8Array.of(9, 9))).toThrow(RangeError);
    expect(() => unpackReadings(Uint8Array.of(1, 200))).toThrow(RangeError);
  });
});

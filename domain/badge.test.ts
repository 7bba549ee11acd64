import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BADGE_DIGITS_MAX, canonicalBadge, canonicalBadgeNumber } from './badge.ts';

const FORMS: [string, string | undefined][] = [
  ['04A2B3C4D5E680', '04A2B3C4D5E680'],
  ['04:a2:b3:c4:d5:e6:80', '04A2B3C4D5E680'],
  ['74-10-37-94', '74103794'],
  [' 04 a2 b3 ', '04A2B3'],
  ['0x04a2b3', '04A2B3'],
  ['763AE8h', '763AE8'],
  ['cdb6217', 'CDB6217'],
  ['0074380D', '0074380D'],
  ['dec:7748328', '763AE8'],
  ['dec:4302741608', '10076A068'],
  ['dec:0', undefined],
  ['', undefined],
  [' ', undefined],
  ['00000000', undefined],
  ['token UID', undefined],
  ['MQTT', undefined],
  ['A'.repeat(BADGE_DIGITS_MAX), 'A'.repeat(BADGE_DIGITS_MAX)],
  ['A'.repeat(BADGE_DIGITS_MAX + 1), undefined],
];

const NUMBERS: [number, string | undefined][] = [
  [7748328, '763AE8'],
  [4302741608, '10076A068'],
  [0, undefined],
  [-1, undefined],
  [1.5, undefined],
  [2 ** 53, undefined],
  [Number.NaN, undefined],
];

describe('canonicalBadge()', () => {
  it.each(FORMS)('reads %j as %j', (text, canonical) => {
    expect(canonicalBadge(text)).toBe(canonical);
  });

  it('gives a form that is its own canonical form, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const once = canonicalBadge(text);
        if (once !== undefined) expect(canonicalBadge(once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('canonicalBadgeNumber()', () => {
  it.each(NUMBERS)('reads %d as %j', (value, canonical) => {
    expect(canonicalBadgeNumber(value)).toBe(canonical);
  });

  it('meets the decimal text that a person enrols', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (value) => {
        expect(canonicalBadge(`dec:${value}`)).toBe(canonicalBadgeNumber(value));
      }),
    );
  });
});

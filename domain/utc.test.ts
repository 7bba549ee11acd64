import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCalendarDay, startOfUtcDay } from './utc.ts';

describe('startOfUtcDay()', () => {
  it('agrees with the platform calendar for every day from 1970 to 2399', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 157_000 }), (day) => {
        const date = new Date(day * 86_400_000);
        const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
        expect(isCalendarDay(year, month, dayOfMonth)).toBe(true);
        expect(startOfUtcDay(year, month, dayOfMonth)).toBe(day * 86_400_000);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('isCalendarDay()', () => {
  it.each([
    [2026, 2, 29],
    [2026, 4, 31],
    [2100, 2, 29],
    [2026, 13, 1],
    [2026, 0, 1],
    [2026, 1, 0],
  ])('refuses %d-%d-%d', (year, month, day) => {
    expect(isCalendarDay(year, month, day)).toBe(false);
  });

  it('knows the leap days of 2024 and 2000', () => {
    expect(isCalendarDay(2024, 2, 29) && isCalendarDay(2000, 2, 29)).toBe(true);
  });
});

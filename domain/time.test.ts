import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPeriod, type Period, startOfPeriod } from './time.ts';

const ZONES = ['Europe/Paris', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia', 'Africa/Casablanca'];
const PERIODS: Period[] = ['hour', 'day', 'week', 'month', 'quarter', 'year'];
/** The clock change of autumn 2026 in Paris; others lie within months of it. */
const CHANGE = Date.UTC(2026, 9, 25, 1);

describe('startOfPeriod() and nextPeriod()', () => {
  it.each(PERIODS)('say the same of every instant of one %s, whatever was asked before', (period) => {
    const instants = fc.array(fc.integer({ min: -300 * 24 * 60, max: 300 * 24 * 60 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instants, (zone, minutes) => {
        for (const minute of minutes) {
          const at = CHANGE + minute * 60_000;
          const start = startOfPeriod(at, period, zone);
          const next = nextPeriod(at, period, zone);
          expect(start <= at && at < next).toBe(true);
          for (const other of [start, Math.floor((start + next) / 2), next - 1]) {
            expect(startOfPeriod(other, period, zone)).toBe(start);
            expect(nextPeriod(other, period, zone)).toBe(next);
          }
          // So many others that what is remembered of these is forgotten.
          for (let year = 1; year <= 9; year += 1) startOfPeriod(at + year * 366 * 86_400_000, period, zone);
          expect(startOfPeriod(next - 1, period, zone)).toBe(start);
        }
      }),
      { numRuns: 60 },
    );
  });
});

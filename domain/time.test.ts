import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf, nextPeriod, type Period, startOfPeriod, wallOf } from './time.ts';

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

describe('wallOf()', () => {
  it('shows what the calendar of the system shows, whatever was asked before', () => {
    const CLOCKS = new Map(
      [...ZONES, 'UTC', 'Asia/Kathmandu'].map((zone) => [
        zone,
        new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }),
      ]),
    );
    const change = fc.constantFrom(CHANGE, Date.UTC(2026, 2, 29, 1), Date.UTC(2011, 11, 30, 10), 0);
    const second = fc.tuple(change, fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -3e7, max: 3e7 })));
    fc.assert(
      fc.property(fc.constantFrom(...CLOCKS), fc.array(second, { maxLength: 30 }), ([zone, clock], seconds) => {
        for (const [around, by] of seconds) {
          const at = around + by * 1000;
          expect(wallOf(at, zone)).toBe(Date.parse(`${clock.format(dateOf(at)).replace(' ', 'T')}Z`));
        }
      }),
      { numRuns: 300 },
    );
  });
});

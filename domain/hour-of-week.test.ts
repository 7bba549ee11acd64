import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOURS_OF_WEEK, hourPieces } from './hour-of-week.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, wallOf } from './time.ts';

const ZONES = ['Europe/Paris', 'UTC', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia'];

describe('hourPieces()', () => {
  it.each([
    ['2026-03-02T00:00:00+01:00', 0],
    ['2026-03-02T13:59:00+01:00', 13],
    ['2026-03-08T23:00:00+01:00', 167],
    ['1969-12-29T00:00:00+01:00', 0],
  ])('%s in Paris is hour %d of the week', (text, hour) => {
    const start = Date.parse(text);
    expect(hourPieces([{ start, end: start + MINUTE_MS }], 'Europe/Paris')).toEqual([
      { start, end: start + MINUTE_MS, hour },
    ]);
  });

  it.each([
    ['2026-03-29', 0],
    ['2026-10-25', 2 * HOUR_MS],
  ])('on %s the hour from 02:00 lasts %d ms', (day, lengthMs) => {
    const start = Date.parse(`${day}T00:00:00Z`) - 3 * HOUR_MS;
    const pieces = hourPieces([{ start, end: start + 2 * DAY_MS }], 'Europe/Paris');
    const sunday = 6 * 24 + 2;
    const ms = pieces.filter(({ hour }) => hour === sunday).reduce((sum, { start: a, end }) => sum + end - a, 0);
    expect(ms).toBe(lengthMs);
  });

  it('cuts without holes, each piece in the clock hour that it says, in every zone', () => {
    const startArb = fc.integer({ min: Date.parse('2025-01-01'), max: Date.parse('2027-01-01') });
    fc.assert(
      fc.property(
        startArb,
        fc.integer({ min: 1, max: 20 * DAY_MS }),
        fc.constantFrom(...ZONES),
        (start, length, zone) => {
          const pieces = hourPieces([{ start, end: start + length }], zone);
          let position = start;
          for (const piece of pieces) {
            expect(piece.start).toBe(position);
            expect(piece.end - piece.start).toBeLessThanOrEqual(1.5 * HOUR_MS);
            const wall = new Date(wallOf(piece.start, zone));
            const monday = (wall.getUTCDay() + 6) % 7;
            if (piece.hour !== monday * 24 + wall.getUTCHours()) {
              expect(piece.hour).toBe(monday * 24 + wall.getUTCHours());
            }
            position = piece.end;
          }
          expect(position).toBe(start + length);
          expect(pieces.every(({ hour }) => hour >= 0 && hour < HOURS_OF_WEEK)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

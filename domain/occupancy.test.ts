import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourPieces } from './hour-of-week.ts';
import { type OccupancyInput, occupancy } from './occupancy.ts';
import type { PresentSession } from './presence.ts';
import { clipSpans } from './spans.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';

/** A Monday, in UTC. */
const MONDAY = Date.parse('2026-03-02T00:00:00Z');
const at = (hour: number, minute = 0) => MONDAY + hour * HOUR_MS + minute * MINUTE_MS;

function session(
  member: string,
  start: number,
  end: number | null,
  endCause: PresentSession['endCause'] = 'badge-out',
  people: number | null = null,
): PresentSession {
  return { member, start, end, endCause, people };
}

function week(machines: OccupancyInput['machines'], to = MONDAY + 7 * DAY_MS) {
  return occupancy({ machines, opening: [{ start: at(9), end: at(18) }], zone: 'UTC', from: MONDAY, to });
}

describe('occupancy()', () => {
  it('counts people by instant, once each, in opening hours', () => {
    const { hours, openMs, presentMs, peak } = week([
      { attended: true, sessions: [session('ada', at(8), at(10, 30)), session('bob', at(10, 15), at(11))] },
      { attended: true, sessions: [session('ada', at(10), at(10, 45)), session('eve', at(17, 30), at(19))] },
    ]);
    expect(hours[8]).toEqual({ windowMs: HOUR_MS, openMs: 0, presentMs: 0, peak: 0 });
    expect(hours[9]).toEqual({ windowMs: HOUR_MS, openMs: HOUR_MS, presentMs: HOUR_MS, peak: 1 });
    expect(hours[10]).toEqual({ windowMs: HOUR_MS, openMs: HOUR_MS, presentMs: 90 * MINUTE_MS, peak: 2 });
    expect(hours[17]).toMatchObject({ presentMs: 30 * MINUTE_MS, peak: 1 });
    expect({ openMs, presentMs, peak }).toEqual({ openMs: 9 * HOUR_MS, presentMs: 3 * HOUR_MS, peak: 2 });
  });

  it.each([
    ['badge-out', 30],
    ['idle', 15],
    ['handover', 15],
    ['max', 15],
  ] as const)('at an unattended machine, after %s: %d min of presence', (cause, minutes) => {
    const { presentMs } = week([{ attended: false, sessions: [session('ada', at(10), at(14), cause)] }]);
    expect(presentMs).toBe(minutes * MINUTE_MS);
  });

  it('at an unattended machine badges less than 15 min apart are one presence', () => {
    const { presentMs } = week([{ attended: false, sessions: [session('ada', at(10), at(10, 5))] }]);
    expect(presentMs).toBe(20 * MINUTE_MS);
  });

  it('an open session lasts to the end of the window', () => {
    const open = [session('ada', at(10), null, 'open')];
    expect(week([{ attended: true, sessions: open }], at(12)).presentMs).toBe(2 * HOUR_MS);
    expect(week([{ attended: false, sessions: open }], at(12)).presentMs).toBe(15 * MINUTE_MS);
  });

  it('tells two people who follow each other from two at once', () => {
    const { peak } = week([
      { attended: true, sessions: [session('ada', at(10), at(11), 'handover'), session('bob', at(11), at(12))] },
    ]);
    expect(peak).toBe(1);
  });

  it('counts a class by its head-count, once on all its machines, until it is over', () => {
    const taught = (people: number, end: number) => session('class', at(10), end, 'badge-out', people);
    const { hours, peak, presentMs } = week([
      { attended: true, sessions: [taught(12, at(10, 30)), session('ada', at(10, 30), at(11))] },
      { attended: false, sessions: [taught(12, at(12))] },
      { attended: false, sessions: [taught(12, at(12))] },
    ]);
    expect(hours[10]).toMatchObject({ presentMs: (12 * 60 + 30) * MINUTE_MS, peak: 13 });
    expect(hours[11]).toMatchObject({ presentMs: 12 * HOUR_MS, peak: 12 });
    expect([peak, presentMs]).toEqual([13, (24 * 60 + 30) * MINUTE_MS]);
  });

  it('of two head-counts of one class the larger holds while both do', () => {
    const { hours } = week([
      { attended: true, sessions: [session('class', at(10), at(12), 'badge-out', 12)] },
      { attended: true, sessions: [session('class', at(10), at(11), 'badge-out', 15)] },
    ]);
    expect(hours.slice(10, 12).map((hour) => hour.peak)).toEqual([15, 12]);
  });

  const spanArb = fc
    .tuple(fc.integer({ min: -300, max: 3300 }), fc.integer({ min: 1, max: 600 }))
    .map(([start, length]) => ({ start: MONDAY + start * MINUTE_MS, end: MONDAY + (start + length) * MINUTE_MS }));
  const sessionArb: fc.Arbitrary<PresentSession> = fc
    .tuple(
      spanArb,
      fc.constantFrom('ada', 'bob', 'eve'),
      fc.constantFrom<PresentSession['endCause']>('badge-out', 'idle'),
      fc.constantFrom(null, null, null, 3, 12),
    )
    .map(([{ start, end }, member, endCause, people]) => session(member, start, end, endCause, people));
  const inputArb = fc.record({
    machines: fc.array(fc.record({ attended: fc.boolean(), sessions: fc.array(sessionArb, { maxLength: 6 }) }), {
      maxLength: 3,
    }),
    opening: fc.array(spanArb, { maxLength: 4 }).map((spans) =>
      clipSpans(
        spans.sort((a, b) => a.start - b.start),
        -Infinity,
        Infinity,
      ),
    ),
    zone: fc.constantFrom('UTC', 'Europe/Paris', 'Asia/Kathmandu'),
    from: fc.integer({ min: 0, max: 1400 }).map((minute) => MONDAY + minute * MINUTE_MS),
    to: fc.integer({ min: 1400, max: 3000 }).map((minute) => MONDAY + minute * MINUTE_MS),
  });

  it('is what a count minute by minute says', () => {
    fc.assert(
      fc.property(inputArb, (input) => {
        const { machines, opening, zone, from, to } = input;
        const expected = new Map<number, { openMs: number; presentMs: number; peak: number }>();
        for (let minute = from; minute < to; minute += MINUTE_MS) {
          if (!opening.some(({ start, end }) => start <= minute && minute < end)) continue;
          const [piece] = hourPieces([{ start: minute, end: minute + 1 }], zone);
          const people = new Map<string, number>();
          for (const { attended, sessions } of machines) {
            for (const { member, start, end, endCause, people: count } of sessions) {
              const isSoon = (badge: number) => minute >= badge && minute < badge + 15 * MINUTE_MS;
              const stays = attended || count !== null;
              const isThere = stays
                ? start <= minute && minute < end!
                : isSoon(start) || (endCause === 'badge-out' && isSoon(end!));
              if (isThere) people.set(member, Math.max(people.get(member) ?? 0, count ?? 1));
            }
          }
          const entry = expected.get(piece!.hour) ?? { openMs: 0, presentMs: 0, peak: 0 };
          expected.set(piece!.hour, entry);
          entry.openMs += MINUTE_MS;
          const present = [...people.values()].reduce((sum, count) => sum + count, 0);
          entry.presentMs += present * MINUTE_MS;
          entry.peak = Math.max(entry.peak, present);
        }
        const { hours } = occupancy(input);
        hours.forEach(({ windowMs: _, ...hour }, index) => {
          expect(hour).toEqual(expected.get(index) ?? { openMs: 0, presentMs: 0, peak: 0 });
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('adds up over windows that follow each other', () => {
    fc.assert(
      fc.property(inputArb, fc.nat(1_000_000), (input, cut) => {
        const middle = input.from + Math.floor(((input.to - input.from) * cut) / 1_000_000);
        const whole = occupancy(input);
        const [first, second] = [occupancy({ ...input, to: middle }), occupancy({ ...input, from: middle })];
        for (const name of ['windowMs', 'openMs', 'presentMs'] as const) {
          expect(first[name] + second[name]).toBe(whole[name]);
        }
        expect(Math.max(first.peak, second.peak)).toBe(whole.peak);
        expect(whole.windowMs).toBe(input.to - input.from);
      }),
      { numRuns: 1000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Service, ServiceInterval } from './layers.ts';
import { addUptime, countFaults, emptyUptime, type UptimeSum, uptimeRow } from './uptime.ts';

const H = 3_600_000;

function layer(...parts: [Service, number, number | null, ServiceInterval['source']?][]): ServiceInterval[] {
  return parts.map(([state, start, end, source = 'declared']) => ({ state, start, end, source }));
}

function sumOf(over: Partial<UptimeSum> = {}): UptimeSum {
  return { ...emptyUptime(), windowMs: 100 * H, openMs: 40 * H, ...over };
}

describe('countFaults()', () => {
  const service = layer(
    ['up', 0, 10],
    ['fault', 10, 20],
    ['up', 20, 30],
    ['fault', 30, 40, 'machine'],
    ['fault', 40, null],
  );

  it.each([
    [0, 100, 2],
    [10, 11, 1],
    [11, 30, 0],
    [11, 31, 1],
    // Declared by a person after the machine said so: the same fault.
    [40, 100, 0],
    [0, 10, 0],
  ])('in [%d, %d): %d', (from, to, expected) => {
    expect(countFaults(service, from, to)).toBe(expected);
  });

  it('adds up over windows that follow each other', () => {
    const instant = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(instant, instant, instant, (...instants) => {
        const [a, b, c] = instants.sort((x, y) => x - y) as [number, number, number];
        expect(countFaults(service, a, b) + countFaults(service, b, c)).toBe(countFaults(service, a, c));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('uptimeRow()', () => {
  it('takes opening less maintenance as the time that was required', () => {
    const row = uptimeRow(
      sumOf({
        faults: 2,
        faultMs: 12 * H,
        faultOpenMs: 6 * H,
        maintenanceMs: 20 * H,
        maintenanceOpenMs: 10 * H,
        unknownMs: 25 * H,
      }),
    );
    expect(row).toEqual({
      windowS: 360_000,
      openS: 144_000,
      requiredS: 108_000,
      faultS: 43_200,
      faultOpenS: 21_600,
      maintenanceS: 72_000,
      faults: 2,
      coverage: 0.75,
      availability: 0.8,
      mtbfS: 12 * 3600,
      mtbfIs: 'mean',
      mttrS: 6 * 3600,
    });
  });

  it('without a fault gives the lower bound T/3, and never infinity', () => {
    const row = uptimeRow(sumOf({ maintenanceOpenMs: 10 * H }));
    expect(row).toMatchObject({ availability: 1, mtbfS: 10 * 3600, mtbfIs: 'lower-bound', mttrS: null });
    expect(row.reasons).toEqual({ mttrS: 'no-faults' });
  });

  it.each([
    ['no-time-counted', sumOf({ windowMs: 0, openMs: 0 })],
    ['no-opening-hours', sumOf({ openMs: null, faultOpenMs: null, maintenanceOpenMs: null })],
    ['no-opening-time', sumOf({ openMs: 0 })],
    ['no-opening-time', sumOf({ openMs: 10 * H, maintenanceOpenMs: 10 * H })],
  ])('has no availability: %s', (reason, sum) => {
    const row = uptimeRow(sum);
    expect(row).toMatchObject({ availability: null, mtbfS: null, mtbfIs: null });
    expect(row.reasons).toMatchObject({ availability: reason, mtbfS: reason });
  });

  it('repair time needs no opening hours', () => {
    const sum = sumOf({ openMs: null, faultOpenMs: null, maintenanceOpenMs: null, faults: 1, faultMs: 5 * H });
    expect(uptimeRow(sum).mttrS).toBe(5 * 3600);
  });

  it('keeps availability in [0, 1] and times finite, whatever is added up', () => {
    const partArb = fc
      .record({
        openMs: fc.integer({ min: 0, max: 1000 }),
        faultShare: fc.double({ min: 0, max: 1, noNaN: true }),
        maintenanceShare: fc.double({ min: 0, max: 1, noNaN: true }),
        faults: fc.nat(5),
        hasHours: fc.boolean(),
      })
      .map(({ openMs, faultShare, maintenanceShare, faults, hasHours }): UptimeSum => {
        const maintenanceOpenMs = Math.floor(openMs * maintenanceShare);
        const faultOpenMs = Math.floor((openMs - maintenanceOpenMs) * faultShare);
        const open = hasHours ? { openMs, faultOpenMs, maintenanceOpenMs } : {};
        const none = { openMs: null, faultOpenMs: null, maintenanceOpenMs: null };
        const rest = {
          windowMs: 2 * openMs,
          unknownMs: openMs,
          faultMs: faultOpenMs,
          maintenanceMs: maintenanceOpenMs,
        };
        return { ...none, ...open, ...rest, faults };
      });
    fc.assert(
      fc.property(fc.array(partArb, { maxLength: 5 }), (parts) => {
        const sum = emptyUptime();
        for (const part of parts) addUptime(sum, part);
        const { availability, mtbfS, mttrS, coverage, openS } = uptimeRow(sum);
        for (const share of [availability, coverage]) if (share !== null) expect(share >= 0 && share <= 1).toBe(true);
        for (const time of [mtbfS, mttrS]) if (time !== null) expect(Number.isFinite(time) && time >= 0).toBe(true);
        expect(openS === null).toBe(parts.some(({ openMs }) => openMs === null));
      }),
      { numRuns: 1000 },
    );
  });
});

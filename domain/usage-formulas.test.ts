import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_DEFINITIONS, DEFINITIONS } from './definitions.ts';
import { usageRow } from './usage.ts';
import { definitionOf, formulasOf } from './usage-formulas.ts';
import { emptySum, type UsageSum } from './usage-sum.ts';

const msArb = fc.integer({ min: 0, max: 400_000_000 });

/** Sums as machines make them: parts are not longer than their wholes. */
const sumArb = fc
  .record({
    off: msArb,
    standby: msArb,
    running: msArb,
    unknown: msArb,
    shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 }),
    isOpen: fc.boolean(),
    wh: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
  })
  .map(({ off, standby, running, unknown, shares, isOpen, wh }): UsageSum => {
    const windowMs = off + standby + running + unknown;
    const [a, b, c, d, e, f, g, h, i] = shares as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const part = (whole: number, share: number) => Math.floor(whole * share);
    const openMs = part(windowMs, a);
    const runningOpenMs = Math.min(openMs, part(running, b));
    const opening = {
      openMs,
      runningOpenMs,
      outsideMs: running - runningOpenMs,
      unknownOpenMs: Math.min(openMs - runningOpenMs, part(unknown, c)),
      heldOpenMs: runningOpenMs + part(openMs - runningOpenMs, d),
      faultOpenMs: part(openMs, e),
      maintenanceOpenMs: part(openMs, f),
      unknownMaintenanceOpenMs: Math.floor(Math.min(part(openMs, f), part(unknown, c), openMs - runningOpenMs) * f),
    };
    const closed = Object.fromEntries(Object.keys(opening).map((name) => [name, null])) as unknown as typeof opening;
    const sum = emptySum();
    sum.members.addList(['a', 'b']);
    return {
      ...sum,
      ...{ windowMs, offMs: off, standbyMs: standby, runningMs: running, unknownMs: unknown },
      ...{ badgedMs: part(windowMs, g), attributedMs: part(running, h) },
      ...(isOpen ? opening : closed),
      ...{ energyWh: wh, recoveredWh: wh === null ? null : wh * i },
    };
  });

/** Calculates a sum, product or quotient as somebody with a pencil would. */
function calculated(numbers: string): number {
  expect(numbers).toMatch(/^[\d\s.+−/()]+$/);
  return Number(new Function(`return ${numbers.replaceAll('−', '-')}`)());
}

describe('formulasOf()', () => {
  it.each(['total', 'hour'] as const)('gives every figure from the numbers that it shows (%s)', (profile) => {
    fc.assert(
      fc.property(sumArb, (sum) => {
        for (const { id, numbers, value } of formulasOf(usageRow(sum, profile), profile)) {
          if (value === null) {
            expect(numbers, id).toBeNull();
            continue;
          }
          const found = calculated(numbers!);
          const isShare = ALL_DEFINITIONS.some(
            (one) => one.id === definitionOf({ id, numbers, value }) && one.unit === 'share',
          );
          expect(isShare ? Math.min(1, Math.max(0, found)) : found, `${id}: ${numbers}`).toBeCloseTo(value, 6);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('reads as the usage model writes it', () => {
    const sum = { ...emptySum(), windowMs: 86_400_000, runningMs: 3_600_000, offMs: 82_800_000 };
    const open = { openMs: 14_400_000, runningOpenMs: 3_600_000, heldOpenMs: 3_600_000 };
    const utilisation = formulasOf(usageRow({ ...sum, ...open })).find(({ id }) => id === 'utilisation');
    expect(utilisation).toEqual({ id: 'utilisation', numbers: '3600 / ((14400 − 0) − (0 − 0))', value: 0.25 });
  });

  it('has every quantity of a row, each with its definition', () => {
    const formulas = formulasOf(usageRow(emptySum()));
    expect(new Set(formulas.map(definitionOf))).toEqual(new Set(Object.keys(DEFINITIONS)));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CostInput, costPerHour } from './cost.ts';

const YEAR_MS = 365.2425 * 86_400_000;
const BOUGHT = Date.parse('2024-12-31T23:00:00Z');

function cost(over: Partial<CostInput> = {}) {
  return costPerHour({
    purchase: { date: '2025-01-01', price: 13_000, residual: 1000, lifeYears: 6, maintenancePerYear: 500 },
    zone: 'Europe/Paris',
    from: BOUGHT,
    to: BOUGHT + YEAR_MS,
    runningMs: 500 * 3_600_000,
    energyWh: 600_000,
    tariffPerKwh: 0.25,
    ...over,
  });
}

describe('costPerHour()', () => {
  it('is value lost, maintenance and energy over the running hours', () => {
    const { depreciation, maintenance, energy, total, perHour, reason } = cost();
    expect([depreciation, maintenance, energy]).toEqual([2000, 500, 150]);
    expect(total).toBe(2650);
    expect(perHour).toBe(5.3);
    expect(reason).toBeNull();
  });

  it('of a machine that never ran is no number', () => {
    expect(cost({ runningMs: 0, energyWh: 0 })).toMatchObject({ perHour: null, reason: 'no-use', total: 2500 });
  });

  it('leaves energy out where nothing measures, and says so', () => {
    expect(cost({ energyWh: null })).toMatchObject({
      energy: null,
      total: 2500,
      perHour: 5,
      reason: 'energy-not-measured',
    });
  });

  it('leaves energy out where nobody has said what it costs, and says so', () => {
    expect(cost({ tariffPerKwh: null })).toMatchObject({ energy: null, total: 2500, perHour: 5, reason: 'no-tariff' });
  });

  it.each([
    ['before it was bought', BOUGHT - YEAR_MS, BOUGHT, 0, 0],
    ['half before it was bought', BOUGHT - YEAR_MS / 2, BOUGHT + YEAR_MS / 2, 1000, 250],
    ['at the end of its life', BOUGHT + 5.5 * YEAR_MS, BOUGHT + 6.5 * YEAR_MS, 1000, 500],
    ['after its life', BOUGHT + 7 * YEAR_MS, BOUGHT + 8 * YEAR_MS, 0, 500],
  ])('%s', (_, from, to, depreciation, maintenance) => {
    const found = cost({ from, to });
    expect(found.depreciation).toBeCloseTo(depreciation, 6);
    expect(found.maintenance).toBeCloseTo(maintenance, 6);
  });

  it('adds up over windows that follow each other, to the price less the residual over a life', () => {
    const instant = fc.double({ min: -2, max: 10, noNaN: true }).map((years) => BOUGHT + years * YEAR_MS);
    fc.assert(
      fc.property(instant, instant, instant, (...instants) => {
        const [a, b, c] = instants.sort((x, y) => x - y) as [number, number, number];
        const parts = [cost({ from: a, to: b }), cost({ from: b, to: c })];
        const whole = cost({ from: a, to: c });
        for (const name of ['depreciation', 'maintenance'] as const) {
          expect(parts.reduce((sum, part) => sum + part[name], 0)).toBeCloseTo(whole[name], 4);
        }
        expect(whole.depreciation).toBeLessThanOrEqual(12_000.01);
      }),
      { numRuns: 1000 },
    );
    expect(cost({ from: BOUGHT - YEAR_MS, to: BOUGHT + 20 * YEAR_MS }).depreciation).toBeCloseTo(12_000, 6);
  });
});

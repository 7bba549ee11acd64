import type { Machine } from './registry.ts';
import { parseInstantOrDate } from './time.ts';

/** A year as calendars have it on average. */
const YEAR_MS = 365.2425 * 86_400_000;

/** What a machine cost over a window `[from, to)` (UTC ms), and what it did in it. */
export interface CostInput {
  purchase: NonNullable<Machine['purchase']>;
  /** The zone in which the day of purchase begins. */
  zone: string;
  from: number;
  to: number;
  runningMs: number;
  /** With what was caught up over holes; null when nothing measures. */
  energyWh: number | null;
  /** Price of a kWh, in the currency of the purchase; null when nobody has said it. */
  tariffPerKwh: number | null;
}

/** Cost of a machine's hour, in the currency of its purchase; the parts add up to `total`. */
export interface Cost {
  depreciation: number;
  maintenance: number;
  energy: number | null;
  total: number;
  runningH: number;
  /** `total` over the running hours; null when there are none. */
  perHour: number | null;
  /** Why `perHour` is null, or what it leaves out. */
  reason: 'no-use' | 'energy-not-measured' | 'no-tariff' | null;
}

/**
 * What an hour of running cost: value lost, maintenance and energy.
 *
 * Value is lost evenly from the day of purchase to the end of the machine's life, and not outside it; maintenance is paid
 * from the day of purchase on.
 */
export function costPerHour({ purchase, zone, from, to, runningMs, energyWh, tariffPerKwh }: CostInput): Cost {
  const bought = parseInstantOrDate(purchase.date, zone) ?? from;
  const ownedMs = Math.max(0, to - Math.max(from, bought));
  const livedMs = Math.max(0, Math.min(to, bought + purchase.lifeYears * YEAR_MS) - Math.max(from, bought));
  const depreciation = ((purchase.price - purchase.residual) / purchase.lifeYears) * (livedMs / YEAR_MS);
  const maintenance = purchase.maintenancePerYear * (ownedMs / YEAR_MS);
  const energy = energyWh === null || tariffPerKwh === null ? null : (energyWh / 1000) * tariffPerKwh;
  const total = depreciation + maintenance + (energy ?? 0);
  const runningH = runningMs / 3_600_000;
  const perHour = runningMs > 0 ? total / runningH : null;
  const unknownEnergy = energyWh === null ? 'energy-not-measured' : tariffPerKwh === null ? 'no-tariff' : null;
  const reason = perHour === null ? 'no-use' : unknownEnergy;
  return { depreciation, maintenance, energy, total, runningH, perHour, reason };
}

import type { RollupHour } from '../../domain/rollup.ts';
import { startOfPeriod } from '../../domain/time.ts';

/**
 * The hours of one lab: pieces of a clock hour, between which the machine was elsewhere, are added up to one.
 *
 * `pieces` are in order; those of other labs are left out. Opening figures are null where one of them is, energy where
 * all are.
 */
export function hoursOfLab(pieces: readonly RollupHour[], lab: string, zone: string): RollupHour[] {
  const hours: RollupHour[] = [];
  for (const piece of pieces) {
    if (piece.lab !== lab) continue;
    const hour = startOfPeriod(piece.hour, 'hour', zone);
    const last = hours.at(-1);
    if (last?.hour === hour) hours[hours.length - 1] = joined(last, piece);
    else hours.push({ ...piece, hour });
  }
  return hours;
}

function joined(first: RollupHour, second: RollupHour): RollupHour {
  const sum: Record<string, unknown> = { ...first };
  for (const [name, value] of Object.entries(second)) {
    const before = sum[name];
    if (name === 'hour' || typeof value === 'string') continue;
    if (typeof value === 'number' && typeof before === 'number') sum[name] = before + value;
    else if (name === 'energyWh' || name === 'recoveredWh') sum[name] = before ?? value;
    else sum[name] = null;
  }
  return sum as unknown as RollupHour;
}

import type { Machine } from './contract.ts';

/**
 * What a card shows first, in the order in which the header counts it.
 *
 * Service comes before activity. `setup`: power arrives but the thresholds are missing; `unmeasured`: the connector is
 * there but tells no power; both are parts of an unknown activity in which "no news" would not be true.
 */
export const CONDITIONS = [
  'running',
  'standby',
  'off',
  'unknown',
  'fault',
  'maintenance',
  'absent',
  'setup',
  'unmeasured',
] as const;

/** What a card shows first. */
export type Condition = (typeof CONDITIONS)[number];

/** Watts of a connector that is not known to be online count as fresh for this long. */
export const FRESH_MS = 5 * 60_000;

/** What the activity layer alone says of a machine at `now` (ms). */
export function activityCondition(machine: Machine, now: number): Condition {
  if (machine.activity !== 'unknown' || machine.thresholds !== null) return machine.activity;
  const isFresh = machine.wattsAt !== null && now - Date.parse(machine.wattsAt) < FRESH_MS;
  if (machine.watts !== null && (machine.online === true || isFresh)) return 'setup';
  return machine.online === true ? 'unmeasured' : 'unknown';
}

/** What a card shows first of a machine at `now` (ms). */
export function conditionOf(machine: Machine, now: number): Condition {
  return machine.service === 'up' ? activityCondition(machine, now) : machine.service;
}

/**
 * From when on `condition` holds (ms), as far as it is known; null when it is not.
 *
 * Without thresholds the activity was never known, so that only the last sign of life tells how long it has been silent.
 */
export function conditionSince(machine: Machine, condition: Condition): number | null {
  if (condition === 'setup' || condition === 'unmeasured') return null;
  const since =
    condition === 'unknown' && machine.thresholds === null ? machine.heardAt : (machine.since ?? machine.heardAt);
  return since === null ? null : Date.parse(since);
}

/** How many machines are in each condition at `now` (ms). */
export function countConditions(machines: readonly Machine[], now: number): Record<Condition, number> {
  const counts = Object.fromEntries(CONDITIONS.map((condition) => [condition, 0])) as Record<Condition, number>;
  for (const machine of machines) counts[conditionOf(machine, now)] += 1;
  return counts;
}

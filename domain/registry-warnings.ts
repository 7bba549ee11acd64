import { schoolHolidaysKnown } from './holidays.ts';
import { holidayWordsOf } from './opening.ts';
import type { Lab, Registry } from './registry.ts';
import { DAY_MS, formatInstant } from './time.ts';

/** So long before the school holidays that are known end, it is said. */
const AHEAD_MS = 365 * DAY_MS;

/**
 * What is allowed in a registry document but will probably disappoint, in sentences; at most one a lab, machine or
 * connector. `now` is UTC ms.
 */
export function registryWarnings(document: Registry, now: number): string[] {
  const told = new Set<string>();
  const metered = new Set<string>();
  for (const { channels } of document.connectors) {
    for (const { machine, role } of channels) {
      if (role === 'main') metered.add(machine);
      if (role === 'main' || role === 'state') told.add(machine);
    }
  }
  const machines = document.machines.flatMap(({ id, signature }) => {
    if (!told.has(id)) return [`machine ${id} has no channel with the role main or state: nothing tells when it runs`];
    if (metered.has(id) && !signature)
      return [`machine ${id} has no signature: what its power means stays unknown until it has one`];
    return [];
  });
  const connectors = document.connectors.flatMap(({ id, channels }) =>
    channels.length === 0 ? [`connector ${id} feeds no machine: give it channels`] : [],
  );
  return [...document.labs.flatMap((lab) => schoolHolidayWarning(lab, now)), ...machines, ...connectors];
}

function schoolHolidayWarning(lab: Lab, now: number): string[] {
  if (!holidayWordsOf(lab).has('SH')) return [];
  const { from, until } = schoolHolidaysKnown(lab);
  const day = (ms: number): string => formatInstant(ms).slice(0, 10);
  const needed = { from: lab.since ?? day(now), until: lab.until ?? day(now + AHEAD_MS) };
  const isEarly = from !== null && needed.from < from;
  if (!isEarly && needed.until <= until) return [];
  const zone = lab.holidays?.schoolZone;
  const which = zone === undefined ? 'its school holidays' : `the school holidays of zone ${zone}`;
  const span = isEarly ? `from ${from} until ${until}; write others` : `until ${until}; write later ones`;
  return [`lab ${lab.id}: ${which} are known ${span} under holidays.add, or they do not count as holidays`];
}

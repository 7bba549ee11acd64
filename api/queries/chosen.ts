import type { QueryDeps } from '../../domain/machine-reading.ts';
import type { Machine } from '../../domain/registry.ts';
import { isEverIn, type Stay, staysOf } from '../../domain/stay.ts';
import { perZone, rangeOf } from './buckets.ts';
import type { ChosenMachines, GroupBy, RangeText } from './queries.ts';

/** A machine of the registry with the labs in which it is. `zone` is that of its own lab, in which its dates are read. */
export interface ChosenMachine {
  machine: Machine;
  stays: Stay[];
  zone: string;
}

/** The chosen machines in the order of the registry; one that left it meanwhile is left out. */
export function machinesOf({ registry }: QueryDeps, { machines, lab }: ChosenMachines): ChosenMachine[] {
  const document = registry();
  const labs = new Map(document.labs.map((entry) => [entry.id, entry]));
  const chosen = new Set(machines);
  return document.machines.flatMap((machine) => {
    const home = labs.get(machine.lab);
    if (!home || !chosen.has(machine.id) || (lab !== undefined && !isEverIn(machine, lab))) return [];
    const stays = staysOf(machine, labs).filter((stay) => lab === undefined || stay.lab.id === lab);
    return stays.length > 0 ? [{ machine, stays, zone: home.timezone }] : [];
  });
}

/**
 * Where the chosen machines are in a range, each lab reading it in its own zone. A machine that is nowhere then still
 * stands at home, so that its row says that no time is counted.
 */
export function staysIn(deps: QueryDeps, query: RangeText & ChosenMachines): { machine: Machine; stay: Stay }[] {
  const rangeIn = perZone((zone) => rangeOf(query, zone));
  return machinesOf(deps, query).flatMap(({ machine, stays }) => {
    const there = stays.filter(({ lab, start, end }) => {
      const { from, to } = rangeIn(lab.timezone);
      return start < to && end > from;
    });
    const home = stays.filter(({ lab }) => lab.id === machine.lab).slice(0, 1);
    return (there.length > 0 ? there : home).map((stay) => ({ machine, stay }));
  });
}

/** The group that a machine belongs to while it is in one lab. */
export function groupName(
  by: Exclude<GroupBy, 'audience'>,
  { id, kind }: Machine,
  { lab }: Stay,
  { registry }: QueryDeps,
): string {
  switch (by) {
    case 'machine':
      return id;
    case 'lab':
      return lab.id;
    case 'kind':
      return kind;
    case 'network':
      return registry().network.id;
  }
}

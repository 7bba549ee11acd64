import { traitsOf } from '../../domain/kind.ts';
import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { occupancy } from '../../domain/occupancy.ts';
import { openingIntervals } from '../../domain/opening.ts';
import { type MachineVisits, PRESENCE_MS } from '../../domain/presence.ts';
import type { Registry } from '../../domain/registry.ts';
import { isEverIn, labLifetime } from '../../domain/stay.ts';
import { combineRows, type UsageSum } from '../../domain/usage-sum.ts';
import { countedRange, rangeOf } from './buckets.ts';
import { machinesOf } from './chosen.ts';
import { machineUsage } from './machine-usage.ts';
import type { OccupancyAnswer, Queries } from './queries.ts';

const NOTHING = { windowMs: 0, coverage: null, members: 0, silence: null, people: null };

/** Answers `Queries.occupancy`. */
export async function queryOccupancy(
  deps: QueryDeps,
  query: Parameters<Queries['occupancy']>[0],
): Promise<OccupancyAnswer> {
  const now = deps.clock();
  const document = deps.registry();
  const lab = document.labs.find(({ id }) => id === query.lab);
  const range = rangeOf(query, lab?.timezone ?? 'UTC');
  const counted = lab ? countedRange(range, labLifetime(lab), now) : range;
  if (!lab || !(counted.from < counted.to)) return { ...NOTHING, ...range };
  const opening = openingIntervals(lab, counted.from, counted.to);
  const machines: MachineVisits[] = [];
  const usage: UsageSum[] = [];
  const all = document.machines.map(({ id }) => id);
  for (const { machine, stays } of machinesOf(deps, { machines: all, lab: lab.id })) {
    const found = await readMachine(deps, machine.id, now, async (reading) => {
      const sums: UsageSum[] = [];
      for (const stay of stays) {
        const there = countedRange(counted, stay, now);
        const window = { stay, period: 'total' as const, buckets: [{ key: 0, ...counted }], counted: there };
        if (there.from < there.to) sums.push(...(await machineUsage(deps.ledger, reading, window)));
      }
      return { sums, sessions: await reading.visits(counted.from - PRESENCE_MS, counted.to) };
    });
    machines.push({ attended: traitsOf(machine.kind, document).attended, sessions: found.sessions, present: stays });
    usage.push(...found.sums);
  }
  const { windowMs, unknownMs, members } = combineRows(usage);
  const hasSessions = machines.some(({ sessions }) => sessions.length > 0);
  const isHeard = windowMs > unknownMs || hasSessions;
  const isMeasured = hasSessions || hasReader(document, lab.id);
  return {
    ...range,
    windowMs: counted.to - counted.from,
    coverage: windowMs > 0 ? 1 - unknownMs / windowMs : null,
    members: members.size,
    silence: isMeasured ? (isHeard ? null : 'not-observed') : 'not-measured',
    people: opening && occupancy({ machines, opening, zone: lab.timezone, ...counted }),
  };
}

/** Whether a badge reader of the lab, or of a machine that is sometimes there, could see people. */
function hasReader({ connectors, machines }: Registry, lab: string): boolean {
  const there = new Set(machines.filter((one) => isEverIn(one, lab)).map(({ id }) => id));
  return connectors.some((one) =>
    one.channels.some(({ role, machine }) => role === 'badge' && (one.lab === lab || there.has(machine))),
  );
}

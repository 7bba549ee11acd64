import { traitsOf } from '../../domain/kind.ts';
import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { type OccupancyInput, occupancy, PRESENCE_MS } from '../../domain/occupancy.ts';
import { openingIntervals } from '../../domain/opening.ts';
import type { Registry } from '../../domain/registry.ts';
import { combineRows, type UsageSum } from '../../domain/usage.ts';
import { countedRange, rangeOf } from './buckets.ts';
import { machineUsage } from './machine-usage.ts';
import type { OccupancyAnswer, Queries } from './queries.ts';
import { machinesOf } from './usage-query.ts';

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
  const counted = lab ? countedRange(range, lab, now) : range;
  if (!lab || !(counted.from < counted.to)) return { ...NOTHING, ...range };
  const opening = openingIntervals(lab, counted.from, counted.to);
  const ids = document.machines.filter((machine) => machine.lab === lab.id).map(({ id }) => id);
  const machines: OccupancyInput['machines'][number][] = [];
  const usage: UsageSum[] = [];
  for (const { machine } of machinesOf(deps, ids)) {
    const found = await readMachine(deps, machine.id, lab, now, async (reading) => ({
      sessions: await reading.sessions(counted.from - PRESENCE_MS, counted.to),
      usage: await machineUsage(deps.ledger, reading, [{ key: 0, ...counted }], counted),
    }));
    machines.push({ attended: traitsOf(machine.kind, document).attended, sessions: found.sessions });
    usage.push(...found.usage);
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

function hasReader({ connectors }: Registry, lab: string): boolean {
  return connectors.some((one) => one.lab === lab && one.channels.some(({ role }) => role === 'badge'));
}

import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { wholeStay } from '../../domain/stay.ts';
import { countedRange, rangeOf } from './buckets.ts';
import { machinesOf } from './chosen.ts';
import type { DeclaredInterval, Queries } from './queries.ts';

/** Answers `Queries.service`. */
export async function queryService(
  deps: QueryDeps,
  query: Parameters<Queries['service']>[0],
): Promise<DeclaredInterval[]> {
  const [chosen] = machinesOf(deps, { machines: [query.machine] });
  if (!chosen) return [];
  const { machine, stays, zone } = chosen;
  const now = deps.clock();
  const { from, to } = countedRange(rangeOf(query, zone), wholeStay(stays), now + 1);
  if (!(from < to)) return [];
  return readMachine(deps, machine.id, now, async (reading) => {
    const found = await reading.service(from, to);
    const intervals = found.filter(({ start, end }) => start < to && (end === null || end > from));
    const first = intervals[0]?.start ?? from;
    const declared = await deps.ledger.declarations(machine.id, first, to);
    return intervals.map((interval) => {
      const said = declared.filter(({ at, state }) => at === interval.start && state === interval.state).at(-1);
      const isDeclared = interval.source === 'declared';
      return { ...interval, note: (isDeclared && said?.note) || null, author: (isDeclared && said?.author) || null };
    });
  });
}

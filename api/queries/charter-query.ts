import { type CharterInput, type CharterWeek, charterWeek } from '../../domain/charter.ts';
import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { openingIntervals } from '../../domain/opening.ts';
import type { Lab } from '../../domain/registry.ts';
import { labLifetime } from '../../domain/stay.ts';
import { nextPeriod, startOfPeriod } from '../../domain/time.ts';
import { rangeOf } from './buckets.ts';
import { machinesOf } from './chosen.ts';
import type { Queries } from './queries.ts';

/** So many weeks are read at once: whole years of intervals would fill the memory. */
const WEEKS_AT_ONCE = 8;

/** Answers `Queries.charter`. */
export async function queryCharter(deps: QueryDeps, query: Parameters<Queries['charter']>[0]): Promise<CharterWeek[]> {
  const lab = deps.registry().labs.find(({ id }) => id === query.lab);
  if (!lab) return [];
  const now = deps.clock();
  const weeks = weeksOf(lab, rangeOf(query, lab.timezone), now);
  const found: CharterWeek[] = [];
  for (let index = 0; index < weeks.length; index += WEEKS_AT_ONCE) {
    const some = weeks.slice(index, index + WEEKS_AT_ONCE);
    const from = some[0] as number;
    const input = await readLab(deps, lab, from, nextPeriod(some.at(-1) as number, 'week', lab.timezone), now);
    for (const week of some) found.push(charterWeek(input, week));
  }
  return found;
}

/** The beginnings of the ISO weeks that overlap the range, have begun, and in which the lab existed from end to end. */
function weeksOf(lab: Lab, { from, to }: { from: number; to: number }, now: number): number[] {
  const life = labLifetime(lab);
  const begun = Math.min(to, now, life.end);
  const weeks: number[] = [];
  for (let week = startOfPeriod(Math.max(from, life.start), 'week', lab.timezone); week < begun; ) {
    const next = nextPeriod(week, 'week', lab.timezone);
    if (week >= life.start && next <= life.end) weeks.push(week);
    week = next;
  }
  return weeks;
}

async function readLab(deps: QueryDeps, lab: Lab, from: number, to: number, now: number): Promise<CharterInput> {
  const all = deps.registry().machines.map(({ id }) => id);
  const machines: CharterInput['machines'][number][] = [];
  for (const { machine, stays } of machinesOf(deps, { machines: all, lab: lab.id })) {
    if (!stays.some(({ start, end }) => start < to && end > from)) continue;
    machines.push(
      await readMachine(deps, machine.id, now, async (reading) => ({
        present: stays,
        activity: await reading.activity(from, to),
        sessions: await reading.sessions(from, to),
      })),
    );
  }
  return { opening: openingIntervals(lab, from, to) ?? [], machines, zone: lab.timezone, now };
}

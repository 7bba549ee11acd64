import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { openingIntervals } from '../../domain/opening.ts';
import type { Lab } from '../../domain/registry.ts';
import { type HeldMachine, saturation } from '../../domain/saturation.ts';
import { labLifetime, type Stay } from '../../domain/stay.ts';
import { countedRange, rangeOf } from './buckets.ts';
import { staysIn } from './chosen.ts';
import type { Queries, SaturationAnswer, SaturationAnswerRow } from './queries.ts';

/** Answers `Queries.saturation`: one row for each lab that has one of the machines, in the order in which they come. */
export async function querySaturation(
  deps: QueryDeps,
  query: Parameters<Queries['saturation']>[0],
): Promise<SaturationAnswer> {
  const now = deps.clock();
  const byLab = Map.groupBy(staysIn(deps, query), ({ stay }) => stay.lab);
  if (byLab.size === 0) return { ...rangeOf(query, 'UTC'), rows: [] };
  const answer: SaturationAnswer = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY, rows: [] };
  for (const [lab, there] of byLab) {
    const staysOf = Map.groupBy(there, ({ machine }) => machine.id);
    const machines = [...staysOf].map(([id, found]) => ({ id, stays: found.map(({ stay }) => stay) }));
    const row = await labRow(deps, query, lab, machines, now);
    answer.from = Math.min(answer.from, row.from);
    answer.to = Math.max(answer.to, row.to);
    answer.rows.push(row);
  }
  return answer;
}

async function labRow(
  deps: QueryDeps,
  query: Parameters<Queries['saturation']>[0],
  lab: Lab,
  machines: readonly { id: string; stays: readonly Stay[] }[],
  now: number,
): Promise<SaturationAnswerRow> {
  const range = rangeOf(query, lab.timezone);
  const { from, to } = countedRange(range, labLifetime(lab), now);
  const row = { lab: lab.id, machines: machines.length, ...range, windowMs: Math.max(0, to - from) };
  if (!(from < to)) return { ...row, saturation: null };
  const opening = openingIntervals(lab, from, to);
  if (!opening) return { ...row, saturation: null };
  const held: HeldMachine[] = [];
  for (const { id, stays } of machines) {
    held.push(
      await readMachine(deps, id, now, async (reading) => ({
        present: stays,
        activity: await reading.activity(from, to),
        service: await reading.service(from, to),
        sessions: await reading.sessions(from, to),
      })),
    );
  }
  return { ...row, saturation: saturation({ machines: held, opening, zone: lab.timezone, from, to }) };
}

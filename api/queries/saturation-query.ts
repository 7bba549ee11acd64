import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { openingIntervals } from '../../domain/opening.ts';
import type { Lab, Machine } from '../../domain/registry.ts';
import { type HeldMachine, saturation } from '../../domain/saturation.ts';
import { countedRange, rangeOf } from './buckets.ts';
import type { Queries, SaturationAnswer, SaturationAnswerRow } from './queries.ts';
import { machinesOf } from './usage-query.ts';

/** Answers `Queries.saturation`: one row for each lab that has one of the machines, in the order of the registry. */
export async function querySaturation(
  deps: QueryDeps,
  query: Parameters<Queries['saturation']>[0],
): Promise<SaturationAnswer> {
  const now = deps.clock();
  const byLab = new Map<Lab, Machine[]>();
  for (const { machine, lab } of machinesOf(deps, query.machines)) {
    byLab.set(lab, [...(byLab.get(lab) ?? []), machine]);
  }
  if (byLab.size === 0) return { ...rangeOf(query, 'UTC'), rows: [] };
  const answer: SaturationAnswer = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY, rows: [] };
  for (const [lab, machines] of byLab) {
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
  machines: readonly Machine[],
  now: number,
): Promise<SaturationAnswerRow> {
  const range = rangeOf(query, lab.timezone);
  const { from, to } = countedRange(range, lab, now);
  const row = { lab: lab.id, machines: machines.length, ...range, windowMs: Math.max(0, to - from) };
  if (!(from < to)) return { ...row, saturation: null };
  const opening = openingIntervals(lab, from, to);
  if (!opening) return { ...row, saturation: null };
  const held: HeldMachine[] = [];
  for (const { id } of machines) {
    held.push(
      await readMachine(deps, id, lab, now, async (reading) => ({
        activity: await reading.activity(from, to),
        service: await reading.service(from, to),
        sessions: await reading.sessions(from, to),
      })),
    );
  }
  return { ...row, saturation: saturation({ machines: held, opening, zone: lab.timezone, from, to }) };
}

import { applyCorrections, checkCorrection } from '../../domain/correction.ts';
import { type Neighbourhood, neighbourhoodsOf } from '../../domain/correction-neighbourhood.ts';
import { type CorrectionRecord, namedSpan, readSessionId, rootsOf } from '../../domain/correction-record.ts';
import { type Failure, failure } from '../../domain/failure.ts';
import { type MachineReading, type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { stayAt } from '../../domain/stay.ts';
import { type ChosenMachine, machinesOf } from './chosen.ts';
import type { Queries, SessionHistory } from './queries.ts';

/** Answers `Queries.sessionHistory`. */
export async function querySessionHistory(
  deps: QueryDeps,
  { session }: Parameters<Queries['sessionHistory']>[0],
): Promise<SessionHistory | null> {
  return read(deps, session, async (reading, records, { machine, stays }) => {
    const asked = { seq: Number.MAX_SAFE_INTEGER, id: '', session, change: { action: 'confirm' } } as const;
    const record = { ...asked, author: '', reason: '', at: 0 };
    const { start, end, records: near } = await neighbourhoodOf(record, records, reading);
    const others = near.filter((one) => one !== record);
    const [folded, activity] = [await reading.foldedSessions(start, end), await reading.activity(start, end)];
    const { sessions, outcomes } = applyCorrections(folded, others, activity);
    const root = readSessionId(session)?.root;
    const foldedOne = folded.find(({ id }) => id === root) ?? null;
    const roots = connected(root ?? session, others);
    const corrections = others
      .filter((one) => rootsOf(one).some((id) => roots.has(id)))
      .sort((a, b) => a.seq - b.seq)
      .flatMap((one) => ({ ...one, outcome: outcomes.get(one.id) ?? { state: 'applied' as const } }));
    if (!foldedOne && corrections.length === 0) return null;
    return {
      lab: stayAt(stays, readSessionId(session)?.start ?? start)?.lab.id ?? machine.lab,
      folded: foldedOne,
      sessions: sessions.filter(({ id }) => roots.has(readSessionId(id)?.root ?? id)),
      corrections,
    };
  });
}

/** Answers `Queries.checkCorrection`. */
export async function queryCheckCorrection(
  deps: QueryDeps,
  correction: Parameters<Queries['checkCorrection']>[0],
): Promise<Failure | null> {
  const added: CorrectionRecord = { ...correction, seq: Number.MAX_SAFE_INTEGER, id: '' };
  const result = await read(deps, correction.session, async (reading, records) => {
    const { start, end, records: near } = await neighbourhoodOf(added, records, reading);
    const [folded, activity] = [await reading.foldedSessions(start, end), await reading.activity(start, end)];
    const others = near.filter((one) => one !== added);
    return { refused: checkCorrection(folded, others, added, activity) };
  });
  if (result) return result.refused;
  const message = `no session "${correction.session}"`;
  return failure('not-found', `${message}.`, [{ path: 'session', message }]);
}

/** Reads the machine of a session and its corrections; null when the registry does not have it. */
async function read<T>(
  deps: QueryDeps,
  session: string,
  use: (reading: MachineReading, records: CorrectionRecord[], chosen: ChosenMachine) => Promise<T>,
): Promise<T | null> {
  const name = readSessionId(session)?.machine;
  const [known] = name === undefined ? [] : machinesOf(deps, { machines: [name] });
  if (!known) return null;
  const { id } = known.machine;
  return readMachine(deps, id, deps.clock(), async (reading) => use(reading, await deps.ledger.corrections(id), known));
}

/** The neighbourhood that a correction has, or would have, among the others. */
async function neighbourhoodOf(
  added: CorrectionRecord,
  records: readonly CorrectionRecord[],
  reading: MachineReading,
): Promise<Neighbourhood> {
  const all = await neighbourhoodsOf([...records, added], reading);
  return all.find((one) => one.records.includes(added)) ?? { ...namedSpan(added), records: [added] };
}

/** A session before any split, and those that corrections join with it. */
function connected(root: string, records: readonly CorrectionRecord[]): Set<string> {
  const roots = new Set([root]);
  for (let size = 0; size < roots.size; ) {
    size = roots.size;
    for (const record of records) {
      const touched = rootsOf(record);
      if (touched.some((id) => roots.has(id))) for (const id of touched) roots.add(id);
    }
  }
  return roots;
}

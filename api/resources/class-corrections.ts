import { readSessionId } from '../../domain/correction-record.ts';
import type { CorrectionChange } from '../../domain/event.ts';
import type { Registry } from '../../domain/registry.ts';
import { machinesIn } from '../../domain/stay.ts';
import type { ApiDeps } from '../deps.ts';

/** One session that a correction is about, and its machine. */
export interface CorrectedSession {
  session: string;
  machine: string;
}

/**
 * All sessions that a correction is about: the one that was named, and where it is the head-count of a class (or that is
 * undone), those of the class on the other machines of its lab. They have it in common, so that it is said once.
 */
export async function sessionsCorrected(
  queries: ApiDeps['queries'],
  named: CorrectedSession,
  change: CorrectionChange,
  document: Registry,
): Promise<CorrectedSession[]> {
  if (change.action !== 'people' && change.action !== 'undo') return [named];
  const own = await queries.sessionHistory({ session: named.session });
  const undone = change.action === 'undo' ? change.correction : undefined;
  if (undone && own?.corrections.find(({ id }) => id === undone)?.change.action !== 'people') return [named];
  const member = own?.folded?.member;
  const start = readSessionId(named.session)?.start;
  if (member === undefined || start === undefined) return [named];
  const labs = new Map(document.labs.map((lab) => [lab.id, lab]));
  const others: CorrectedSession[] = [];
  for (const { id: machine } of machinesIn(own?.lab ?? '', start, document.machines, labs)) {
    if (machine === named.machine) continue;
    const history = await queries.sessionHistory({ session: `${machine}~${start.toString(36)}` });
    if (!history?.folded || history.folded.people === null || history.folded.member !== member) continue;
    // One record for all parts of the session: a second with the same id would be a repeat.
    const [session] = undone
      ? history.corrections.filter(({ id }) => id === undone).map((one) => one.session)
      : history.sessions.map(({ id }) => id);
    if (session !== undefined) others.push({ session, machine });
  }
  return [named, ...others];
}

import { z } from '@hono/zod-openapi';
import { readSessionId } from '../../domain/correction-record.ts';
import type { CorrectionChange } from '../../domain/event.ts';
import { type Failure, failure } from '../../domain/failure.ts';
import { CLASS_PEOPLE_MAX } from '../../domain/registry.ts';
import { formatInstant, parseInstantOrDate } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { isFailure } from '../parameters.ts';
import type { CorrectionEntry, SessionHistory } from '../queries/queries.ts';
import { type Api, serve } from '../route.ts';
import { SessionRow, sessionJson } from '../session-json.ts';
import { sessionsCorrected } from './class-corrections.ts';

const SessionId = z.string().min(3).max(120);
const Time = z.string().max(40).openapi({ description: 'An instant (RFC 3339)', example: '2026-03-02T16:30:00Z' });
const Reason = z.string().trim().min(1, 'say why: the reason is kept with the correction').max(500);

/** What may be said of a session. */
const Correction = z.discriminatedUnion(
  'action',
  [
    z.strictObject({ action: z.literal('confirm'), reason: Reason }),
    z.strictObject({ action: z.literal('correct'), start: Time.optional(), end: Time.optional(), reason: Reason }),
    z.strictObject({ action: z.literal('dismiss'), reason: Reason }),
    z.strictObject({ action: z.literal('split'), at: Time, reason: Reason }),
    z.strictObject({ action: z.literal('merge'), other: SessionId, reason: Reason }),
    z.strictObject({
      action: z.literal('people'),
      people: z.number().int().min(1).max(CLASS_PEOPLE_MAX),
      reason: Reason,
    }),
    z.strictObject({ action: z.literal('undo'), correction: z.string().min(1).max(40), reason: Reason }),
  ],
  { error: 'must be "confirm", "correct", "dismiss", "split", "merge", "people" or "undo"' },
);

const Entry = z
  .object({
    id: z.string(),
    at: z.string().openapi({ description: 'When it was made' }),
    session: z.string(),
    action: z.enum(['confirm', 'correct', 'dismiss', 'split', 'merge', 'people', 'undo']),
    start: z.string().optional(),
    end: z.string().optional(),
    splitAt: z.string().optional(),
    other: z.string().optional(),
    correction: z.string().optional(),
    author: z.string().nullable().openapi({ description: 'Null for those who may not see it' }),
    reason: z.string().nullable().openapi({ description: 'Null for those who may not see it' }),
    state: z.enum(['applied', 'undone', 'refused']).openapi({
      description: '`refused`: it no longer fits what was heard since, and has no effect; `detail` says why',
    }),
    undoneBy: z.string().optional(),
    detail: z.string().optional(),
    people: z.number().int().optional().openapi({ description: 'The corrected head-count of a class' }),
  })
  .openapi('Correction');

const History = z
  .object({
    id: z.string(),
    folded: SessionRow.nullable().openapi({ description: 'As it follows from the events alone' }),
    sessions: z.array(SessionRow).openapi({ description: 'What is in effect of it; nothing when it was dismissed' }),
    corrections: z.array(Entry).openapi({ description: 'In the order in which they were made' }),
  })
  .openapi('SessionHistory');

type Deps = Pick<ApiDeps, 'queries' | 'registry' | 'declarations' | 'clock'>;

/** `GET /api/v1/sessions/{id}` and `POST /api/v1/sessions/{id}/corrections`. */
export function serveCorrections(app: Api, { queries, registry, declarations, clock }: Deps): void {
  const history = async (id: string, showsAll: boolean) => {
    const found = await queries.sessionHistory({ session: id });
    return found ? historyJson(id, found, showsAll) : noSession(id);
  };
  let last: Promise<unknown> = Promise.resolve();
  /** One correction after the other, so that each is checked against all before it. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/sessions/{id}',
      needs: 'usage:read',
      tags: ['usage'],
      summary: 'A session as it was recorded, what is in effect of it, and who corrected it why',
      description: 'As CSV: its corrections.',
      params: z.object({ id: SessionId }),
      answer: History,
      also: CSV,
    },
    async (c, { params: { id } }) => {
      const found = await history(id, c.var.may('journal:read'));
      if (isFailure(found) || !wantsCsv(c)) return found;
      return csvResponse(c, 'corrections', Object.keys(Entry.shape), found.corrections);
    },
  );
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/sessions/{id}/corrections',
      needs: 'sessions:write',
      tags: ['usage'],
      summary: 'Confirms, corrects, dismisses, splits or joins a session, or undoes that',
      description:
        'A record with author and reason is added to the journal; nothing is overwritten. `merge` joins the later session `other` of the same member to this one; `people` corrects the head-count of a class, on all of its machines. Answers with the history of the session.',
      params: z.object({ id: SessionId }),
      body: { required: true, content: { 'application/json': { schema: Correction } } },
      answer: History,
    },
    async (c, { params: { id } }) => {
      const { reason, ...wanted } = c.req.valid('json' as never) as z.output<typeof Correction>;
      const document = registry.document();
      const machine = document.machines.find((one) => one.id === readSessionId(id)?.machine);
      if (!machine) return noSession(id);
      const zone = document.labs.find((lab) => lab.id === machine.lab)?.timezone ?? 'UTC';
      const change = changeOf(wanted, zone);
      if (isFailure(change)) return change;
      const author = c.var.identity?.id ?? 'anonymous';
      const refused = await inTurn(async () => {
        const said = { change, reason, at: clock() };
        const sessions = await sessionsCorrected(queries, { session: id, machine: machine.id }, change, document);
        for (const { session } of sessions) {
          const problem = await queries.checkCorrection({ ...said, session, author });
          if (problem) return problem;
        }
        await declarations.correct(sessions, said, author);
        return null;
      });
      return refused ?? history(id, c.var.may('journal:read'));
    },
  );
}

type Said =
  z.output<typeof Correction> extends infer Whole ? (Whole extends unknown ? Omit<Whole, 'reason'> : never) : never;

/** The change with its times read; a failure names the one that is none. */
function changeOf(said: Said, zone: string): CorrectionChange | Failure {
  if (!('start' in said || 'end' in said || 'at' in said)) return said as CorrectionChange;
  const change: Record<string, unknown> = { ...said };
  for (const name of ['start', 'end', 'at']) {
    const text = change[name];
    if (typeof text !== 'string') continue;
    const at = parseInstantOrDate(text, zone);
    if (at === undefined) {
      const message = `"${text}" is not a time; write 2026-03-01T09:00:00Z`;
      return failure('bad-request', `${name}: ${message}.`, [{ path: name, message }]);
    }
    change[name] = at;
  }
  return change as CorrectionChange;
}

function noSession(id: string): Failure {
  const message = `no session "${id}"; /api/v1/sessions lists them`;
  return failure('not-found', `${message}.`, [{ path: 'id', message }]);
}

function historyJson(id: string, history: SessionHistory, showsAll: boolean): z.input<typeof History> {
  const { lab, folded, sessions, corrections } = history;
  return {
    id,
    folded: folded && sessionJson({ ...folded, lab }, showsAll),
    sessions: sessions.map((session) => sessionJson({ ...session, lab }, showsAll)),
    corrections: corrections.map((entry) => entryJson(entry, showsAll)),
  };
}

function entryJson(entry: CorrectionEntry, showsAll: boolean): z.input<typeof Entry> {
  const { id, at, session, change, author, reason, outcome } = entry;
  return {
    id,
    at: formatInstant(at),
    session,
    action: change.action,
    ...(change.action === 'correct' && change.start !== undefined ? { start: formatInstant(change.start) } : {}),
    ...(change.action === 'correct' && change.end !== undefined ? { end: formatInstant(change.end) } : {}),
    ...(change.action === 'split' ? { splitAt: formatInstant(change.at) } : {}),
    ...(change.action === 'merge' ? { other: change.other } : {}),
    ...(change.action === 'people' ? { people: change.people } : {}),
    ...(change.action === 'undo' ? { correction: change.correction } : {}),
    author: showsAll ? author : null,
    reason: showsAll ? reason : null,
    state: outcome.state,
    ...(outcome.state === 'undone' ? { undoneBy: outcome.by } : {}),
    ...(outcome.state === 'refused' ? { detail: outcome.failure.sentence } : {}),
  };
}

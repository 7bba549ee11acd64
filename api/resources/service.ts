import { z } from '@hono/zod-openapi';
import { type Failure, failure } from '../../domain/failure.ts';
import { staysOf } from '../../domain/stay.ts';
import { formatInstant, parseInstantOrDate } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { checkRange, From, IdText, isFailure, query, selectMachines, To } from '../parameters.ts';
import type { DeclaredInterval } from '../queries/queries.ts';
import { type Api, serve } from '../route.ts';

const PATH = '/api/v1/machines/{id}/service';
const STATES = ['up', 'fault', 'maintenance', 'absent'] as const;
const NOTE_CHARS_MAX = 500;

const Declared = z.strictObject({
  state: z.enum(STATES),
  from: z
    .string()
    .max(40)
    .optional()
    .openapi({ description: 'Since when: an instant or a date, not in the future; absent: now' }),
  note: z.string().max(NOTE_CHARS_MAX).optional(),
});

/** One stretch of the service layer. */
const Interval = z
  .object({
    start: z.string(),
    end: z.string().nullable().openapi({ description: 'Null while it lasts' }),
    state: z.enum(STATES),
    source: z.enum(['declared', 'machine']).openapi({ description: '`machine`: the machine itself reported it' }),
    note: z.string().nullable(),
    author: z.string().nullable().openapi({ description: 'Null for those who may not see it' }),
  })
  .openapi('ServiceInterval');

const Intervals = z.object({ machine: z.string(), intervals: z.array(Interval) });

/** `GET` and `POST /api/v1/machines/{id}/service`. */
export function serveService(
  app: Api,
  { queries, registry, declarations, clock }: Pick<ApiDeps, 'queries' | 'registry' | 'declarations' | 'clock'>,
): void {
  /** The zone in which dates are read, and when the machine begins. */
  const beginningOf = (id: string) => {
    const { labs, machines } = registry.document();
    const machine = machines.find((one) => one.id === id);
    const [first] = machine ? staysOf(machine, new Map(labs.map((lab) => [lab.id, lab]))) : [];
    return { zone: labs.find((lab) => lab.id === machine?.lab)?.timezone ?? 'UTC', since: first?.start };
  };
  const intervalsOf = async (machine: string, range: { from: string; to: string }, showsAuthor: boolean) => {
    const intervals = await queries.service({ machine, ...range });
    return intervals.map((interval) => intervalJson(interval, showsAuthor));
  };
  serve(
    app,
    {
      method: 'get',
      path: PATH,
      needs: 'usage:read',
      tags: ['floor'],
      summary: 'When a machine was in service, broken, in maintenance or away',
      params: z.object({ id: IdText }),
      query: query({ from: From, to: To }),
      answer: Intervals,
      also: CSV,
    },
    async (c, { params: { id }, query: { from, to } }) => {
      const selection = selectMachines(registry.document(), { machine: id });
      if (isFailure(selection)) return selection;
      const wrong = checkRange(from, to, selection.zones);
      if (wrong) return wrong;
      const intervals = await intervalsOf(id, { from, to }, c.var.may('journal:read'));
      if (wantsCsv(c)) return csvResponse(c, 'service', Object.keys(Interval.shape), intervals);
      return { machine: id, intervals };
    },
  );
  serve(
    app,
    {
      method: 'post',
      path: PATH,
      needs: 'service:write',
      tags: ['floor'],
      summary: 'Declares that a machine is broken, in maintenance, away, or in service again',
      description:
        'Kept in the journal with its author. `from` may lie in the past: what follows from it is computed again. Answers with the stretches that overlap the time since then.',
      params: z.object({ id: IdText }),
      body: { required: true, content: { 'application/json': { schema: Declared } } },
      answer: Intervals,
    },
    async (c, { params: { id } }) => {
      const selection = selectMachines(registry.document(), { machine: id });
      if (isFailure(selection)) return selection;
      const { state, from, note } = c.req.valid('json' as never) as z.output<typeof Declared>;
      const now = clock();
      const { zone, since } = beginningOf(id);
      const at = from === undefined ? now : checkedFrom(from, zone, now, since);
      if (isFailure(at)) return at;
      await declarations.service(id, { state, at, note: note?.trim() || null }, c.var.identity?.id ?? 'anonymous');
      const range = { from: formatInstant(at), to: formatInstant(clock() + 1) };
      return { machine: id, intervals: await intervalsOf(id, range, c.var.may('journal:read')) };
    },
  );
}

function checkedFrom(text: string, zone: string, now: number, since = Number.NEGATIVE_INFINITY): number | Failure {
  const at = parseInstantOrDate(text, zone);
  const wrong = (code: Failure['code'], message: string) =>
    failure(code, `from: ${message}.`, [{ path: 'from', message }]);
  if (at === undefined)
    return wrong('bad-request', `"${text}" is not a time; write 2026-03-01T09:00:00Z or 2026-03-01`);
  if (at > now) return wrong('bad-range', `${text} is in the future; declare it when it begins`);
  if (at < Math.max(since, 0)) return wrong('bad-range', `${text} is before the lab began`);
  return at;
}

function intervalJson(interval: DeclaredInterval, showsAuthor: boolean): z.input<typeof Interval> {
  const { start, end, state, source, note, author } = interval;
  return {
    start: formatInstant(start),
    end: end === null ? null : formatInstant(end),
    state,
    source,
    note,
    author: showsAuthor ? author : null,
  };
}

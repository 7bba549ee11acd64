import { z } from '@hono/zod-openapi';
import { failure } from '../../domain/failure.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { linkNext } from '../next-page.ts';
import { checkRange, From, IdText, isFailure, query, selectMachines, To } from '../parameters.ts';
import { isSessionCursor } from '../queries/sessions-query.ts';
import { type Api, serve } from '../route.ts';
import { SessionRow, sessionJson } from '../session-json.ts';

const SESSIONS_PER_PAGE_MAX = 10_000;

/** `/api/v1/sessions`. */
export function serveSessions(app: Api, { queries, registry }: Pick<ApiDeps, 'queries' | 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/sessions',
      needs: 'usage:read',
      tags: ['usage'],
      summary: 'Sessions that begin in a range of time',
      description:
        'By start, then machine. `next` is the `after` of the next page; null on the last one; CSV has it as `Link: <…>; rel="next"`.',
      query: query({
        from: From,
        to: To,
        machine: IdText.optional(),
        lab: IdText.optional(),
        kind: IdText.optional(),
        confidence: z.enum(['certain', 'inferred', 'doubtful']).optional(),
        limit: z.coerce.number().int().min(1).max(SESSIONS_PER_PAGE_MAX).default(1000),
        after: z.string().max(100).optional(),
      }),
      answer: z.object({ sessions: z.array(SessionRow), next: z.string().nullable() }),
      also: CSV,
    },
    async (c, { query: { from, to, confidence = null, limit, after = null, ...names } }) => {
      const selection = selectMachines(registry.document(), names);
      if (isFailure(selection)) return selection;
      const wrong = checkRange(from, to, selection.zones);
      if (wrong) return wrong;
      if (after !== null && !isSessionCursor(after)) {
        return failure('bad-parameter', 'after: is not a cursor; take `next` of the page before.', [
          { path: 'after', message: 'is not a cursor' },
        ]);
      }
      const page = await queries.sessions({
        machines: selection.machines,
        lab: selection.lab,
        from,
        to,
        confidence,
        limit,
        after,
      });
      const sessions = page.sessions.map((session) => sessionJson(session, c.var.may('journal:read')));
      if (wantsCsv(c)) {
        return linkNext(c, csvResponse(c, 'sessions', Object.keys(SessionRow.shape), sessions), 'after', page.next);
      }
      return { sessions, next: page.next };
    },
  );
}

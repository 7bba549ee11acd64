import { z } from '@hono/zod-openapi';
import { doubtOf } from '../../domain/doubt.ts';
import { failure } from '../../domain/failure.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { linkNext } from '../next-page.ts';
import { IdText, isFailure, query, selectMachines } from '../parameters.ts';
import { isSessionCursor } from '../queries/sessions-query.ts';
import { type Api, serve } from '../route.ts';
import { SessionRow, sessionJson } from '../session-json.ts';

const Why = z.object({
  code: z.enum(['never-ran', 'too-long', 'not-heard', 'presumed-end', 'doubtful']),
  fr: z.string(),
  en: z.string(),
});

const Row = SessionRow.extend({ why: Why }).openapi('SessionToReview');

const PER_PAGE_MAX = 1000;

/** `/api/v1/review`. */
export function serveReview(app: Api, { queries, registry }: Pick<ApiDeps, 'queries' | 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/review',
      needs: 'usage:read',
      tags: ['usage'],
      summary: 'Doubtful sessions that nobody has confirmed, corrected or dismissed yet, the newest first',
      description:
        'Answer one with `POST /api/v1/sessions/{id}/corrections`. `next` is the `after` of the next page; null on the last one; CSV has it as `Link: <…>; rel="next"`.',
      query: query({
        machine: IdText.optional(),
        lab: IdText.optional(),
        kind: IdText.optional(),
        limit: z.coerce.number().int().min(1).max(PER_PAGE_MAX).default(100),
        after: z.string().max(100).optional(),
      }),
      answer: z.object({ sessions: z.array(Row), next: z.string().nullable() }),
      also: CSV,
    },
    async (c, { query: { limit, after = null, ...names } }) => {
      const selection = selectMachines(registry.document(), names);
      if (isFailure(selection)) return selection;
      if (after !== null && !isSessionCursor(after)) {
        return failure('bad-parameter', 'after: is not a cursor; take `next` of the page before.', [
          { path: 'after', message: 'is not a cursor' },
        ]);
      }
      const page = await queries.review({ machines: selection.machines, lab: selection.lab, limit, after });
      const showsMember = c.var.may('journal:read');
      const sessions = page.sessions.map((one) => ({ ...sessionJson(one, showsMember), why: doubtOf(one) }));
      if (wantsCsv(c)) {
        const rows = sessions.map(({ why, ...row }) => ({ ...row, why: why.code, why_fr: why.fr, why_en: why.en }));
        const columns = [...Object.keys(SessionRow.shape), 'why', 'why_fr', 'why_en'];
        return linkNext(c, csvResponse(c, 'review', columns, rows), 'after', page.next);
      }
      return { sessions, next: page.next };
    },
  );
}

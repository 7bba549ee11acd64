import { z } from '@hono/zod-openapi';
import { formatInstant } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { linkNext } from '../next-page.ts';
import { query } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

const Change = z
  .object({
    id: z.number().int(),
    at: z.string(),
    author: z.string().nullable().openapi({ description: 'Null for those who may not see it' }),
    reason: z
      .string()
      .nullable()
      .openapi({ description: 'Null where none was given, and for those who may not see it' }),
    version: z.number().int().nullable().openapi({ description: 'The document that it made; null for access tokens' }),
    changes: z.array(z.string()).openapi({ example: ['machine laser-1: signature.runningW 120 → 150'] }),
  })
  .openapi('RegistryChange');

/** `GET /api/v1/registry/changes`: the log of changes. */
export function serveRegistryChanges(app: Api, { registry }: Pick<ApiDeps, 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/registry/changes',
      needs: 'registry:read',
      tags: ['registry'],
      summary: 'Who changed what in the registry, when and why, the newest first',
      description:
        '`next` is the `before` of the next page; null on the last one; CSV has it as `Link: <…>; rel="next"`.',
      query: query({
        before: z.coerce.number().int().min(1).optional(),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
      answer: z.object({ changes: z.array(Change), next: z.number().nullable() }),
      also: CSV,
    },
    async (c, { query: { before, limit } }) => {
      const found = await registry.changes(limit + 1, before);
      const showsAll = c.var.may('journal:read');
      const changes = found.slice(0, limit).map(({ id, at, author, reason = null, version = null, changes: said }) => {
        const who = showsAll ? { author, reason } : { author: null, reason: null };
        return { id, at: formatInstant(at), ...who, version, changes: said };
      });
      const next = found.length > limit ? (changes.at(-1)?.id ?? null) : null;
      if (!wantsCsv(c)) return { changes, next };
      const rows = changes.map((entry) => ({ ...entry, changes: entry.changes.join('; ') }));
      return linkNext(c, csvResponse(c, 'registry-changes', Object.keys(Change.shape), rows), 'before', next);
    },
  );
}

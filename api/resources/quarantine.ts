import { z } from '@hono/zod-openapi';
import { formatInstant } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { linkNext } from '../next-page.ts';
import { IdText, query } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

const Message = z
  .object({
    id: z.number().int(),
    connector: z.string(),
    receivedAt: z.string(),
    topic: z.string(),
    payload: z.string().openapi({ description: 'Text that could be a badge number is replaced' }),
    bytes: z.number().int(),
    code: z.string(),
    detail: z.string(),
  })
  .openapi('QuarantinedMessage');

/** `/api/v1/quarantine`: messages that could not be understood. */
export function serveQuarantine(app: Api, { queries }: Pick<ApiDeps, 'queries'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/quarantine',
      needs: 'journal:read',
      tags: ['journal'],
      summary: 'Messages that could not be understood, newest first',
      description:
        '`next` is the `before` of the next page; null on the last one; CSV has it as `Link: <…>; rel="next"`.',
      query: query({
        connector: IdText.optional(),
        before: z.coerce.number().int().min(1).optional(),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
      answer: z.object({ messages: z.array(Message), next: z.number().nullable() }),
      also: CSV,
    },
    async (c, { query: { connector, before, limit } }) => {
      const found = await queries.quarantine({
        limit,
        ...(connector === undefined ? {} : { connector }),
        ...(before === undefined ? {} : { before }),
      });
      const messages = found.map((message) => ({ ...message, receivedAt: formatInstant(message.receivedAt) }));
      const next = messages.length === limit ? (messages.at(-1)?.id ?? null) : null;
      if (!wantsCsv(c)) return { messages, next };
      return linkNext(c, csvResponse(c, 'quarantine', Object.keys(Message.shape), messages), 'before', next);
    },
  );
}

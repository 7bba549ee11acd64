import { z } from '@hono/zod-openapi';
import { failure } from '../../domain/failure.ts';
import type { ApiDeps } from '../deps.ts';
import { type Api, serve } from '../route.ts';

const Key = z.strictObject({ key: z.string().min(1).max(200) });

/** `POST /api/v1/setup`: trades the one-time key of the set-up link for the first administrator's token. */
export function serveSetup(app: Api, { administrators }: Pick<ApiDeps, 'administrators'>): void {
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/setup',
      needs: 'open',
      tags: ['operation'],
      summary: "Trades the one-time set-up key for the first administrator's token",
      body: { required: true, content: { 'application/json': { schema: Key } } },
      answer: z.object({ token: z.string() }),
    },
    async (c) => {
      const { key } = c.req.valid('json' as never) as z.output<typeof Key>;
      const token = await administrators.redeemSetupKey(key);
      if (token !== undefined) return { token };
      return failure('forbidden', 'This set-up link is not valid, or was used already. Start again to get a new one.');
    },
  );
}

import { z } from '@hono/zod-openapi';
import type { ApiDeps } from '../deps.ts';
import { type Api, serve } from '../route.ts';

const Health = z.object({ status: z.literal('ok') });
const Readiness = z.object({ ready: z.boolean(), reasons: z.array(z.string()) });

/** `/healthz` (the process runs), `/readyz` (messages are taken and stored) and `/metrics` (Prometheus). */
export function serveHealth(app: Api, { readiness, metrics }: Pick<ApiDeps, 'readiness' | 'metrics'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/healthz',
      needs: 'open',
      tags: ['operation'],
      summary: 'The process runs',
      answer: Health,
    },
    () => ({ status: 'ok' as const }),
  );
  serve(
    app,
    {
      method: 'get',
      path: '/readyz',
      needs: 'open',
      tags: ['operation'],
      summary: 'Messages are taken and stored',
      description: '503 with the reasons while they are not.',
      answer: Readiness,
    },
    (c) => {
      const { ready, reasons } = readiness();
      return c.json({ ready, reasons }, ready ? 200 : 503);
    },
  );
  serve(
    app,
    {
      method: 'get',
      path: '/metrics',
      needs: 'open',
      tags: ['operation'],
      summary: 'Metrics for Prometheus',
      answer: z.string(),
      also: { 'text/plain': { schema: z.string() } },
    },
    async () => new Response(await metrics.metrics(), { headers: { 'content-type': metrics.contentType } }),
  );
}

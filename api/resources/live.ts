import { z } from '@hono/zod-openapi';
import { failure } from '../../domain/failure.ts';
import type { LiveHub } from '../live-hub.ts';
import { query } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

/** `/api/v1/live`: every machine, then each change, as server-sent events. */
export function serveLive(app: Api, hub: LiveHub): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/live',
      needs: 'floor:read',
      tags: ['floor'],
      summary: 'Every machine, then each change, as server-sent events',
      description:
        'Events are named `machine`; their data is a Machine, their ids grow. With `Last-Event-ID` the stream goes on after that event, ' +
        'leaving out states that are no longer true; without it, or with one from before a restart, it begins with all machines. ' +
        'A comment comes every 15 seconds.',
      query: query({ lastEventId: z.string().max(20).optional() }),
      answer: z.string(),
      also: { 'text/event-stream': { schema: z.string() } },
    },
    (c, { query: { lastEventId } }) => {
      if (!hub.hasRoom)
        return failure('too-many-requests', 'Too many readers follow the floor; try again in a minute.');
      const headers = {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      };
      // A stream that nobody reads would keep its place for ever.
      if (c.req.method === 'HEAD') return new Response(null, { headers });
      return new Response(hub.open(c.req.header('last-event-id') ?? lastEventId), { headers });
    },
  );
}

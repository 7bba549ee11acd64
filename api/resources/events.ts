import { z } from '@hono/zod-openapi';
import type { StoredEvent } from '../../domain/event.ts';
import { type Failure, failure } from '../../domain/failure.ts';
import type { EventFilter } from '../../domain/ports.ts';
import { formatInstant, parseInstantOrDate } from '../../domain/time.ts';
import type { ApiDeps } from '../deps.ts';
import { checkRange, From, IdText, isFailure, query, selectMachines, To, unknownName } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

const Event = z
  .looseObject({
    seq: z.number().int(),
    connector: z.string(),
    machine: z.string().nullable(),
    channel: z.union([z.number(), z.string()]).nullable(),
    kind: z.string(),
    at: z.string(),
    receivedAt: z.string(),
    clock: z.enum(['rejected']).optional(),
  })
  .openapi('Event');

/** `/api/v1/events`: the journal, one JSON line an event, as fast as the reader takes them. */
export function serveEvents(app: Api, { queries, registry }: Pick<ApiDeps, 'queries' | 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/events',
      needs: 'journal:read',
      tags: ['journal'],
      summary: 'Every stored event, in order, as JSON lines',
      description:
        'Dates are read in the zone of the chosen machine or connector, else in UTC. `from` and `to` may be left out.',
      query: query({
        machine: IdText.optional(),
        connector: IdText.optional(),
        from: From.optional(),
        to: To.optional(),
      }),
      answer: Event,
      also: { 'application/x-ndjson': { schema: Event } },
    },
    (_c, { query: { machine, connector, from, to } }) => {
      const document = registry.document();
      if (connector !== undefined && !document.connectors.some(({ id }) => id === connector)) {
        return unknownName(
          'connector',
          connector,
          document.connectors.map(({ id }) => id),
        );
      }
      const selection = selectMachines(document, machine === undefined ? {} : { machine });
      if (isFailure(selection)) return selection;
      const lab = document.connectors.find(({ id }) => id === connector)?.lab;
      const labZone = document.labs.find(({ id }) => id === lab)?.timezone;
      const zone = machine === undefined ? (labZone ?? 'UTC') : (selection.zones[0] ?? 'UTC');
      const range = rangeFilter(from, to, zone);
      if (isFailure(range)) return range;
      const filter = {
        ...range,
        ...(machine === undefined ? {} : { machine }),
        ...(connector === undefined ? {} : { connector }),
      };
      const headers = { 'content-type': 'application/x-ndjson; charset=utf-8' };
      return new Response(linesOf(queries.events(filter)), { headers });
    },
  );
}

function rangeFilter(from: string | undefined, to: string | undefined, zone: string): EventFilter | Failure {
  if (from !== undefined && to !== undefined) {
    const wrong = checkRange(from, to, [zone]);
    if (wrong) return wrong;
  }
  const filter: EventFilter = {};
  for (const [name, text] of Object.entries({ from, to })) {
    if (text === undefined) continue;
    const ms = parseInstantOrDate(text, zone);
    if (ms === undefined) {
      const message = `"${text}" is not a time; write 2026-03-01 or 2026-03-01T09:00:00Z`;
      return failure('bad-parameter', `${name}: ${message}.`, [{ path: name, message }]);
    }
    filter[name as 'from' | 'to'] = ms;
  }
  return filter;
}

const encoder = new TextEncoder();

/** A page is read only when the page before it was taken. */
function linesOf(pages: AsyncIterable<StoredEvent[]>): ReadableStream<Uint8Array> {
  const iterator = pages[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await iterator.next();
          if (done) {
            controller.close();
            return;
          }
          if (value.length === 0) continue;
          controller.enqueue(encoder.encode(value.map((event) => `${JSON.stringify(eventJson(event))}\n`).join('')));
          return;
        }
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

function eventJson(event: StoredEvent): Record<string, unknown> {
  const { seq, connector, machine, kind, at, receivedAt, ...rest } = event;
  return {
    seq,
    connector,
    machine,
    channel: 'channel' in event ? (event.channel ?? null) : null,
    kind,
    at: formatInstant(at),
    receivedAt: formatInstant(receivedAt),
    ...rest,
  };
}

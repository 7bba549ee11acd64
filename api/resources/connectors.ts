import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { formatInstant } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps, ConnectorStatus } from '../deps.ts';
import { query } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

const Connector = z
  .object({
    id: z.string(),
    lab: z.string().nullable(),
    firmware: z.string().nullable(),
    device: z.string().nullable(),
    online: z.boolean().nullable().openapi({ description: 'Null while nothing was heard since the start' }),
    heardAt: z.string().nullable(),
    messages: z.number().int(),
    events: z.number().int(),
    ignored: z.record(z.string(), z.number()),
    quarantined: z.record(z.string(), z.number()),
  })
  .openapi('Connector');

const Unclaimed = z.object({
  username: z.string(),
  address: z.string(),
  seenAt: z.string(),
  attempts: z.number().int(),
});

/** `/api/v1/connectors`: online, last heard, counts, and devices that nobody claimed. */
export function serveConnectors(app: Api, { connectors }: Pick<ApiDeps, 'connectors'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/connectors',
      needs: 'floor:read',
      tags: ['floor'],
      summary: 'Connectors: online, last heard, what they sent; and devices that nobody claimed',
      query: query({}),
      answer: z.object({ connectors: z.array(Connector), unclaimed: z.array(Unclaimed) }),
      also: CSV,
    },
    (c) => {
      const list = connectors.list().map(connectorJson);
      if (wantsCsv(c)) return csvOf(c, list);
      const unclaimed = c.var.may('journal:read') ? connectors.unclaimed() : [];
      return {
        connectors: list,
        unclaimed: unclaimed.map((device) => ({ ...device, seenAt: formatInstant(device.seenAt) })),
      };
    },
  );
}

type ConnectorJson = z.input<typeof Connector>;

function connectorJson({ heardAt, ...status }: ConnectorStatus): ConnectorJson {
  return { ...status, heardAt: heardAt === null ? null : formatInstant(heardAt) };
}

function csvOf(c: Context, list: ConnectorJson[]): Response {
  const rows = list.map((connector) => ({
    ...connector,
    ignored: total(connector.ignored),
    quarantined: total(connector.quarantined),
  }));
  return csvResponse(c, 'connectors', Object.keys(Connector.shape), rows);
}

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

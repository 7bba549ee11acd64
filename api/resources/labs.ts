import { z } from '@hono/zod-openapi';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import type { MachineBoard } from '../machine-board.ts';
import { query } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

const LabRow = z
  .object({
    id: z.string(),
    name: z.string(),
    timezone: z.string(),
    since: z.string().nullable(),
    until: z.string().nullable(),
    opening: z.string().nullable(),
    public: z.string().nullable(),
    machines: z.number().int().openapi({ description: 'Machines that are there now' }),
  })
  .openapi('Lab');

/** `/api/v1/labs`: the network and its labs. */
export function serveLabs(app: Api, { registry }: Pick<ApiDeps, 'registry'>, board: MachineBoard): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/labs',
      needs: 'floor:read',
      tags: ['floor'],
      summary: 'The network and its labs',
      query: query({}),
      answer: z.object({ network: z.object({ id: z.string(), name: z.string() }), labs: z.array(LabRow) }),
      also: CSV,
    },
    (c) => {
      const document = registry.document();
      const counts = new Map<string, number>();
      for (const id of board.ids()) {
        const lab = board.labOf(id) ?? '';
        counts.set(lab, (counts.get(lab) ?? 0) + 1);
      }
      const labs = document.labs.map((lab) => ({
        id: lab.id,
        name: lab.name,
        timezone: lab.timezone,
        since: lab.since ?? null,
        until: lab.until ?? null,
        opening: lab.opening ?? null,
        public: lab.public ?? null,
        machines: counts.get(lab.id) ?? 0,
      }));
      return wantsCsv(c)
        ? csvResponse(c, 'labs', Object.keys(LabRow.shape), labs)
        : { network: document.network, labs };
    },
  );
}

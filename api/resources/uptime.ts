import { z } from '@hono/zod-openapi';
import { CSV, textResponse } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { isFailure } from '../parameters.ts';
import { GROUPS } from '../queries/queries.ts';
import { type Api, serve } from '../route.ts';
import { summedParameters, summedQuery } from '../summed-query.ts';

const UPTIME_GROUPS = GROUPS.filter((group) => group !== 'audience');

const Seconds = z.number();
const Ratio = z.number().min(0).max(1).nullable();

/** Uptime of one group in one bucket. */
const Row = z
  .object({
    group: z.record(z.string(), z.string()),
    from: z.string(),
    to: z.string(),
    windowS: Seconds,
    openS: Seconds.nullable(),
    requiredS: Seconds.nullable().openapi({ description: 'Opening time less planned maintenance' }),
    faultS: Seconds,
    faultOpenS: Seconds.nullable(),
    maintenanceS: Seconds,
    faults: z.number().int().openapi({ description: 'Faults that begin in the bucket' }),
    coverage: Ratio,
    availability: Ratio,
    mtbfS: Seconds.nullable(),
    mtbfIs: z
      .enum(['mean', 'lower-bound'])
      .nullable()
      .openapi({ description: '`lower-bound`: there was no fault, and the real value is probably (95 %) larger' }),
    mttrS: Seconds.nullable(),
    reasons: z.record(z.string(), z.string()).optional().openapi({ description: 'Why a value is null, by its name' }),
  })
  .openapi('UptimeRow');

const Uptime = z.object({
  from: z.string(),
  to: z.string(),
  definitions: z.record(z.string(), z.number()),
  rows: z.array(Row),
});

/** `/api/v1/uptime`. */
export function serveUptime(app: Api, { queries, registry }: Pick<ApiDeps, 'queries' | 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/uptime',
      needs: 'usage:read',
      tags: ['usage'],
      summary: 'Faults and availability of machines, by group and by bucket of time',
      description:
        'Time is counted up to now, from the beginning of a lab to its end. A fault is counted where it begins, its time is cut to the bucket.',
      query: summedParameters(UPTIME_GROUPS),
      answer: Uptime,
      also: CSV,
    },
    (c, { query: asked }) => {
      const found = summedQuery(registry.document(), asked);
      if (isFailure(found)) return found;
      return textResponse(c, 'uptime', (dialect) => queries.uptimeText({ query: found.query, dialect }));
    },
  );
}

import { z } from '@hono/zod-openapi';
import { CSV, textResponse } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { checkRange, From, IdText, isFailure, query, selectMachines, To } from '../parameters.ts';
import { GROUPS, PERIODS } from '../queries/queries.ts';
import { type Api, serve } from '../route.ts';
import { checkRows, groupCount } from '../row-limit.ts';

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
      query: query({
        from: From,
        to: To,
        lab: IdText.optional(),
        machine: IdText.optional(),
        kind: IdText.optional(),
        by: z.enum(UPTIME_GROUPS).default('machine'),
        period: z.enum(PERIODS).default('total'),
      }),
      answer: Uptime,
      also: CSV,
    },
    async (c, { query: { from, to, by, period, ...names } }) => {
      const document = registry.document();
      const selection = selectMachines(document, names);
      if (isFailure(selection)) return selection;
      const wrong = checkRange(from, to, selection.zones);
      if (wrong) return wrong;
      const tooMany = checkRows({ from, to }, period, groupCount(by, document, selection), selection.machines.length);
      if (tooMany) return tooMany;
      const { machines, lab } = selection;
      return textResponse(c, 'uptime', (dialect) =>
        queries.uptimeText({ query: { machines, lab, from, to, by, period }, dialect }),
      );
    },
  );
}

import { z } from '@hono/zod-openapi';
import { CSV, textResponse } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { checkRange, From, IdText, isFailure, query, selectMachines, To } from '../parameters.ts';
import { GROUPS, PERIODS } from '../queries/queries.ts';
import { type Api, serve } from '../route.ts';
import { checkRows, groupCount } from '../row-limit.ts';
import { UsageRowJson } from '../usage-json.ts';

const Usage = z.object({
  from: z.string(),
  to: z.string(),
  definitions: z.record(z.string(), z.number()),
  rows: z.array(UsageRowJson),
});

/** `/api/v1/usage`. */
export function serveUsage(app: Api, { queries, registry }: Pick<ApiDeps, 'queries' | 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/usage',
      needs: 'usage:read',
      tags: ['usage'],
      summary: 'Usage of machines, by group and by bucket of time',
      description:
        'Time is counted up to now, from the beginning of a lab to its end; `windowS` is what was counted. Sessions (and their members) ' +
        'are counted where they begin; seconds and energy are cut to the bucket.',
      query: query({
        from: From,
        to: To,
        lab: IdText.optional(),
        machine: IdText.optional(),
        kind: IdText.optional(),
        by: z.enum(GROUPS).default('machine'),
        period: z.enum(PERIODS).default('total'),
      }),
      answer: Usage,
      also: CSV,
    },
    async (c, { query: { from, to, by, period, ...names } }) => {
      const document = registry.document();
      const selection = selectMachines(document, names);
      if (isFailure(selection)) return selection;
      const wrong = checkRange(from, to, selection.zones);
      if (wrong) return wrong;
      const groups = groupCount(by, document, selection);
      const tooMany = checkRows({ from, to }, period, groups, selection.machines.length);
      if (tooMany) return tooMany;
      const { machines, lab, zones } = selection;
      const asked = { ...names, from, to, period, zones: zones.length };
      return textResponse(c, 'usage', (dialect) =>
        queries.usageText({ query: { machines, lab, from, to, by, period }, form: { asked, dialect } }),
      );
    },
  );
}

import { z } from '@hono/zod-openapi';
import { CSV, textResponse } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { isFailure } from '../parameters.ts';
import { GROUPS } from '../queries/queries.ts';
import { type Api, serve } from '../route.ts';
import { summedParameters, summedQuery } from '../summed-query.ts';
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
      query: summedParameters(GROUPS),
      answer: Usage,
      also: CSV,
    },
    (c, { query: asked }) => {
      const found = summedQuery(registry.document(), asked);
      if (isFailure(found)) return found;
      const links = { ...asked, zones: found.zones.length };
      return textResponse(c, 'usage', (dialect) =>
        queries.usageText({ query: found.query, form: { asked: links, dialect } }),
      );
    },
  );
}

import { z } from '@hono/zod-openapi';
import { formatInstant } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { checkRange, From, IdText, isFailure, query, selectMachines, To } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

const Interval = z
  .object({
    start: z.string(),
    end: z.string(),
    activity: z.enum(['off', 'standby', 'running', 'unknown']),
    source: z.enum(['power', 'state', 'none']),
    bridgedS: z.number(),
    censored: z.boolean(),
  })
  .openapi('ActivityInterval');

/** `/api/v1/activity`. */
export function serveActivity(app: Api, { queries, registry }: Pick<ApiDeps, 'queries' | 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/activity',
      needs: 'usage:read',
      tags: ['usage'],
      summary: 'What a machine did, without holes or overlaps',
      description:
        'The intervals are cut to the range, which ends at the present and lies in the lifetime of the lab; time of which nothing is known is `unknown`.',
      query: query({ machine: IdText, from: From, to: To }),
      answer: z.object({ machine: z.string(), intervals: z.array(Interval) }),
      also: CSV,
    },
    async (c, { query: { machine, from, to } }) => {
      const selection = selectMachines(registry.document(), { machine });
      if (isFailure(selection)) return selection;
      const wrong = checkRange(from, to, selection.zones);
      if (wrong) return wrong;
      const activity = await queries.activity({ machine, from, to });
      const intervals = activity.map(({ start, end, bridgedMs, activity: name, source, censored }) => ({
        start: formatInstant(start),
        end: formatInstant(end),
        activity: name,
        source,
        bridgedS: bridgedMs / 1000,
        censored,
      }));
      return wantsCsv(c) ? csvResponse(c, 'activity', Object.keys(Interval.shape), intervals) : { machine, intervals };
    },
  );
}

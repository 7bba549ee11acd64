import { z } from '@hono/zod-openapi';
import { formatInstant } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { checkRange, From, IdText, isFailure, query, selectMachines, To } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

const Point = z
  .object({
    t: z.string().openapi({ description: 'The beginning of the bucket' }),
    minW: z.number().nullable(),
    meanW: z.number().nullable(),
    maxW: z.number().nullable(),
    n: z.number().int().openapi({ description: 'Readings in the bucket' }),
  })
  .openapi('PowerPoint');

const POINTS_MAX = 5000;

/** `/api/v1/power`. */
export function servePower(app: Api, { queries, registry }: Pick<ApiDeps, 'queries' | 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/power',
      needs: 'usage:read',
      tags: ['usage'],
      summary: 'A power curve of a machine, in equal buckets',
      description:
        'Least, mean and greatest of the readings of the main channel in each bucket; the mean counts each reading once. A bucket without ' +
        'readings (`n` 0) shows the reading before it while that still holds, else null: a hole stays a hole.',
      query: query({
        machine: IdText,
        from: From,
        to: To,
        points: z.coerce.number().int().min(1).max(POINTS_MAX).default(500),
      }),
      answer: z.object({
        machine: z.string(),
        channel: z.union([z.number(), z.string()]).nullable(),
        stepS: z.number(),
        points: z.array(Point),
      }),
      also: CSV,
    },
    async (c, { query: { machine, from, to, points: count } }) => {
      const selection = selectMachines(registry.document(), { machine });
      if (isFailure(selection)) return selection;
      const wrong = checkRange(from, to, selection.zones);
      if (wrong) return wrong;
      const { channel, stepMs, points: found } = await queries.power({ machine, from, to, points: count });
      const points = found.map((point) => ({ ...point, t: formatInstant(point.t) }));
      if (wantsCsv(c)) return csvResponse(c, 'power', Object.keys(Point.shape), points);
      return { machine, channel, stepS: stepMs / 1000, points };
    },
  );
}

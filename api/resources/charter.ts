import { z } from '@hono/zod-openapi';
import type { CharterWeek } from '../../domain/charter.ts';
import { versionsOf } from '../../domain/definitions.ts';
import { formatInstant } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { checkRange, From, IdText, PATTERN_YEARS_MAX, query, To, unknownName } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

const VERDICTS = ['met', 'not-met', 'not-provable', 'pending'] as const;

const Week = z
  .object({
    lab: z.string(),
    from: z.string(),
    to: z.string(),
    verdict: z.enum(VERDICTS).openapi({
      description: '`not-provable`: too little was observed to say that nothing happened; `pending`: the week goes on',
    }),
    declaredS: z.number().openapi({ description: 'Hours declared public' }),
    observedS: z.number().openapi({ description: 'Those in which a machine ran or was badged' }),
    coverage: z.number().min(0).max(1).nullable().openapi({ description: 'Null without public hours, or machines' }),
    unseen: z
      .array(z.object({ start: z.string(), end: z.string() }))
      .openapi({ description: 'Public openings in which nothing was seen' }),
  })
  .openapi('CharterWeek');

const Charter = z.object({
  definitions: z.record(z.string(), z.number()),
  weeks: z
    .record(z.enum(VERDICTS), z.number().int())
    .openapi({ description: 'How many weeks there are of each verdict' }),
  rows: z.array(Week),
});

/** `/api/v1/charter`. */
export function serveCharter(app: Api, { queries, registry }: Pick<ApiDeps, 'queries' | 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/charter',
      needs: 'usage:read',
      tags: ['usage'],
      summary: 'Whether a lab was open to everybody for 4 hours, week by week',
      description:
        'ISO weeks that overlap the range, in the zone of the lab; those that have not begun, and those in which the lab did not exist from end to end, are left out. ' +
        'An hour counts when it is declared public and a machine of the lab ran or was badged in it.',
      query: query({ lab: IdText, from: From, to: To }),
      answer: Charter,
      also: CSV,
    },
    async (c, { query: { lab: id, from, to } }) => {
      const { labs } = registry.document();
      const lab = labs.find((one) => one.id === id);
      const names = () => labs.map((one) => one.id);
      if (!lab) return unknownName('lab', id, names());
      const wrong = checkRange(from, to, [lab.timezone], PATTERN_YEARS_MAX);
      if (wrong) return wrong;
      const found = await queries.charter({ lab: id, from, to });
      const rows = found.map((week) => weekJson(id, week));
      if (wantsCsv(c)) {
        const cells = rows.map(({ unseen, ...row }) => ({ ...row, unseen: unseen.length }));
        return csvResponse(c, 'charter', Object.keys(Week.shape), cells);
      }
      const countOf = (verdict: string) => rows.filter((row) => row.verdict === verdict).length;
      const weeks = Object.fromEntries(VERDICTS.map((verdict) => [verdict, countOf(verdict)]));
      return { definitions: versionsOf(['charter']), weeks: weeks as Record<(typeof VERDICTS)[number], number>, rows };
    },
  );
}

function weekJson(
  lab: string,
  { from, to, declaredMs, observedMs, unseen, ...week }: CharterWeek,
): z.input<typeof Week> {
  return {
    lab,
    from: formatInstant(from),
    to: formatInstant(to),
    verdict: week.verdict,
    declaredS: declaredMs / 1000,
    observedS: observedMs / 1000,
    coverage: week.coverage,
    unseen: unseen.map(({ start, end }) => ({ start: formatInstant(start), end: formatInstant(end) })),
  };
}

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { ALL_DEFINITIONS } from '../../domain/definitions.ts';
import { type Failure, failure } from '../../domain/failure.ts';
import { formatInstant, HOUR_MS, parseInstantOrDate } from '../../domain/time.ts';
import type { UsageRow } from '../../domain/usage.ts';
import { definitionOf, formulasOf } from '../../domain/usage-formulas.ts';
import type { ApiEnv } from '../access.ts';
import { CSV, csvResponse, tableResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { EXPLAIN_PATH, linkTo } from '../explain-link.ts';
import { type Explained, findParts, findTimeParts } from '../explain-parts.ts';
import { Intervals, intervalsJson, Stretch } from '../intervals-json.ts';
import { checkRange, From, IdText, isFailure, query, selectMachines, To } from '../parameters.ts';
import { PERIODS } from '../queries/queries.ts';
import { type Api, serve } from '../route.ts';
import { checkRows, groupCount } from '../row-limit.ts';
import { UsageFigures, UsageRowJson } from '../usage-json.ts';
import { usageTable } from '../usage-text.ts';

/** More stretches than anybody reads: then the row is explained by shorter parts. */
const STRETCHES_MAX = 5000;

const Formula = z.object({
  id: z.string(),
  definition: z.string(),
  version: z.number().int(),
  formula: z.string(),
  numbers: z
    .string()
    .nullable()
    .openapi({ description: 'The formula with the numbers of the row', example: '3600 / ((14400 − 0) − 0)' }),
  value: z.number().nullable(),
});

const Explanation = z
  .object({
    from: z.string(),
    to: z.string(),
    row: UsageFigures,
    formulas: z.array(Formula),
    note: z.string().openapi({ description: 'How the row follows from what comes below' }),
    parts: z.array(UsageRowJson).openapi({ description: 'Empty where there are intervals' }),
    intervals: Intervals.nullable(),
    events: z.string().nullable().openapi({ description: 'The stored events behind it, for administrators' }),
  })
  .openapi('UsageExplanation');

const OF_PARTS =
  'Amounts of time, sessions and energy are the sums of the parts; a member is counted once however many parts know them; shares follow from the sums by the formulas.';
const OF_STRETCHES =
  'Every amount of time is the sum of `seconds` of some stretches: runningS of those with activity running, attributedS of those that have a session too, outsideS of those that are closed; ' +
  'sessions and members are those of the sessions with `isCounted`; energy is the sum of wh × share (and recoveredWh × share) of the hours, rounded to a thousandth.';

/** `/api/v1/usage/explain`. */
export function serveExplain(app: Api, { queries, registry }: Pick<ApiDeps, 'queries' | 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: EXPLAIN_PATH,
      needs: 'usage:read',
      tags: ['usage'],
      summary: 'Where the numbers of a row of usage come from',
      description:
        'Follow `explain` of a row. A row of several machines, or of a long time, is explained by parts that add up, each with its own `explain`; ' +
        `a row of one machine by its intervals (at most ${STRETCHES_MAX}), sessions and energy hours, and a link to the events. ` +
        '`bucket` comes from a row and goes with its `period`. As CSV: the parts, or the stretches.',
      query: query({
        from: From,
        to: To,
        lab: IdText.optional(),
        machine: IdText.optional(),
        kind: IdText.optional(),
        audience: IdText.optional(),
        period: z.enum(PERIODS).default('total'),
        bucket: z.coerce.number().int().optional(),
      }),
      answer: Explanation,
      also: CSV,
    },
    async (c, { query: { bucket = null, audience, from, to, period, ...names } }) => {
      const document = registry.document();
      const selection = selectMachines(document, names);
      if (isFailure(selection)) return selection;
      const wrong =
        checkRange(from, to, selection.zones) ??
        checkRows(
          { from, to },
          bucket === null ? 'total' : period,
          groupCount('lab', document, selection),
          selection.machines.length,
        );
      if (wrong) return wrong;
      if (bucket === null && period === 'hour' && !isShort(from, to)) return noBucket(bucket);
      const { machines } = selection;
      const asked = { ...names, audience, from, to, period, bucket };
      const [machine = ''] = machines;
      if (machines.length !== 1) {
        const found = await findParts(queries, document, asked);
        return found ? answerParts(c, found, period) : noBucket(bucket);
      }
      const one = { ...asked, machine, audience: audience ?? null, stretchesMax: STRETCHES_MAX };
      const found = await queries.explain(one);
      if (!found) return noBucket(bucket);
      if (!found.detail) {
        const parts = await findTimeParts(queries, document, { ...asked, machine }, found);
        return answerParts(c, { ...found, parts }, period);
      }
      const intervals = intervalsJson(found.detail, c.var.may('journal:read'));
      if (wantsCsv(c)) return csvResponse(c, 'stretches', Object.keys(Stretch.shape), intervals.stretches);
      const events = { machine, from: formatInstant(found.detail.eventsFrom), to: formatInstant(found.to) };
      return {
        ...headOf(found, period),
        note: OF_STRETCHES,
        parts: [],
        intervals,
        events: linkTo('/api/v1/events', events),
      };
    },
  );
}

/** An hour of a clock, which lasts 90 minutes where clocks are put back by half an hour. */
function isShort(from: string, to: string): boolean {
  return (parseInstantOrDate(to, 'UTC') ?? 0) - (parseInstantOrDate(from, 'UTC') ?? 0) <= 1.5 * HOUR_MS;
}

function answerParts(c: Context<ApiEnv>, found: Explained, period: string) {
  if (wantsCsv(c)) return tableResponse(c, 'parts', (dialect) => usageTable(found.parts, dialect));
  return { ...headOf(found, period), note: OF_PARTS, parts: found.parts, intervals: null, events: null };
}

function headOf({ from, to, row }: { from: number; to: number; row: UsageRow }, period: string) {
  const formulas = formulasOf(row, period === 'hour' ? 'hour' : 'total').map((one) => {
    const id = definitionOf(one);
    const { version = 0, formula = '' } = ALL_DEFINITIONS.find((definition) => definition.id === id) ?? {};
    return { ...one, definition: id, version, formula };
  });
  return { from: formatInstant(from), to: formatInstant(to), row, formulas };
}

function noBucket(bucket: number | null): Failure {
  const what =
    bucket === null ? 'is missing: hours are explained one by one' : `there is no ${bucket} in this range and period`;
  const message = `${what}; take the link as a row of usage gives it`;
  return failure('bad-parameter', `bucket: ${message}.`, [{ path: 'bucket', message }]);
}

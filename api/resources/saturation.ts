import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { versionsOf } from '../../domain/definitions.ts';
import { demandOf, type SaturationSum, saturationShare } from '../../domain/saturation.ts';
import { formatInstant } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { checkRange, From, IdText, isFailure, PATTERN_YEARS_MAX, query, selectMachines, To } from '../parameters.ts';
import type { SaturationAnswerRow } from '../queries/queries.ts';
import { type Api, serve } from '../route.ts';
import { dayAndHour, HOUR_OF_WEEK } from './hour-of-week-json.ts';

const Ratio = z.number().min(0).max(1).nullable();

const FIGURES = {
  openS: z.number(),
  noneUpS: z.number().openapi({ description: 'Opening time in which none of the machines was in service' }),
  undecidedS: z.number().openapi({ description: 'Opening time in which a silent machine may have been free' }),
  saturation: z.object({ value: Ratio, low: Ratio, high: Ratio }),
  demand: z
    .object({ low: z.number(), high: z.number().nullable() })
    .nullable()
    .openapi({ description: 'Machines that people would use; `high` null: no upper bound. Null: nothing observed' }),
};

const Hour = z.object({ ...HOUR_OF_WEEK, ...FIGURES }).openapi('SaturationHour');

const Row = z
  .object({
    lab: z.string(),
    kind: z.string(),
    machines: z.number().int(),
    from: z.string(),
    to: z.string(),
    windowS: z.number(),
    ...FIGURES,
    openS: z.number().nullable(),
    noneUpS: z.number().nullable(),
    undecidedS: z.number().nullable(),
    reasons: z.record(z.string(), z.string()).optional().openapi({ description: 'Why a value is null, by its name' }),
    hours: z.array(Hour).openapi({ description: 'The 168 hours of the week from Monday 00:00; empty without hours' }),
  })
  .openapi('SaturationRow');

const Saturation = z.object({
  from: z.string(),
  to: z.string(),
  definitions: z.record(z.string(), z.number()),
  rows: z.array(Row),
});

/** `/api/v1/saturation`. */
export function serveSaturation(app: Api, { queries, registry }: Pick<ApiDeps, 'queries' | 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/saturation',
      needs: 'usage:read',
      tags: ['usage'],
      summary: 'When no machine of a kind can be had, and the demand behind it, for each lab',
      description:
        'In opening hours, over all the range and by hour of the week in the zone of the lab. The bounds say what silent machines may hide.',
      query: query({ kind: IdText, lab: IdText.optional(), from: From, to: To }),
      answer: Saturation,
      also: CSV,
    },
    async (c, { query: { kind, lab, from, to } }) => {
      const selection = selectMachines(registry.document(), { kind, lab });
      if (isFailure(selection)) return selection;
      const wrong = checkRange(from, to, selection.zones, PATTERN_YEARS_MAX);
      if (wrong) return wrong;
      const answer = await queries.saturation({ machines: selection.machines, lab: selection.lab, from, to });
      const rows = answer.rows.map((row) => rowJson(kind, row));
      if (wantsCsv(c)) return csvOf(c, rows);
      const definitions = versionsOf(['saturation', 'demand', 'hours.open']);
      return { from: formatInstant(answer.from), to: formatInstant(answer.to), definitions, rows };
    },
  );
}

const NOTHING = { openS: null, noneUpS: null, undecidedS: null, demand: null };

function rowJson(kind: string, row: SaturationAnswerRow): z.input<typeof Row> {
  const { lab, machines, windowMs, saturation: sum } = row;
  const head = {
    lab,
    kind,
    machines,
    from: formatInstant(row.from),
    to: formatInstant(row.to),
    windowS: windowMs / 1000,
  };
  if (!sum) {
    const reason = windowMs > 0 ? 'no-opening-hours' : 'no-time-counted';
    const reasons = { openS: reason, saturation: reason, demand: reason };
    return { ...head, ...NOTHING, saturation: { value: null, low: null, high: null }, reasons, hours: [] };
  }
  const { reason } = saturationShare(sum);
  const figures = figuresOf(sum);
  const reasons: Record<string, string> = {
    ...(reason ? { saturation: reason } : {}),
    ...(figures.demand ? {} : { demand: reason ?? 'not-observed' }),
  };
  const hours = sum.hours.map((hour, index) => ({ ...dayAndHour(index), ...figuresOf(hour) }));
  return { ...head, ...figures, ...(Object.keys(reasons).length > 0 ? { reasons } : {}), hours };
}

function figuresOf(sum: SaturationSum) {
  const { value, low, high } = saturationShare(sum);
  return {
    openS: sum.openMs / 1000,
    noneUpS: sum.noneUpMs / 1000,
    undecidedS: sum.undecidedMs / 1000,
    saturation: { value, low, high },
    demand: demandOf(sum),
  };
}

const COLUMNS = [
  ...['lab', 'kind', 'machines', 'day', 'hour', 'openS', 'noneUpS', 'undecidedS'],
  ...['saturation', 'saturation.low', 'saturation.high', 'demand.low', 'demand.high'],
];

/** One line for each lab, without day and hour, then its hours of the week. */
function csvOf(c: Context, rows: z.input<typeof Row>[]): Response {
  const cells = rows.flatMap(({ lab, kind, machines, hours, ...whole }) =>
    [{ day: null, hour: null, ...whole }, ...hours].map(
      ({ day, hour, openS, noneUpS, undecidedS, saturation, demand }) => ({
        ...{ lab, kind, machines, day, hour, openS, noneUpS, undecidedS },
        saturation: saturation.value,
        'saturation.low': saturation.low,
        'saturation.high': saturation.high,
        'demand.low': demand?.low,
        'demand.high': demand?.high,
      }),
    ),
  );
  return csvResponse(c, 'saturation', COLUMNS, cells);
}

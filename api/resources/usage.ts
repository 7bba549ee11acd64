import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { DEFINITIONS } from '../../domain/definitions.ts';
import { formatInstant } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { checkRange, From, IdText, isFailure, query, selectMachines, To } from '../parameters.ts';
import { GROUPS, PERIODS } from '../queries/queries.ts';
import { type Api, serve } from '../route.ts';
import { checkRows } from '../row-limit.ts';

const Seconds = z.number().openapi({ description: 'Seconds, with up to three decimals' });
const Ratio = z.number().min(0).max(1).nullable();

/** Usage of one group in one bucket. */
const Row = z
  .object({
    group: z.record(z.string(), z.string()),
    from: z.string(),
    to: z.string(),
    windowS: Seconds,
    offS: Seconds,
    standbyS: Seconds,
    runningS: Seconds,
    unknownS: Seconds,
    bridgedS: Seconds,
    badgedS: Seconds,
    attributedS: Seconds,
    outsideS: Seconds.nullable(),
    openS: Seconds.nullable(),
    downS: Seconds,
    maintenanceS: Seconds,
    sessions: z.number().int(),
    doubtful: z.number().int(),
    members: z.number().int(),
    energyWh: z.number().nullable(),
    recoveredWh: z.number().nullable(),
    coverage: Ratio,
    attributedShare: Ratio,
    utilisation: z.object({ value: Ratio, low: Ratio, high: Ratio, calendar: Ratio, opening: Ratio }),
    occupation: Ratio,
    availability: Ratio,
    efficiency: Ratio,
    reasons: z.record(z.string(), z.string()).optional().openapi({ description: 'Why a value is null, by its name' }),
  })
  .openapi('UsageRow');

const Usage = z.object({
  from: z.string(),
  to: z.string(),
  definitions: z.record(z.string(), z.number()),
  rows: z.array(Row),
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
      const selection = selectMachines(registry.document(), names);
      if (isFailure(selection)) return selection;
      const wrong = checkRange(from, to, selection.zones);
      if (wrong) return wrong;
      const groups = by === 'machine' ? selection.machines.length : 1;
      const tooMany = checkRows({ from, to }, period, groups);
      if (tooMany) return tooMany;
      const answer = await queries.usage({ machines: selection.machines, from, to, by, period });
      const rows = answer.rows.map((row) => ({ ...row, from: formatInstant(row.from), to: formatInstant(row.to) }));
      if (wantsCsv(c)) return csvOf(c, rows);
      return { from: formatInstant(answer.from), to: formatInstant(answer.to), definitions: { ...DEFINITIONS }, rows };
    },
  );
}

type RowJson = z.input<typeof Row>;

const UTILISATIONS = [
  ...['utilisation', 'utilisation.low', 'utilisation.high'],
  ...['utilisation.calendar', 'utilisation.opening'],
];

const NESTED = new Set(['group', 'utilisation', 'reasons']);

function csvOf(c: Context, rows: RowJson[]): Response {
  const groups = [...new Set(rows.flatMap(({ group }) => Object.keys(group)))];
  const plain = Object.keys(Row.shape).filter((name) => !NESTED.has(name));
  const columns = [...groups, ...plain, ...UTILISATIONS];
  const cells = rows.map(({ group, utilisation, reasons: _, ...row }) => ({
    ...group,
    ...row,
    utilisation: utilisation.value,
    'utilisation.low': utilisation.low,
    'utilisation.high': utilisation.high,
    'utilisation.calendar': utilisation.calendar,
    'utilisation.opening': utilisation.opening,
  }));
  return csvResponse(c, 'usage', columns, cells);
}

import { z } from '@hono/zod-openapi';
import { type Cost, costPerHour } from '../../domain/cost.ts';
import { versionsOf } from '../../domain/definitions.ts';
import type { Lab, Machine, Registry } from '../../domain/registry.ts';
import { labLifetime } from '../../domain/stay.ts';
import { formatInstant } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { checkRange, From, IdText, isFailure, query, selectMachines, To } from '../parameters.ts';
import { countedRange, rangeOf } from '../queries/buckets.ts';
import type { UsageAnswerRow } from '../queries/queries.ts';
import { type Api, serve } from '../route.ts';
import { checkRows } from '../row-limit.ts';

const Money = z.number().nullable().openapi({ description: 'In the currency of the purchase' });

const Row = z
  .object({
    machine: z.string(),
    lab: z.string(),
    kind: z.string(),
    from: z.string(),
    to: z.string(),
    runningS: z.number(),
    energyWh: z.number().nullable(),
    tariffPerKwh: Money,
    depreciation: Money,
    maintenance: Money,
    energy: Money,
    total: Money,
    perHour: Money,
    coverage: z.number().min(0).max(1).nullable(),
    reason: z
      .enum(['no-use', 'energy-not-measured', 'no-tariff', 'no-purchase', 'no-time-counted'])
      .nullable()
      .openapi({ description: 'Why `perHour` is null, or what it leaves out' }),
  })
  .openapi('CostRow');

const Costs = z.object({
  from: z.string(),
  to: z.string(),
  definitions: z.record(z.string(), z.number()),
  rows: z.array(Row),
});

/** `/api/v1/cost`. */
export function serveCost(
  app: Api,
  { queries, registry, clock }: Pick<ApiDeps, 'queries' | 'registry' | 'clock'>,
): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/cost',
      needs: 'usage:read',
      tags: ['usage'],
      summary: 'What an hour of a machine cost: value lost, maintenance and electricity',
      description:
        'For each machine, in its own lab, over the time that is counted: up to now, while the lab exists. Purchases are in the registry, and so is the price of a kWh: ' +
        '`tariffPerKwh` of the lab, else of the network.',
      query: query({
        from: From,
        to: To,
        lab: IdText.optional(),
        machine: IdText.optional(),
        kind: IdText.optional(),
      }),
      answer: Costs,
      also: CSV,
    },
    async (c, { query: { from, to, ...names } }) => {
      const document = registry.document();
      const selection = selectMachines(document, names);
      if (isFailure(selection)) return selection;
      const wrong =
        checkRange(from, to, selection.zones) ?? checkRows({ from, to }, 'total', selection.machines.length);
      if (wrong) return wrong;
      // A machine costs its own lab, wherever it is.
      const chosen = new Set(selection.machines);
      const own = document.machines.filter(({ id, lab }) => chosen.has(id) && (names.lab ?? lab) === lab);
      const known = new Map(own.map((machine) => [machine.id, machine]));
      const usage = await queries.usage({ machines: [...known.keys()], from, to, by: 'machine', period: 'total' });
      const labs = new Map(document.labs.map((lab) => [lab.id, lab]));
      const rows = usage.rows.flatMap((row) => {
        const machine = known.get(row.group.machine ?? '');
        const lab = labs.get(machine?.lab ?? '');
        return machine && lab ? [rowOf(document, machine, lab, row, { from, to }, clock())] : [];
      });
      if (wantsCsv(c)) return csvResponse(c, 'cost', Object.keys(Row.shape), rows);
      const definitions = versionsOf(['costPerHour', 'hours.running', 'energy']);
      return { from: formatInstant(usage.from), to: formatInstant(usage.to), definitions, rows };
    },
  );
}

const NOTHING = { depreciation: null, maintenance: null, energy: null, total: null, perHour: null };

function rowOf(
  { network }: Registry,
  { id, kind, purchase }: Machine,
  lab: Lab,
  { from, to, runningS, energyWh, coverage }: UsageAnswerRow,
  range: { from: string; to: string },
  now: number,
): z.input<typeof Row> {
  const tariffPerKwh = lab.tariffPerKwh ?? network.tariffPerKwh ?? null;
  const row = {
    ...{ machine: id, lab: lab.id, kind, from: formatInstant(from), to: formatInstant(to) },
    ...{ runningS, energyWh, tariffPerKwh, coverage },
  };
  const counted = countedRange(rangeOf(range, lab.timezone), labLifetime(lab), now);
  if (!purchase) return { ...row, ...NOTHING, reason: 'no-purchase' };
  if (!(counted.from < counted.to)) return { ...row, ...NOTHING, reason: 'no-time-counted' };
  const input = { purchase, zone: lab.timezone, ...counted, runningMs: runningS * 1000, energyWh, tariffPerKwh };
  return { ...row, ...moneyOf(costPerHour(input)) };
}

/** Money to a hundredth of a cent. */
function moneyOf({ depreciation, maintenance, energy, total, perHour, reason }: Cost) {
  const rounded = (amount: number) => Math.round(amount * 10_000) / 10_000;
  return {
    depreciation: rounded(depreciation),
    maintenance: rounded(maintenance),
    energy: energy === null ? null : rounded(energy),
    total: rounded(total),
    perHour: perHour === null ? null : rounded(perHour),
    reason,
  };
}

import { z } from '@hono/zod-openapi';
import type { Failure } from '../domain/failure.ts';
import type { Registry } from '../domain/registry.ts';
import { checkRange, From, IdText, isFailure, query, type Selected, selectMachines, To } from './parameters.ts';
import type { SummedQuery } from './queries/add-up.ts';
import { type GroupBy, PERIODS, type UsagePeriod } from './queries/queries.ts';
import { checkRows, groupCount } from './row-limit.ts';

/** The parameters of a question whose answer is added up by group and by bucket of time. */
export function summedParameters<By extends GroupBy>(groups: readonly By[]) {
  return query({
    from: From,
    to: To,
    lab: IdText.optional(),
    machine: IdText.optional(),
    kind: IdText.optional(),
    by: z.enum(groups).default('machine' as never),
    period: z.enum(PERIODS).default('total'),
  });
}

/** What was asked, once it was read. */
export interface SummedParameters<By extends GroupBy> {
  from: string;
  to: string;
  lab?: string | undefined;
  machine?: string | undefined;
  kind?: string | undefined;
  by: By;
  period: UsagePeriod;
}

/** Finds the machines that are meant, or says what is wrong: a name, the range, or that it asks for too much. */
export function summedQuery<By extends GroupBy>(
  document: Registry,
  { from, to, by, period, ...names }: SummedParameters<By>,
): { query: SummedQuery & { by: By }; zones: Selected['zones'] } | Failure {
  const selection = selectMachines(document, names);
  if (isFailure(selection)) return selection;
  const { machines, lab, zones } = selection;
  const wrong =
    checkRange(from, to, zones) ??
    checkRows({ from, to }, period, groupCount(by, document, selection), machines.length);
  return wrong ?? { query: { machines, lab, from, to, by, period }, zones };
}

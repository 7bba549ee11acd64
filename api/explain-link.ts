import { formatInstant } from '../domain/time.ts';
import type { UsageRow } from '../domain/usage.ts';
import type { Selection } from './parameters.ts';
import type { UsageAnswerRow, UsagePeriod } from './queries/queries.ts';

/** Where rows of usage are explained. */
export const EXPLAIN_PATH = '/api/v1/usage/explain';

/** What an answer was asked for, and how many zones its labs have. */
export interface Asked extends Selection {
  audience?: string | undefined;
  from: string;
  to: string;
  period: UsagePeriod;
  zones: number;
}

/** A row as answers hold it; instants are RFC 3339, `explain` is a link. */
export interface UsageRowJson extends UsageRow {
  group: Record<string, string>;
  from: string;
  to: string;
  explain: string;
}

/** Makes the row that answers hold. */
export function usageRowJson({ key: _, ...row }: UsageAnswerRow, explain: string): UsageRowJson {
  return { ...row, from: formatInstant(row.from), to: formatInstant(row.to), explain };
}

/**
 * The link that explains a row. Where labs have several zones a bucket begins at another instant in each: the link then
 * asks for the same range and names the bucket.
 */
export function explainLink(row: Pick<UsageAnswerRow, 'group' | 'key' | 'from' | 'to'>, asked: Asked): string {
  const { machine, lab, kind, audience, from, to, period, zones } = asked;
  const { network: _, ...group } = row.group;
  const names = { lab, kind, machine, audience, ...group };
  const when =
    zones <= 1
      ? { from: formatInstant(row.from), to: formatInstant(row.to), ...(period === 'hour' ? { period } : {}) }
      : { from, to, ...(period === 'total' ? {} : { period, bucket: String(row.key) }) };
  return linkTo(EXPLAIN_PATH, { ...names, ...when });
}

/** A path with its parameters, those left out that have no value. */
export function linkTo(path: string, parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return `${path}?${given.join('&')}`;
}

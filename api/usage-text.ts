import { DEFINITIONS } from '../domain/definitions.ts';
import { formatInstant } from '../domain/time.ts';
import { type UsageRow, usageRow } from '../domain/usage.ts';
import { emptySum } from '../domain/usage-sum.ts';
import { csvText } from './csv-text.ts';
import { type Asked, explainLink, type UsageRowJson, usageRowJson } from './explain-link.ts';
import type { UsageAnswer } from './queries/queries.ts';

/** How an answer is written: with the question that its links repeat; `dialect` of a table, or null for JSON. */
export interface UsageForm {
  asked: Asked;
  dialect: string | null;
}

const NESTED = new Set(['utilisation', 'reasons']);

/** The figures of a row that are a column each, in the order of a row. */
const PLAIN = Object.keys(usageRow(emptySum())).filter((name) => !NESTED.has(name)) as (keyof UsageRow)[];

const UTILISATIONS = [
  ...['utilisation', 'utilisation.low', 'utilisation.high'],
  ...['utilisation.calendar', 'utilisation.opening'],
];

/** The answer to a usage query as text. Written where it was added up: many rows take long. */
export function usageText(answer: UsageAnswer, { asked, dialect }: UsageForm): string {
  const rows = answer.rows.map((row) => usageRowJson(row, explainLink(row, asked)));
  if (dialect !== null) return usageTable(rows, dialect);
  const range = { from: formatInstant(answer.from), to: formatInstant(answer.to) };
  return JSON.stringify({ ...range, definitions: DEFINITIONS, rows });
}

/** Rows of usage as a table, the columns of their groups first. */
export function usageTable(rows: readonly UsageRowJson[], dialect: string): string {
  const groups = [...new Set(rows.flatMap(({ group }) => Object.keys(group)))];
  const columns = [...groups, 'from', 'to', ...PLAIN, ...UTILISATIONS, 'explain'];
  const cells = rows.map(({ group, utilisation, reasons: _, ...row }) => ({
    ...group,
    ...row,
    utilisation: utilisation.value,
    'utilisation.low': utilisation.low,
    'utilisation.high': utilisation.high,
    'utilisation.calendar': utilisation.calendar,
    'utilisation.opening': utilisation.opening,
  }));
  return csvText(columns, cells, dialect);
}

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { failure } from '../domain/failure.ts';
import { didYouMean } from '../domain/suggestion.ts';
import { problem } from './problem.ts';

type Cell = string | number | boolean | null | undefined;

/** How a table is written. `begin` comes before everything. */
interface Dialect {
  begin: string;
  separator: string;
  decimal: string;
}

const STANDARD = 'standard';

/** What `dialect` of `Accept: text/csv` may say. */
const DIALECTS: Record<string, Dialect> = {
  [STANDARD]: { begin: '', separator: ',', decimal: '.' },
  // Excel with French settings takes a comma for the decimals, and UTF-8 only after a byte order mark.
  'excel-fr': { begin: '\uFEFF', separator: ';', decimal: ',' },
};

/** A table as a route declares it, in each dialect. */
export const CSV = {
  'text/csv': { schema: z.string() },
  'text/csv; dialect=excel-fr': { schema: z.string() },
};

/** Whether the caller would rather have CSV than JSON. */
export function wantsCsv(c: Context): boolean {
  const supports = ['application/json', 'text/csv'];
  return accepts(c, { header: 'Accept', supports, default: 'application/json' }) === 'text/csv';
}

/** Answers with a table: UTF-8, CRLF, a header line, the columns in the order given, in the dialect that was asked for. */
export function csvResponse(
  c: Context,
  name: string,
  columns: readonly string[],
  rows: readonly Record<string, Cell>[],
): Response {
  return tableResponse(c, name, (dialect) => csvText(columns, rows, dialect));
}

/** Answers with a table that `write` makes in the dialect that was asked for; one that is not known is refused. */
export function tableResponse(c: Context, name: string, write: (dialect: string) => BodyInit): Response {
  const dialect = accepts(c, {
    header: 'Accept',
    supports: Object.keys(DIALECTS),
    default: STANDARD,
    match: (accepted) => {
      const table = accepted.find(({ type }) => type.toLowerCase() === 'text/csv');
      return table?.params.dialect?.replaceAll('"', '') ?? STANDARD;
    },
  });
  if (!Object.hasOwn(DIALECTS, dialect)) {
    const known = Object.keys(DIALECTS);
    const message = `no dialect "${dialect}"${didYouMean(dialect, known) || `; known: ${known.join(', ')}`}`;
    return problem(c, failure('not-acceptable', `Accept: ${message}`, [{ path: 'Accept', message }]));
  }
  const parameter = dialect === STANDARD ? '' : `; dialect=${dialect}`;
  const headers = {
    'content-type': `text/csv; charset=utf-8; header=present${parameter}`,
    'content-disposition': `attachment; filename="${name}.csv"`,
  };
  return new Response(write(dialect), { headers });
}

/** A table as CSV text. */
export function csvText(columns: readonly string[], rows: readonly Record<string, Cell>[], dialect = STANDARD): string {
  const { begin } = DIALECTS[dialect] as Dialect;
  return `${begin}${csvLine(columns, dialect)}${csvLines(columns, rows, dialect)}`;
}

/** Rows of a table without its header. */
export function csvLines(columns: readonly string[], rows: readonly Record<string, Cell>[], dialect: string): string {
  const cellsOf = (row: Record<string, Cell>) => columns.map((column) => row[column]);
  return rows.map((row) => csvLine(cellsOf(row), dialect)).join('');
}

function csvLine(cells: readonly Cell[], name: string): string {
  const dialect = DIALECTS[name] as Dialect;
  return `${cells.map((cell) => cellText(cell, dialect)).join(dialect.separator)}\r\n`;
}

const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/** A cell that a spreadsheet would take for a formula gets an apostrophe in front. */
function cellText(cell: Cell, { separator, decimal }: Dialect): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return String(cell).replace('.', decimal);
  if (typeof cell !== 'string') return String(cell);
  const isFormula = /^[=+\-@\t\r]/.test(cell) && !NUMBER.test(cell);
  const text = isFormula ? `'${cell}` : cell;
  return /["\r\n]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text;
}

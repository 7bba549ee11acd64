import type { Context } from 'hono';
import { accepts } from 'hono/accepts';

type Cell = string | number | boolean | null | undefined;

/** Whether the caller would rather have CSV than JSON. */
export function wantsCsv(c: Context): boolean {
  const supports = ['application/json', 'text/csv'];
  return accepts(c, { header: 'Accept', supports, default: 'application/json' }) === 'text/csv';
}

/** Answers with a table: UTF-8, comma, CRLF, a header line, the columns in the order given. */
export function csvResponse(name: string, columns: readonly string[], rows: readonly Record<string, Cell>[]): Response {
  const headers = {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': `attachment; filename="${name}.csv"`,
  };
  return new Response(csvText(columns, rows), { headers });
}

/** A table as CSV text. */
export function csvText(columns: readonly string[], rows: readonly Record<string, Cell>[]): string {
  const lines = [columns.map(cellText).join(',')];
  for (const row of rows) lines.push(columns.map((column) => cellText(row[column])).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/** A cell that a spreadsheet would take for a formula gets an apostrophe in front. */
function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const isFormula = /^[=+\-@\t\r]/.test(cell) && !NUMBER.test(cell);
  const text = isFormula ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

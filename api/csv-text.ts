type Cell = string | number | boolean | null | undefined;

/** How a table is written. `begin` comes before everything. */
interface Dialect {
  begin: string;
  separator: string;
  decimal: string;
}

/** The dialect of whoever asks for none. */
export const STANDARD = 'standard';

/** What `dialect` of `Accept: text/csv` may say. */
const DIALECTS: Record<string, Dialect> = {
  [STANDARD]: { begin: '', separator: ',', decimal: '.' },
  // Excel with French settings takes a comma for the decimals, and UTF-8 only after a byte order mark.
  'excel-fr': { begin: '\uFEFF', separator: ';', decimal: ',' },
};

/** The dialects of tables. */
export const DIALECT_NAMES = Object.keys(DIALECTS);

/** One row of a table by the names of its columns. */
export type TableRow = Record<string, Cell>;

/** A table as CSV text. */
export function csvText(columns: readonly string[], rows: readonly TableRow[], dialect = STANDARD): string {
  const { begin } = DIALECTS[dialect] as Dialect;
  return `${begin}${csvLine(columns, dialect)}${csvLines(columns, rows, dialect)}`;
}

/** Rows of a table without its header. */
export function csvLines(columns: readonly string[], rows: readonly TableRow[], dialect: string): string {
  const cellsOf = (row: TableRow) => columns.map((column) => row[column]);
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

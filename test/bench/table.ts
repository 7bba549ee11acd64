import type { BenchRow } from './row.ts';

const MARKS = { true: 'ok', false: 'MISSED', null: '' } as const;

/** A number with as many digits as say something. */
export function shownNumber(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  return value.toLocaleString('en-GB', { maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : 2 });
}

/** The figures as one table of text. */
export function tableOf(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [row.name, shownNumber(row.value), row.unit, row.goal, MARKS[`${row.ok}`], row.note]);
  const head = ['figure', 'value', 'unit', 'goal', '', 'note'];
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((line) => line[column]?.length ?? 0)));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, column) => (column === 1 ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return `${[line(head), ...cells.map(line)].join('\n')}\n`;
}

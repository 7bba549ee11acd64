import { versionsOf } from '../domain/definitions.ts';
import { formatInstant } from '../domain/time.ts';
import { emptyUptime, uptimeRow } from '../domain/uptime.ts';
import { csvText } from './csv-text.ts';
import type { UptimeAnswer } from './queries/queries.ts';

const QUANTITIES = ['coverage', 'availability', 'mtbf', 'mttr', 'hours.fault', 'hours.maintenance', 'hours.required'];

const PLAIN = Object.keys(uptimeRow(emptyUptime())).filter((name) => name !== 'reasons');

/** The answer to an uptime query as text: a table in a dialect, or JSON (`dialect` null). */
export function uptimeText(answer: UptimeAnswer, by: string, dialect: string | null): string {
  const rows = answer.rows.map((row) => ({ ...row, from: formatInstant(row.from), to: formatInstant(row.to) }));
  if (dialect !== null) {
    const cells = rows.map(({ group, reasons: _, ...row }) => ({ ...group, ...row }));
    return csvText([by, 'from', 'to', ...PLAIN], cells, dialect);
  }
  const range = { from: formatInstant(answer.from), to: formatInstant(answer.to) };
  return JSON.stringify({ ...range, definitions: versionsOf(QUANTITIES), rows });
}

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { type Failure, failure } from '../domain/failure.ts';
import { didYouMean } from '../domain/suggestion.ts';
import { csvText, DIALECT_NAMES, STANDARD, type TableRow } from './csv-text.ts';
import { isFailure } from './parameters.ts';
import { problem } from './problem.ts';
import type { WrittenAnswer } from './written-answer.ts';

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
export function csvResponse(c: Context, name: string, columns: readonly string[], rows: readonly TableRow[]): Response {
  return tableResponse(c, name, (dialect) => csvText(columns, rows, dialect));
}

/** Answers with a table that `write` makes in the dialect that was asked for; one that is not known is refused. */
export function tableResponse(c: Context, name: string, write: (dialect: string) => BodyInit): Response {
  const dialect = dialectOf(c);
  if (isFailure(dialect)) return problem(c, dialect);
  return new Response(write(dialect), { headers: tableHeaders(name, dialect) });
}

/**
 * Answers with what `write` gives: JSON (`dialect` null) or a table, as it was asked for. For answers that are so long
 * that they are written and tagged in another thread.
 */
export async function textResponse(
  c: Context,
  name: string,
  write: (dialect: string | null) => Promise<WrittenAnswer>,
): Promise<Response | Failure> {
  const dialect = wantsCsv(c) ? dialectOf(c) : null;
  if (isFailure(dialect)) return dialect;
  const { bytes, tag } = await write(dialect);
  const headers = dialect === null ? { 'content-type': 'application/json' } : tableHeaders(name, dialect);
  return new Response(bytes, { headers: { ...headers, etag: tag } });
}

/** The dialect of tables that was asked for; a failure when it is not known. */
export function dialectOf(c: Context): string | Failure {
  const dialect = accepts(c, {
    header: 'Accept',
    supports: DIALECT_NAMES,
    default: STANDARD,
    match: (accepted) => {
      const table = accepted.find(({ type }) => type.toLowerCase() === 'text/csv');
      return table?.params.dialect?.replaceAll('"', '') ?? STANDARD;
    },
  });
  if (DIALECT_NAMES.includes(dialect)) return dialect;
  const message = `no dialect "${dialect}"${didYouMean(dialect, DIALECT_NAMES) || `; known: ${DIALECT_NAMES.join(', ')}`}`;
  return failure('not-acceptable', `Accept: ${message}`, [{ path: 'Accept', message }]);
}

/** The headers of a table. */
export function tableHeaders(name: string, dialect: string): Record<string, string> {
  const parameter = dialect === STANDARD ? '' : `; dialect=${dialect}`;
  return {
    'content-type': `text/csv; charset=utf-8; header=present${parameter}`,
    'content-disposition': `attachment; filename="${name}.csv"`,
  };
}

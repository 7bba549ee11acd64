import { z } from '@hono/zod-openapi';
import { formatInstant } from '../domain/time.ts';
import type { SessionEntry } from './queries/queries.ts';

const Seconds = z.number();

/** One member's, or one class's, use of one machine. */
export const SessionRow = z
  .object({
    id: z.string(),
    machine: z.string(),
    lab: z.string(),
    start: z.string(),
    end: z.string().nullable().openapi({ description: 'Null while it is open' }),
    startCause: z.enum(['badge', 'run']),
    endCause: z.enum(['badge-out', 'handover', 'idle', 'presumed', 'max', 'service', 'censored', 'open', 'corrected']),
    confidence: z.enum(['certain', 'inferred', 'doubtful']),
    runningS: Seconds,
    standbyS: Seconds,
    unknownS: Seconds,
    energyWh: z.number().nullable(),
    audience: z.string(),
    member: z.string().nullable().openapi({ description: 'A token; null for those who may not see it' }),
    people: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'The declared head-count of a class; null: one member' }),
  })
  .openapi('Session');

/** A session as answers hold it; the member only for those who may see it. */
export function sessionJson(session: SessionEntry, showsMember: boolean): z.input<typeof SessionRow> {
  const { runningMs, standbyMs, unknownMs, member, start, end, ...rest } = session;
  return {
    ...rest,
    start: formatInstant(start),
    end: end === null ? null : formatInstant(end),
    runningS: runningMs / 1000,
    standbyS: standbyMs / 1000,
    unknownS: unknownMs / 1000,
    member: showsMember ? member : null,
  };
}

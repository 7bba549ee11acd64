import { z } from '@hono/zod-openapi';
import { formatInstant } from '../domain/time.ts';
import type { UsageDetail } from './queries/queries.ts';
import { SessionRow, sessionJson } from './session-json.ts';

/** Time in which no layer of a machine changes. */
export const Stretch = z
  .object({
    start: z.string(),
    end: z.string(),
    seconds: z.number(),
    activity: z.enum(['off', 'standby', 'running', 'unknown']),
    source: z.enum(['power', 'state', 'none']),
    bridgedS: z.number(),
    service: z.enum(['up', 'fault', 'maintenance', 'absent']),
    opening: z.enum(['closed', 'staffed', 'public']).nullable().openapi({ description: 'Null: no hours are declared' }),
    session: z.string().nullable(),
    audience: z.string().nullable(),
  })
  .openapi('Stretch');

const CountedSession = SessionRow.extend({
  isCounted: z.boolean().openapi({ description: 'It begins in the window' }),
  countedS: z.number().openapi({ description: 'Its time in the window' }),
  history: z.string().openapi({ description: 'As it was recorded, and who corrected it why' }),
}).openapi('CountedSession');

const EnergyHour = z
  .object({
    series: z.string(),
    hour: z.string(),
    wh: z.number(),
    recoveredWh: z.number(),
    share: z.number().min(0).max(1).openapi({ description: 'The part of the hour that belongs to the window' }),
  })
  .openapi('EnergyHour');

/** What a row of one machine stands on. */
export const Intervals = z
  .object({
    stretches: z.array(Stretch),
    sessions: z.array(CountedSession),
    energy: z.array(EnergyHour).nullable(),
  })
  .openapi('UsageIntervals');

/** What a row stands on as answers hold it; members only for those who may see them. */
export function intervalsJson(
  { stretches, sessions, energy }: UsageDetail,
  showsMember: boolean,
): z.input<typeof Intervals> {
  return {
    stretches: stretches.map(({ start, end, bridgedMs, session, ...layers }) => ({
      start: formatInstant(start),
      end: formatInstant(end),
      seconds: (end - start) / 1000,
      bridgedS: bridgedMs / 1000,
      ...layers,
      session: session?.id ?? null,
      audience: session?.audience ?? null,
    })),
    sessions: sessions.map(({ session, isCounted, countedMs }) => ({
      ...sessionJson(session, showsMember),
      isCounted,
      countedS: countedMs / 1000,
      history: `/api/v1/sessions/${encodeURIComponent(session.id)}`,
    })),
    energy: energy?.map((hour) => ({ ...hour, hour: formatInstant(hour.hour) })) ?? null,
  };
}

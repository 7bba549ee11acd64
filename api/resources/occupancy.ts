import { z } from '@hono/zod-openapi';
import { versionsOf } from '../../domain/definitions.ts';
import type { OccupancyHour } from '../../domain/occupancy.ts';
import { formatInstant } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { checkRange, From, IdText, PATTERN_YEARS_MAX, query, To, unknownName } from '../parameters.ts';
import type { OccupancyAnswer } from '../queries/queries.ts';
import { type Api, serve } from '../route.ts';
import { dayAndHour, HOUR_OF_WEEK } from './hour-of-week-json.ts';

const PEOPLE = {
  openS: z.number(),
  openShare: z.number().min(0).max(1).nullable().openapi({ description: 'Share of the time in which the lab is open' }),
  mean: z.number().nullable().openapi({ description: 'Mean number of people present in opening hours' }),
  peak: z.number().int().nullable().openapi({ description: 'The most people present at one instant' }),
};

const Hour = z.object({ ...HOUR_OF_WEEK, ...PEOPLE }).openapi('OccupancyHour');

const Occupancy = z
  .object({
    lab: z.string(),
    from: z.string(),
    to: z.string(),
    definitions: z.record(z.string(), z.number()),
    windowS: z.number(),
    coverage: z.number().nullable(),
    members: z.number().int().nullable().openapi({ description: 'Distinct members who began a session' }),
    openS: z.number().nullable(),
    openShare: PEOPLE.openShare,
    mean: PEOPLE.mean,
    peak: PEOPLE.peak,
    reasons: z.record(z.string(), z.string()).optional().openapi({ description: 'Why a value is null, by its name' }),
    hours: z.array(Hour).openapi({ description: 'The 168 hours of the week from Monday 00:00; empty without hours' }),
  })
  .openapi('Occupancy');

/** `/api/v1/occupancy`. */
export function serveOccupancy(app: Api, { queries, registry }: Pick<ApiDeps, 'queries' | 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/occupancy',
      needs: 'usage:read',
      tags: ['usage'],
      summary: 'How many people are in a lab, by hour of the week',
      description:
        'In opening hours, in the zone of the lab. A session is presence at a machine that needs somebody beside it; ' +
        'at others it is for 15 minutes after each badge. A class is its declared head-count, until it is over.',
      query: query({ lab: IdText, from: From, to: To }),
      answer: Occupancy,
      also: CSV,
    },
    async (c, { query: { lab: id, from, to } }) => {
      const { labs } = registry.document();
      const lab = labs.find((entry) => entry.id === id);
      if (!lab) {
        return unknownName(
          'lab',
          id,
          labs.map((entry) => entry.id),
        );
      }
      const wrong = checkRange(from, to, [lab.timezone], PATTERN_YEARS_MAX);
      if (wrong) return wrong;
      const answer = await queries.occupancy({ lab: id, from, to });
      const hours = (answer.people?.hours ?? []).map((hour, index) => ({
        ...dayAndHour(index),
        ...peopleOf(hour, answer.silence !== null),
      }));
      if (wantsCsv(c)) {
        const rows = hours.map((hour) => ({ lab: id, ...hour }));
        return csvResponse(c, 'occupancy', ['lab', ...Object.keys(Hour.shape)], rows);
      }
      return { lab: id, ...summaryOf(answer), hours };
    },
  );
}

function summaryOf(answer: OccupancyAnswer) {
  const { windowMs, coverage, members, silence, people } = answer;
  const row = people ? peopleOf(people, silence !== null) : { openS: null, openShare: null, mean: null, peak: null };
  const reasons = Object.entries(row).flatMap(([name, value]) => (value === null ? [[name, reasonOf(answer)]] : []));
  if (coverage === null) reasons.push(['coverage', 'no-time-counted']);
  if (silence !== null) reasons.push(['members', silence]);
  return {
    from: formatInstant(answer.from),
    to: formatInstant(answer.to),
    definitions: versionsOf(['occupancy', 'members', 'coverage']),
    windowS: windowMs / 1000,
    coverage,
    members: silence === null ? members : null,
    ...row,
    ...(reasons.length > 0 ? { reasons: Object.fromEntries(reasons) as Record<string, string> } : {}),
  };
}

function reasonOf({ windowMs, silence, people }: OccupancyAnswer): string {
  if (!people) return windowMs > 0 ? 'no-opening-hours' : 'no-time-counted';
  return people.openMs > 0 ? (silence ?? 'not-observed') : 'no-opening-time';
}

/** Of an hour in which the lab is never open, or that nobody watched, nobody can say how many people were there. */
function peopleOf({ windowMs, openMs, presentMs, peak }: OccupancyHour, isSilent: boolean) {
  const isKnown = openMs > 0 && !isSilent;
  return {
    openS: openMs / 1000,
    openShare: windowMs > 0 ? openMs / windowMs : null,
    mean: isKnown ? presentMs / openMs : null,
    peak: isKnown ? peak : null,
  };
}

import type { QueryDeps } from '../../domain/machine-reading.ts';
import { uptimeText } from '../uptime-text.ts';
import { usageText } from '../usage-text.ts';
import { writtenAnswer } from '../written-answer.ts';
import { queryActivity } from './activity-query.ts';
import { queryCalibration } from './calibration-query.ts';
import { queryCharter } from './charter-query.ts';
import { queryCheckCorrection, querySessionHistory } from './corrections-query.ts';
import { queryExplain } from './explain-query.ts';
import { queryOccupancy } from './occupancy-query.ts';
import { queryPower } from './power-query.ts';
import type { Queries } from './queries.ts';
import { queryReview } from './review-query.ts';
import { querySaturation } from './saturation-query.ts';
import { queryService } from './service-query.ts';
import { querySessions } from './sessions-query.ts';
import { queryUptime } from './uptime-query.ts';
import { queryCoverageToday, queryUsage } from './usage-query.ts';

/** Makes the queries over a ledger and a journal. Each reads the ledger as it was at one moment, whatever is projected meanwhile. */
export function createQueries(deps: QueryDeps): Queries {
  const reading =
    <Query, Answer>(answer: (deps: QueryDeps, query: Query) => Promise<Answer>) =>
    (query: Query) =>
      deps.ledger.snapshot((ledger) => answer({ ...deps, ledger }, query));
  return {
    usage: reading(queryUsage),
    explain: reading(queryExplain),
    uptime: reading(queryUptime),
    usageText: reading(async (within, { query, form }: Parameters<Queries['usageText']>[0]) =>
      writtenAnswer(usageText(await queryUsage(within, query), form)),
    ),
    uptimeText: reading(async (within, { query, dialect }: Parameters<Queries['uptimeText']>[0]) =>
      writtenAnswer(uptimeText(await queryUptime(within, query), query.by, dialect)),
    ),
    calibration: reading(queryCalibration),
    charter: reading(queryCharter),
    occupancy: reading(queryOccupancy),
    saturation: reading(querySaturation),
    sessions: reading(querySessions),
    review: reading(queryReview),
    sessionHistory: reading(querySessionHistory),
    checkCorrection: reading(queryCheckCorrection),
    service: reading(queryService),
    activity: reading(queryActivity),
    power: reading(queryPower),
    coverageToday: reading(queryCoverageToday),
    events: (filter) => deps.journal.events(filter),
    quarantine: (filter) => deps.journal.quarantine(filter),
  };
}

import type { QueryDeps } from '../../domain/machine-reading.ts';
import { queryActivity } from './activity-query.ts';
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

/** Makes the queries over a ledger and a journal. */
export function createQueries(deps: QueryDeps): Queries {
  return {
    usage: (query) => queryUsage(deps, query),
    explain: (query) => queryExplain(deps, query),
    uptime: (query) => queryUptime(deps, query),
    charter: (query) => queryCharter(deps, query),
    occupancy: (query) => queryOccupancy(deps, query),
    saturation: (query) => querySaturation(deps, query),
    sessions: (query) => querySessions(deps, query),
    review: (query) => queryReview(deps, query),
    sessionHistory: (query) => querySessionHistory(deps, query),
    checkCorrection: (query) => queryCheckCorrection(deps, query),
    service: (query) => queryService(deps, query),
    activity: (query) => queryActivity(deps, query),
    power: (query) => queryPower(deps, query),
    events: (filter) => deps.journal.events(filter),
    quarantine: (filter) => deps.journal.quarantine(filter),
    coverageToday: (machines) => queryCoverageToday(deps, machines),
  };
}

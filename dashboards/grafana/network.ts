import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { InfluxQuery } from './influx-query.ts';
import { BY_DAY, BY_POINT, BY_WEEK, endOf, groupBy, IN_LAB, IN_LAB_AND_KIND, ratio, usage } from './influxql.ts';
import { bars, columns, lines, NO_TIME, table } from './panels.ts';
import { hours, RATIOS } from './quantities.ts';
import { Sheet } from './sheet.ts';
import { NETWORK_WORDS } from './words/network.ts';
import { NAMES } from './words/shared.ts';
import { type Language, say } from './words.ts';

const BOUNDS = { low: RATIOS.utilisationLow, value: RATIOS.utilisation, high: RATIOS.utilisationHigh } as const;
const where = IN_LAB_AND_KIND;

/** "Where are the machines of the network used?" */
export function network(language: Language): Dashboard {
  const sheet = new Sheet({
    id: 'network',
    words: NETWORK_WORDS,
    language,
    choices: ['lab', 'kind', 'zone'],
    from: 'now-90d',
    to: 'now',
    refresh: '5m',
  });
  const weekly = (field: string) =>
    new InfluxQuery(usage(hours(field), { where, tags: ['lab'], every: BY_WEEK })).alias('$tag_lab');
  addUtilisation(sheet, language);
  sheet.add(
    'availability',
    bars('share', language).max(1),
    [12, 8],
    [
      new InfluxQuery(ratio(RATIOS.availability, 'availability', { where, tags: ['lab', 'kind'] })).alias(
        '$tag_lab · $tag_kind',
      ),
    ],
  );
  sheet.add(
    'weeks',
    lines('share', language).max(1),
    [12, 8],
    Object.entries(BOUNDS).map(([name, bound]) =>
      new InfluxQuery(ratio(bound, name, { where, every: BY_WEEK })).alias(
        say(NAMES[name as keyof typeof BOUNDS], language),
      ),
    ),
  );
  sheet.add('hours', columns('hours', language, 'stacked'), [12, 8], [weekly('running_s')]);
  sheet.add('charter', columns('hours', language, 'beside'), [12, 8], charterQueries(language));
  sheet.add('outside', columns('hours', language, 'stacked'), [12, 8], [weekly('outside_s')]);
  sheet.add(
    'coverage',
    lines('share', language).max(1),
    [24, 8],
    [new InfluxQuery(ratio(RATIOS.coverage, 'coverage', { where, tags: ['lab'], every: BY_DAY })).alias('$tag_lab')],
  );
  return sheet.build();
}

function addUtilisation(sheet: Sheet, language: Language): void {
  const ratios = { ...BOUNDS, coverage: RATIOS.coverage };
  const queries = Object.entries(ratios).map(([name, bound]) =>
    new InfluxQuery(ratio(bound, name, { where, tags: ['lab'] })).asTable(),
  );
  const names = ['lab', 'low', 'value', 'high', 'coverage'] as const;
  const listed = table('share', language, [NO_TIME, ...names.map((name) => ({ name, words: NAMES[name] }))]);
  sheet.add('utilisation', listed, [12, 8], queries);
}

/** All machines of a lab share its public hours, but only the busiest is sure not to be counted twice. */
function charterQueries(language: Language): InfluxQuery[] {
  const { names } = NETWORK_WORDS.panels.charter;
  const weekly = (field: string, name: keyof typeof names) => {
    const busiest = `SELECT max("${field}") AS "s" FROM "usage_hour" WHERE $timeFilter AND ${IN_LAB} GROUP BY ${BY_POINT}, "lab" fill(none)`;
    const query = `SELECT sum("s") / 3600 AS "hours" FROM (${busiest}) WHERE $timeFilter${groupBy([BY_WEEK, 'lab'])}${endOf(BY_WEEK)}`;
    return new InfluxQuery(query).alias(`$tag_lab · ${say(names[name], language)}`);
  };
  return [weekly('held_public_s', 'active'), weekly('public_s', 'declared')];
}

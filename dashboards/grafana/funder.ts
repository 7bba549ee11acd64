import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { InfluxQuery } from './influx-query.ts';
import { BY_WEEK, IN_LAB, ratio, usage } from './influxql.ts';
import { columns, NO_TIME, stat, table } from './panels.ts';
import { ENERGY_KWH, hours, RATIOS } from './quantities.ts';
import { Sheet } from './sheet.ts';
import { wordMappings } from './states.ts';
import { FUNDER_WORDS } from './words/funder.ts';
import { AUDIENCES, NAMES } from './words/shared.ts';
import { type Language, say } from './words.ts';

const where = IN_LAB;
const SESSIONS = `FROM "session" WHERE $timeFilter AND ${where}`;

/** "What was done this year?" */
export function funder(language: Language): Dashboard {
  const sheet = new Sheet({
    id: 'funder',
    words: FUNDER_WORDS,
    language,
    choices: ['lab', 'zone'],
    from: 'now/y',
    to: 'now/y',
    refresh: '15m',
  });
  sheet.add('hours', stat('hours', language), [5, 4], [new InfluxQuery(usage(hours('running_s'), { where }))]);
  sheet.add('sessions', stat('count', language), [5, 4], [new InfluxQuery(`SELECT sum("sessions") ${SESSIONS}`)]);
  sheet.add(
    'doubtful',
    stat('share', language),
    [5, 4],
    [
      new InfluxQuery(
        `SELECT "part" / "base" AS "doubtful" FROM (SELECT sum("doubtful") AS "part", sum("sessions") AS "base" ${SESSIONS}) WHERE "base" > 0`,
      ),
    ],
  );
  sheet.add('energy', stat('kilowattHours', language), [5, 4], [new InfluxQuery(usage(ENERGY_KWH, { where }))]);
  sheet.add(
    'coverage',
    stat('share', language),
    [4, 4],
    [new InfluxQuery(ratio(RATIOS.coverage, 'coverage', { where }))],
  );
  const { names } = FUNDER_WORDS.panels.weeks;
  const weekly = (select: string, name: keyof typeof names) =>
    new InfluxQuery(usage(select, { where, every: BY_WEEK })).alias(say(names[name], language));
  sheet.add(
    'weeks',
    columns('hours', language, 'stacked'),
    [24, 9],
    [
      weekly(hours('attributed_s'), 'attributed'),
      weekly('(sum("running_s") - sum("attributed_s")) / 3600', 'unattributed'),
    ],
  );
  addTables(sheet, language);
  return sheet.build();
}

function addTables(sheet: Sheet, language: Language): void {
  const byAudience = `SELECT sum("sessions") AS "sessions", sum("running_s") / 3600 AS "hours" ${SESSIONS} GROUP BY "audience"`;
  const { audience } = FUNDER_WORDS.panels.audiences.names;
  const audiences = table('hours', language, [
    NO_TIME,
    { name: 'audience', words: audience, mappings: wordMappings(AUDIENCES, language) },
    { name: 'sessions', words: NAMES.sessions, unit: 'count' },
    { name: 'hours', words: NAMES.hours },
  ]);
  sheet.add('audiences', audiences, [12, 9], [new InfluxQuery(byAudience).asTable()]);
  const kinds = table('hours', language, [
    NO_TIME,
    { name: 'kind', words: NAMES.kind },
    { name: 'lab', words: NAMES.lab },
    { name: 'hours', words: NAMES.hours },
  ]);
  const byKind = usage(`${hours('running_s')} AS "hours"`, { where, tags: ['kind', 'lab'] });
  sheet.add('kinds', kinds, [12, 9], [new InfluxQuery(byKind).asTable()]);
}

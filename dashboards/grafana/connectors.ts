import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { InfluxQuery } from './influx-query.ts';
import { BY_DAY, IN_LAB, ratio, usage } from './influxql.ts';
import { bars, columns, lines, states, table } from './panels.ts';
import { hours, RATIOS } from './quantities.ts';
import { Sheet } from './sheet.ts';
import { onlineMappings } from './states.ts';
import { CONNECTORS_WORDS } from './words/connectors.ts';
import { NAMES } from './words/shared.ts';
import type { Language } from './words.ts';

/** A connector that stays online says so once: the beginning of the time chosen is no place to stop looking. */
const LAST_MONTH = `time <= ${'$'}{__to}ms AND time >= ${'$'}{__to}ms - 30d`;

/** "Are the connectors talking?" */
export function connectors(language: Language): Dashboard {
  const sheet = new Sheet({
    id: 'connectors',
    words: CONNECTORS_WORDS,
    language,
    choices: ['lab', 'zone'],
    from: 'now-24h',
    to: 'now',
    refresh: '1m',
  });
  addTables(sheet, language);
  sheet.add(
    'online',
    states(language).mappings(onlineMappings(language)).insertNulls(false),
    [24, 8],
    [
      new InfluxQuery(
        `SELECT "online" FROM "connector" WHERE $timeFilter AND ${IN_LAB} GROUP BY "lab", "connector"`,
      ).alias('$tag_connector'),
    ],
  );
  sheet.add(
    'readings',
    columns('count', language, 'stacked').interval('5m'),
    [24, 8],
    [
      new InfluxQuery(
        `SELECT count("w") FROM "power" WHERE $timeFilter AND ${IN_LAB} GROUP BY time($__interval), "connector" fill(0)`,
      ).alias('$tag_connector'),
    ],
  );
  sheet.add(
    'silent',
    bars('hours', language),
    [12, 8],
    [new InfluxQuery(usage(hours('unknown_s'), { where: IN_LAB, tags: ['machine'] })).alias('$tag_machine')],
  );
  sheet.add(
    'coverage',
    lines('share', language).max(1),
    [12, 8],
    [
      new InfluxQuery(ratio(RATIOS.coverage, 'coverage', { where: IN_LAB, tags: ['lab'], every: BY_DAY })).alias(
        '$tag_lab',
      ),
    ],
  );
  return sheet.build();
}

function addTables(sheet: Sheet, language: Language): void {
  const { now, heard } = CONNECTORS_WORDS.panels;
  const shared = [
    { name: 'connector', words: NAMES.connector },
    { name: 'lab', words: NAMES.lab },
  ];
  const online = table('count', language, [
    { name: 'Time', words: now.names.Time },
    ...shared,
    { name: 'state', words: now.names.state, mappings: onlineMappings(language) },
  ]);
  const lastState = `SELECT last("online") AS "state" FROM "connector" WHERE ${LAST_MONTH} AND ${IN_LAB} GROUP BY "connector", "lab"`;
  sheet.add('now', online, [12, 9], [new InfluxQuery(lastState).asTable()]);
  const readings = table('watts', language, [
    { name: 'Time', words: heard.names.Time },
    ...shared,
    { name: 'watts', words: heard.names.watts },
  ]);
  const lastReading = `SELECT last("w") AS "watts" FROM "power" WHERE $timeFilter AND ${IN_LAB} GROUP BY "connector", "lab"`;
  sheet.add('heard', readings, [12, 9], [new InfluxQuery(lastReading).asTable()]);
}

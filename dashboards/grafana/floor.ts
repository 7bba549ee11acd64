import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { InfluxQuery } from './influx-query.ts';
import { IN_LAB } from './influxql.ts';
import { bars, lines, stat, states } from './panels.ts';
import { Sheet } from './sheet.ts';
import { STATE_CODES, stateMappings } from './states.ts';
import { FLOOR_WORDS } from './words/floor.ts';
import { STATES } from './words/shared.ts';
import { type Language, say } from './words.ts';

/** Power that is no part of any machine is not the floor's. */
const OF_MACHINES = `${IN_LAB} AND "machine" <> '-'`;
/** An older reading says nothing about now. */
const FRESH = `time > ${'$'}{__to}ms - 15m`;
const LAST_WATTS = `SELECT last("w") AS "w" FROM "power" WHERE $timeFilter AND ${FRESH} AND ${OF_MACHINES} GROUP BY "machine", "connector", "channel"`;
const MEAN_WATTS = `SELECT mean("w") AS "w" FROM "power" WHERE $timeFilter AND ${OF_MACHINES} GROUP BY time($__interval), "machine", "connector", "channel" fill(none)`;

/** "What are the machines doing now?" */
export function floor(language: Language): Dashboard {
  const sheet = new Sheet({
    id: 'floor',
    words: FLOOR_WORDS,
    language,
    choices: ['lab'],
    from: 'now-6h',
    to: 'now',
    refresh: '30s',
  });
  const last = `SELECT last("code") AS "code" FROM "activity" WHERE $timeFilter AND ${IN_LAB} GROUP BY "lab", "kind", "machine"`;
  const counts = STATE_CODES.map(({ code, state }) =>
    new InfluxQuery(`SELECT count("code") FROM (${last}) WHERE "code" = ${code}`).alias(say(STATES[state], language)),
  );
  sheet.add('counts', stat('count', language), [18, 5], counts);
  sheet.add('total', stat('watts', language), [6, 5], [new InfluxQuery(`SELECT sum("w") FROM (${LAST_WATTS})`)]);
  sheet.add(
    'states',
    states(language).mappings(stateMappings(language)),
    [24, 10],
    [
      new InfluxQuery(
        `SELECT "code" FROM "activity" WHERE $timeFilter AND ${IN_LAB} GROUP BY "lab", "kind", "machine"`,
      ).alias('$tag_machine'),
    ],
  );
  sheet.add(
    'power',
    bars('watts', language),
    [12, 9],
    [new InfluxQuery(`SELECT sum("w") FROM (${LAST_WATTS}) GROUP BY "machine"`).alias('$tag_machine')],
  );
  sheet.add(
    'curve',
    lines('watts', language).interval('1m'),
    [12, 9],
    [
      new InfluxQuery(
        `SELECT sum("w") FROM (${MEAN_WATTS}) WHERE $timeFilter GROUP BY time($__interval) fill(null)`,
      ).alias(say(FLOOR_WORDS.panels.curve.names.curve, language)),
    ],
  );
  return sheet.build();
}

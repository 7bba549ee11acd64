import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { InfluxQuery } from './influx-query.ts';
import { BY_DAY, OF_MACHINE, ratio, usage } from './influxql.ts';
import { columns, lines, stat, states, table } from './panels.ts';
import { ENERGY_KWH, hours, RATIOS } from './quantities.ts';
import { Sheet } from './sheet.ts';
import { STATE_CODES, stateMappings, wordMappings } from './states.ts';
import { MACHINE_WORDS } from './words/machine.ts';
import { END_CAUSES, NAMES, STATES } from './words/shared.ts';
import { type Language, say } from './words.ts';

const WORDS = MACHINE_WORDS.panels;
/** Holes of the curve shorter than this are the reporting period of slow connectors. */
const CURVE_BRIDGED_MS = 300_000;
const THRESHOLDS = { runningW: 'running_w', stopW: 'stop_w', standbyW: 'standby_w' } as const;

/** "How is this machine used?" */
export function machine(language: Language): Dashboard {
  const sheet = new Sheet({
    id: 'machine',
    words: MACHINE_WORDS,
    language,
    choices: ['lab', 'machine', 'zone'],
    from: 'now-7d',
    to: 'now',
    refresh: '1m',
  });
  const where = OF_MACHINE;
  sheet.add('running', stat('hours', language), [6, 4], [new InfluxQuery(usage(hours('running_s'), { where }))]);
  sheet.add(
    'sessions',
    stat('count', language),
    [6, 4],
    [new InfluxQuery(`SELECT sum("sessions") FROM "session" WHERE $timeFilter AND ${where}`)],
  );
  sheet.add('energy', stat('kilowattHours', language), [6, 4], [new InfluxQuery(usage(ENERGY_KWH, { where }))]);
  sheet.add(
    'coverage',
    stat('share', language),
    [6, 4],
    [new InfluxQuery(ratio(RATIOS.coverage, 'coverage', { where }))],
  );
  sheet.add('power', lines('watts', language, CURVE_BRIDGED_MS).interval('1m'), [24, 9], powerQueries(language));
  sheet.add(
    'activity',
    states(language).mappings(stateMappings(language)),
    [24, 5],
    [
      new InfluxQuery(`SELECT "code" FROM "activity" WHERE $timeFilter AND ${where} GROUP BY "lab", "kind"`).alias(
        '$tag_lab',
      ),
    ],
  );
  addSessions(sheet, language);
  sheet.add(
    'days',
    columns('hours', language, 'stacked'),
    [12, 9],
    STATE_CODES.map(({ state }) =>
      new InfluxQuery(usage(hours(`${state}_s`), { where, every: BY_DAY })).alias(say(STATES[state], language)),
    ),
  );
  sheet.add(
    'energyDays',
    columns('kilowattHours', language, 'stacked'),
    [12, 9],
    (['energy', 'recovered'] as const).map((name) =>
      new InfluxQuery(usage(`sum("${name}_wh") / 1000`, { where, every: BY_DAY })).alias(say(NAMES[name], language)),
    ),
  );
  return sheet.build();
}

function powerQueries(language: Language): InfluxQuery[] {
  const curve = `SELECT mean("w") FROM "power" WHERE $timeFilter AND ${OF_MACHINE} GROUP BY time($__interval), "connector", "channel" fill(null)`;
  const thresholds = Object.entries(THRESHOLDS).map(([name, field]) =>
    new InfluxQuery(
      `SELECT last("${field}") FROM "activity" WHERE $timeFilter AND ${OF_MACHINE} GROUP BY time($__interval) fill(previous)`,
    ).alias(say(WORDS.power.names[name as keyof typeof THRESHOLDS], language)),
  );
  return [new InfluxQuery(curve).alias('$tag_connector · $tag_channel'), ...thresholds];
}

function addSessions(sheet: Sheet, language: Language): void {
  const { names } = WORDS.held;
  const query = `SELECT "seconds" / 3600 AS "hours", "running_s" / 3600 AS "running", "energy_wh" / 1000 AS "energy", "end_cause" AS "end" FROM "session" WHERE $timeFilter AND ${OF_MACHINE} AND "sessions" = 1 ORDER BY time DESC LIMIT 200`;
  const listed = table('hours', language, [
    { name: 'Time', words: names.Time },
    { name: 'hours', words: names.hours },
    { name: 'running', words: names.running },
    { name: 'energy', words: names.energy, unit: 'kilowattHours' },
    { name: 'end', words: names.end, mappings: wordMappings(END_CAUSES, language) },
  ]);
  sheet.add('held', listed, [24, 9], [new InfluxQuery(query).asTable()]);
}

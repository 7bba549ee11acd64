import { DATASOURCE } from './datasource.ts';
import { InfluxQuery, type InfluxTarget } from './influx-query.ts';
import { ratio } from './influxql.ts';
import { RATIOS } from './quantities.ts';
import { ALERT_WORDS, type AlertWords } from './words/alerts.ts';
import { ALERT_FOLDER } from './words/shared.ts';
import { LANGUAGES, say, type Text } from './words.ts';

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
const EXPRESSION = '__expr__';

/** The time that a query asks for. Rules name it themselves: some versions of Grafana take every `$` in them for a variable of the environment. */
const TIME_FILTER = '$timeFilter';

/** When an alert rings: the last value of its query, over so many seconds back, is below the limit for so long. */
interface Alert {
  uid: string;
  words: AlertWords;
  query: string;
  overS: number;
  below: number;
  for: string;
  onNoData: 'OK' | 'Alerting';
}

/** The rules; all of them ring when a figure is too small. */
export const ALERTS: readonly Alert[] = [
  {
    uid: 'fabmeter-silent-connector',
    words: ALERT_WORDS.silentConnector,
    query: `SELECT last("online") AS "online" FROM "connector" WHERE ${TIME_FILTER} GROUP BY "lab", "connector"`,
    overS: 30 * DAY_S,
    below: 1,
    for: '15m',
    onNoData: 'OK',
  },
  {
    uid: 'fabmeter-nothing-arrives',
    words: ALERT_WORDS.nothingArrives,
    query: `SELECT count("code") AS "states" FROM "activity" WHERE ${TIME_FILTER}`,
    overS: 2 * HOUR_S,
    below: 1,
    for: '10m',
    onNoData: 'Alerting',
  },
  {
    uid: 'fabmeter-badly-observed',
    words: ALERT_WORDS.badlyObserved,
    query: ratio(RATIOS.coverage, 'coverage', { where: '"machine" <> \'-\'', tags: ['lab', 'machine'] }),
    overS: 7 * DAY_S,
    below: 0.9,
    for: '1h',
    onNoData: 'OK',
  },
];

/** Grafana's file of alert rules, before it is written. */
export function alertRules(): unknown {
  const rules = ALERTS.map((alert) => ({
    uid: alert.uid,
    title: inAllLanguages(alert.words.title),
    condition: 'C',
    data: dataOf(alert),
    for: alert.for,
    noDataState: alert.onNoData,
    execErrState: 'Error',
    annotations: { summary: inAllLanguages(alert.words.summary) },
    labels: { source: 'fabmeter' },
  }));
  return { apiVersion: 1, groups: [{ orgId: 1, name: 'fabmeter', folder: ALERT_FOLDER, interval: '1m', rules }] };
}

/** Whoever is on duty may read either. */
function inAllLanguages(text: Text): string {
  return LANGUAGES.map((language) => say(text, language)).join(' · ');
}

/** The query of a rule as InfluxDB gets it. */
export function alertQuery({ query, overS }: Alert): string {
  return query.replaceAll(TIME_FILTER, `time > now() - ${overS}s`);
}

function dataOf(alert: Alert): unknown[] {
  const { overS, below } = alert;
  const model: InfluxTarget = new InfluxQuery(alertQuery(alert)).refId('A').build();
  const relativeTimeRange = { from: overS, to: 0 };
  const expression = (refId: string, fields: object) => ({
    refId,
    relativeTimeRange,
    datasourceUid: EXPRESSION,
    model: { refId, datasource: { type: EXPRESSION, uid: EXPRESSION }, ...fields },
  });
  return [
    { refId: 'A', relativeTimeRange, datasourceUid: DATASOURCE.uid, model },
    expression('B', { type: 'reduce', expression: 'A', reducer: 'last' }),
    expression('C', {
      type: 'threshold',
      expression: 'B',
      conditions: [{ type: 'query', evaluator: { type: 'lt', params: [below] } }],
    }),
  ];
}

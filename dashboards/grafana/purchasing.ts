import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { InfluxQuery } from './influx-query.ts';
import { BY_WEEK, IN_LAB_AND_KIND, type Ratio, ratio, usage } from './influxql.ts';
import { bars, columns, NO_TIME, table } from './panels.ts';
import { hours, RATIOS } from './quantities.ts';
import { saturatedHours, saturationHigh, saturationLow } from './saturation.ts';
import { Sheet } from './sheet.ts';
import { PURCHASING_WORDS } from './words/purchasing.ts';
import { NAMES } from './words/shared.ts';
import type { Language } from './words.ts';

const where = IN_LAB_AND_KIND;
const LAB_AND_KIND = '$tag_lab · $tag_kind';

/** "Is a machine missing?" */
export function purchasing(language: Language): Dashboard {
  const sheet = new Sheet({
    id: 'purchasing',
    words: PURCHASING_WORDS,
    language,
    choices: ['lab', 'kind', 'zone'],
    from: 'now-180d',
    to: 'now',
    refresh: '15m',
  });
  const shares = (name: string, quantity: Ratio) =>
    sheet.add(
      name,
      bars('share', language).max(1),
      [8, 9],
      [new InfluxQuery(ratio(quantity, name, { where, tags: ['lab', 'kind'] })).alias(LAB_AND_KIND)],
    );
  shares('coverage', RATIOS.coverage);
  shares('availability', RATIOS.availability);
  shares('idle', RATIOS.heldIdle);
  const bounds = table('share', language, [
    NO_TIME,
    ...(['kind', 'lab', 'low', 'high'] as const).map((name) => ({ name, words: NAMES[name] })),
  ]);
  sheet.add(
    'saturation',
    bounds,
    [12, 9],
    [new InfluxQuery(saturationLow()).asTable(), new InfluxQuery(saturationHigh()).asTable()],
  );
  sheet.add(
    'weeks',
    columns('hours', language, 'beside'),
    [12, 9],
    [new InfluxQuery(saturatedHours(BY_WEEK)).alias(LAB_AND_KIND)],
  );
  sheet.add(
    'used',
    bars('hours', language),
    [24, 9],
    [
      new InfluxQuery(usage(hours('running_s'), { where, tags: ['lab', 'kind', 'machine'] })).alias(
        '$tag_machine · $tag_lab',
      ),
    ],
  );
  return sheet.build();
}

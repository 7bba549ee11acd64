import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEASUREMENTS } from '../../domain/series-points.ts';
import { badge, ExportHouse, exportRegistry, readings } from './export-house.ts';
import { Influxd, type InfluxRow, NO_INFLUXD } from './influxd.ts';

const DOCUMENT = readFileSync(new URL('../../docs/influxdb.md', import.meta.url), 'utf8');
const QUERIES = [...DOCUMENT.matchAll(/```influxql\n(.*?)\n```/gs)].map((match) => match[1] as string);
const T0 = Date.parse('2026-03-02T08:00:00Z');
const HOUR = 3_600_000;

/** What each query of the document must give on the seeded data. */
const EXPECTED: ((rows: InfluxRow[]) => void)[] = [
  (rows) =>
    expect(rows.map(({ machine, state }) => [machine, state])).toEqual([
      ['m1', 'unknown'],
      ['m2', 'unknown'],
    ]),
  (rows) => expect(rows.find(({ machine }) => machine === 'm1')?.running_h).toBeCloseTo(3, 1),
  (rows) => {
    expect(rows).toHaveLength(2);
    for (const { low, value, high } of rows) {
      expect(value).toBeCloseTo(0.5, 2);
      expect(low).toBeLessThanOrEqual(value as number);
      expect(high).toBeGreaterThanOrEqual(value as number);
    }
  },
  (rows) => expect(rows).toMatchObject([{ audience: 'public', sessions: 1, mean_min: 25 }]),
  (rows) => {
    expect(rows).toHaveLength(6 * 60);
    expect(Math.max(...rows.map(({ max_w }) => Number(max_w)))).toBe(150);
  },
];

describe('docs/influxdb.md', () => {
  it.each(Object.values(MEASUREMENTS))('names all tags and fields of $name', ({ name, tags, fields }) => {
    const row = DOCUMENT.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
    for (const word of [...tags, ...fields.map((field) => field.name)]) expect(row).toContain(`\`${word}\``);
  });

  it('has five queries', () => {
    expect(QUERIES).toHaveLength(5);
    expect(EXPECTED).toHaveLength(5);
  });
});

describe.skipIf(NO_INFLUXD !== undefined)(`queries of docs/influxdb.md ${NO_INFLUXD ?? ''}`, () => {
  let influxd: Influxd;
  let house: ExportHouse;

  beforeAll(async () => {
    influxd = await Influxd.start();
    house = new ExportHouse(exportRegistry(2));
    for (const id of ['m1', 'm2']) house.append(readings(id, T0, T0 + 6 * HOUR));
    house.append([badge('m1', T0 + 35 * 60_000, 'in'), badge('m1', T0 + 55 * 60_000, 'out')]);
    house.now = T0 + 7 * HOUR;
    await house.project();
    house.export({ url: influxd.url, database: influxd.database });
    await house.settled();
  });
  afterAll(async () => {
    await house?.close();
    await influxd?.stop();
  });

  it.each(QUERIES.map((query, index) => [query, index] as const))('%s', async (query, index) => {
    const from = `'${new Date(T0 - 8 * HOUR).toISOString()}'`;
    const to = `'${new Date(T0 + 16 * HOUR).toISOString()}'`;
    EXPECTED[index]!(await influxd.query(query.replaceAll('$from', from).replaceAll('$to', to)));
  });
});

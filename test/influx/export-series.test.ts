import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exportSeries } from '../../cli/export-series.ts';
import { type Config, readConfig } from '../../config.ts';
import { SqliteRegistryStore } from '../../stores/sqlite/registry-store.ts';
import { compareWithLedger } from './compare.ts';
import { badge, ExportHouse, exportRegistry, readings } from './export-house.ts';
import { FakeInflux } from './fake-influx.ts';
import { Influxd, NO_INFLUXD } from './influxd.ts';

const T0 = Date.parse('2026-03-02T08:00:00Z');
const HOUR = 3_600_000;

let house: ExportHouse;

async function begin(): Promise<void> {
  house = new ExportHouse(exportRegistry(2));
  house.now = T0 + 6 * HOUR;
  for (const id of ['m1', 'm2']) house.append(readings(id, T0, T0 + 6 * HOUR), 100);
  house.append([badge('m1', T0 + HOUR, 'in'), badge('m1', T0 + 4 * HOUR, 'in', 'member-2')]);
  await house.project();
  const store = SqliteRegistryStore.open(house.path('registry.db'));
  await store.write({
    author: 'test',
    at: 0,
    changes: [],
    reason: null,
    signatures: new Map(),
    document: house.registry,
    secretHashes: new Map(),
    badges: new Map(),
  });
  await store.close();
}
afterEach(() => house?.close());

async function run(target: { url: string; database: string }, from?: string, to?: string) {
  const flags = { data: house.folder, 'influx-url': target.url, 'influx-database': target.database };
  const config = readConfig(flags, {}) as Config;
  const said = { code: -1, out: '', err: '' };
  const terminal = {
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
  };
  said.code = await exportSeries({ config, from, to }, terminal);
  return said;
}

describe.skipIf(NO_INFLUXD !== undefined)(`fabmeter export-series to Debian's InfluxDB ${NO_INFLUXD ?? ''}`, () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await Influxd.start();
  });
  afterAll(() => influxd?.stop());
  async function target(database: string) {
    influxd.database = database;
    await influxd.query(`CREATE DATABASE ${database}`);
    return { url: influxd.url, database };
  }

  it('fills a new database with everything, and shows how far it is', async () => {
    await begin();
    const { code, out, err } = await run(await target('whole'));
    expect(code).toBe(0);
    expect(out).toMatch(/^exported \d+ points; refused 0, too old for InfluxDB 0\n$/);
    expect(err).toMatch(/\r\[#{30}\] 100 % journal/);
    expect(err).toMatch(/\r\[#{15}\.{15}\] {2}50 % layers/);
    expect(await influxd.number('SELECT count(w) FROM power')).toBe(2 * 6 * 360);
    expect(await influxd.number('SELECT sum(sessions) FROM session')).toBe(2);
    await compareWithLedger(house, influxd, true);
  });

  it('fills a range', async () => {
    await begin();
    expect((await run(await target('part'), '2026-03-02T10:00:00Z', '2026-03-02T12:30:00Z')).code).toBe(0);
    expect(await influxd.number('SELECT count(w) FROM power')).toBe(2 * 2.5 * 360);
    expect(await influxd.query('SELECT first(w) FROM power')).toMatchObject([{ time: T0 + 2 * HOUR }]);
    const hours = await influxd.query(`SELECT running_s FROM usage_hour WHERE machine = 'm1'`);
    expect(hours.map(({ time }) => (Number(time) - T0) / HOUR)).toEqual([2, 3, 4]);
  });

  it('does no harm beside a running export that writes late events', async () => {
    await begin();
    const to = await target('both');
    house.export(to);
    const runs: Promise<unknown>[] = [];
    for (let round = 0; round < 4; round++) {
      runs.push(run(to, `2026-03-02T0${8 + (round % 2)}:00:00Z`));
      const late = badge('m1', T0 + HOUR + round * 600_000, round % 2 === 0 ? 'out' : 'in', `member-${round}`);
      house.append([late]);
      await house.project();
    }
    await Promise.all(runs);
    await house.settled();
    await house.settled();
    await compareWithLedger(house, influxd);
    expect(await influxd.number('SELECT count(w) FROM power')).toBe(2 * 6 * 360);
  });
});

describe('fabmeter export-series', () => {
  let fake: FakeInflux;
  beforeAll(async () => {
    fake = new FakeInflux();
    await fake.start();
  });
  afterAll(() => fake.stop());

  it('goes on where it was interrupted', async () => {
    await begin();
    const target = { url: fake.url, database: 'again' };
    fake.answer = () => (fake.stored.size > 2000 ? { status: 401, text: 'who?' } : { status: 204 });
    const first = await run(target);
    expect(first.code).toBe(1);
    expect(first.err).toContain('InfluxDB refuses the export (401 who?)');
    const stored = fake.stored.size;
    fake.answer = () => ({ status: 204 });
    fake.writes.length = 0;
    expect((await run(target)).code).toBe(0);
    const powers = () => [...fake.stored.keys()].filter((key) => key.startsWith('power,'));
    expect(powers()).toHaveLength(2 * 6 * 360);
    fake.writes.length = 0;
    expect((await run(target)).code).toBe(0);
    expect(fake.writes.flatMap(({ lines }) => lines).length).toBeGreaterThan(stored);
    expect(powers()).toHaveLength(2 * 6 * 360);
  });

  const WRONG: [string | undefined, string | undefined, string][] = [
    ['yesterday', undefined, 'Cannot export: "yesterday" is neither a date'],
    [undefined, '2026-13-01', 'Cannot export: "2026-13-01" is neither a date'],
    ['2026-03-02', '2026-03-01', 'Cannot export: --to must be after --from.'],
  ];
  it.each(WRONG)('refuses the range from %s to %s', async (from, to, sentence) => {
    await begin();
    const { code, err } = await run({ url: fake.url, database: 'x' }, from, to);
    expect(code).toBeGreaterThan(0);
    expect(err).toContain(sentence);
  });
});

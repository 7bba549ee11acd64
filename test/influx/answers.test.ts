import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InfluxWriter } from '../../stores/influx/influx-writer.ts';
import { SqliteExportMemory } from '../../stores/sqlite/export-memory.ts';
import { ExportHouse, exportRegistry, power, QUICK } from './export-house.ts';
import { type FakeAnswer, FakeInflux, type FakeWrite } from './fake-influx.ts';
import { until } from './influxd.ts';

const T0 = Date.parse('2026-03-02T08:00:00Z');
const N = 10_000;

describe('the export, whatever a server answers', () => {
  let fake: FakeInflux;
  let house: ExportHouse;
  let target: { url: string; database: string; user: string; token: string };

  beforeEach(async () => {
    fake = new FakeInflux();
    target = { url: await fake.start(), database: 'my db', user: 'me', token: 'secret' };
    house = new ExportHouse(exportRegistry(1));
    house.now = T0 + N * 1000;
    await house.project();
    house.append(Array.from({ length: N }, (_, index) => power('m1', T0 + index * 1000, index / 10)));
  });
  afterEach(async () => {
    await house.close();
    await fake.stop();
  });

  /** Bad answers to the first writes, then all is well. */
  function answerFirst(...answers: FakeAnswer[]): void {
    fake.answer = () => answers.shift() ?? { status: 204 };
  }
  const powerLines = () => [...fake.stored.keys()].filter((key) => key.startsWith('power,'));

  it('sends at most 5,000 lines, compressed, as Basic, to the database', async () => {
    house.export(target);
    await house.settled();
    expect(powerLines()).toHaveLength(N);
    for (const write of fake.writes) {
      expect(write.path).toBe('/write?db=my%20db&precision=ms');
      expect(write.authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
      expect(write.lines.length).toBeLessThanOrEqual(5000);
      expect(write.isGzip).toBe(write.bytes > 1000);
    }
    expect(fake.writes.some((write) => write.lines.length === 5000)).toBe(true);
  });

  const LATER: [string, FakeAnswer][] = [
    ['408', { status: 408 }],
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '1' } }],
    ['500, as a full disk gives', { status: 500, text: 'no space left on device' }],
    ['503', { status: 503 }],
    ['a connection that is cut', 'cut'],
    ['no answer at all', 'hang'],
    ['401', { status: 401, text: 'authorization failed' }],
    ['403', { status: 403 }],
    ['404', { status: 404, text: 'database not found' }],
  ];
  it.each(LATER)('keeps everything and tries again after %s', async (_what, answer) => {
    answerFirst(answer, answer, answer);
    house.export(target, { deadlineMs: 300 });
    await house.settled();
    expect(powerLines()).toHaveLength(N);
    expect(house.exporter?.status()).toMatchObject({ state: 'working', refused: 0, tooOld: 0 });
  });

  it('waits as long as Retry-After says', async () => {
    answerFirst({ status: 429, headers: { 'retry-after': '1' } });
    const began = performance.now();
    house.export(target);
    await house.settled();
    expect(performance.now() - began).toBeGreaterThan(1000);
  });

  const ALARMS: [number, string][] = [
    [401, 'set-up-wrong'],
    [404, 'set-up-wrong'],
    [503, 'waiting'],
  ];
  it.each(ALARMS)('tells once that %i is %s, and once that it works again', async (status, state) => {
    let isWrong = true;
    fake.answer = () => (isWrong ? { status, text: 'no' } : { status: 204 });
    house.export(target);
    await until('it was tried a few times', () => fake.writes.length > 5);
    const states = () => house.states.map((told) => told.state).filter((told, index, all) => told !== all[index - 1]);
    expect(states()).toEqual([state]);
    expect(house.states[0]?.reason).toBe(`${status} no`);
    expect(fake.stored.size).toBe(0);
    isWrong = false;
    await house.settled();
    expect(powerLines()).toHaveLength(N);
    expect(states()).toEqual([state, 'working']);
  });

  it('halves a body that is too large', async () => {
    fake.answer = ({ lines }) => (lines.length > 700 ? { status: 413 } : { status: 204 });
    house.export(target);
    await house.settled();
    expect(powerLines()).toHaveLength(N);
    expect(house.exporter?.status()).toMatchObject({ refused: 0 });
  });

  const REFUSING: [string, (write: FakeWrite) => FakeAnswer][] = [
    ['a server that refuses the whole body', () => ({ status: 422, text: 'bad line' })],
    [
      'a server that stores the other lines',
      ({ lines }) => {
        fake.store(lines.filter((line) => !line.includes('w=777.7')));
        return { status: 400, text: 'partial write' };
      },
    ],
  ];
  it.each(REFUSING)('puts the one bad line in 10,000 aside: %s', async (_what, refuse) => {
    fake.answer = (write) => (write.lines.some((line) => line.includes('w=777.7')) ? refuse(write) : { status: 204 });
    house.export(target);
    await house.settled();
    expect(powerLines()).toHaveLength(N - 1);
    expect(house.exporter?.status()).toMatchObject({ refused: 1, state: 'working' });
    expect(fake.writes.length).toBeLessThan(40);
    const memory = new SqliteExportMemory(house.path('export.db'), target);
    const [refused] = memory.refused();
    memory.close();
    expect(refused?.reason).toMatch(/^4\d\d /);
    expect(JSON.parse(refused?.point ?? '')).toMatchObject({
      measurement: 'power',
      fields: { w: 777.7 },
      at: T0 + 7_777_000,
    });
  });

  it('sends what was not confirmed again after a stop, and nothing is there twice or missing', async () => {
    let writes = 0;
    fake.answer = () => (writes++ % 3 === 1 ? 'cut' : { status: 204 });
    for (let start = 0; start < 4; start++) {
      const before = fake.writes.length;
      house.export(target, { limits: { ...QUICK, bodyPoints: 500 } });
      await until('some writes', () => fake.writes.length > before + start * 2);
      await house.stopExport();
    }
    fake.answer = () => ({ status: 204 });
    house.export(target);
    await house.settled();
    expect(powerLines()).toHaveLength(N);
  });

  it('stops at once while it waits for an answer that never comes', async () => {
    fake.answer = () => 'hang';
    house.export(target, { deadlineMs: 60_000 });
    await until('a write is under way', () => fake.writes.length > 0);
    await house.stopExport();
    expect(fake.stored.size).toBe(0);
  });

  it('begins from the start for another database', async () => {
    house.export(target);
    await house.settled();
    await house.stopExport();
    fake.stored.clear();
    house.export({ ...target, database: 'other' });
    await house.settled();
    expect(powerLines()).toHaveLength(N);
    expect(fake.writes.at(-1)?.path).toContain('db=other');
  });

  it('tells a body that is over the limit of bytes from one that is not', async () => {
    const writer = new InfluxWriter({ ...target, deadlineMs: 5000 }, () => T0);
    const long = 'x'.repeat(2100);
    const point = {
      key: { measurement: { name: 'm', tags: ['t'], fields: [{ name: 'f', type: 'float' as const }] }, tags: [long] },
      at: T0,
      values: [1],
    };
    expect(await writer.write(Array(4700).fill(point))).toMatchObject({ kind: 'stored' });
    expect(await writer.write(Array(5000).fill(point))).toMatchObject({ kind: 'too-large' });
    writer.close();
  });
});

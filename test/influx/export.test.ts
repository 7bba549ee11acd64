import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formatInstant } from '../../domain/time.ts';
import { compareWithLedger } from './compare.ts';
import { badge, ExportHouse, exportRegistry, power, readings, type TestEvent } from './export-house.ts';
import { Influxd, NO_INFLUXD, until } from './influxd.ts';

const T0 = Date.parse('2026-03-02T08:00:00Z');
const MIN = 60_000;
const SEEDS = [4711, 1, 20_260_302];
const HOUR = 60 * MIN;

describe.skipIf(NO_INFLUXD !== undefined)(`export to Debian's InfluxDB ${NO_INFLUXD ?? ''}`, () => {
  let influxd: Influxd;
  let house: ExportHouse;
  let databases = 0;

  beforeAll(async () => {
    influxd = await Influxd.start();
  });
  afterAll(() => influxd?.stop());

  async function begin(machines = 2): Promise<{ url: string; database: string }> {
    influxd.database = `db${databases++}`;
    await influxd.query(`CREATE DATABASE ${influxd.database}`);
    house = new ExportHouse(exportRegistry(machines));
    return { url: influxd.url, database: influxd.database };
  }
  afterEach(() => house?.close());

  it('stores every reading once, and the layers as the ledger has them', async () => {
    const target = await begin();
    const events = ['m1', 'm2'].flatMap((id) => readings(id, T0, T0 + 5 * HOUR));
    events.push(badge('m1', T0 + 10 * MIN, 'in'), badge('m1', T0 + 50 * MIN, 'out'));
    house.append(events.sort((a, b) => a.at - b.at));
    house.now = T0 + 5 * HOUR;
    await house.project();
    house.export(target);
    await house.settled();
    expect(await influxd.number('SELECT count(w) FROM power')).toBe(2 * 5 * 360);
    expect(await influxd.number('SELECT sum(sessions) FROM session')).toBe(1);
    await compareWithLedger(house, influxd);
  });

  const MS = 1000;
  it('writes late readings into the layers and takes back what they disprove', async () => {
    const target = await begin(1);
    const all = readings('m1', T0, T0 + 6 * HOUR);
    const isLate = ({ at }: TestEvent) => at >= T0 + HOUR + 20 * MIN && at < T0 + 3 * HOUR + 40 * MIN;
    house.append(all.filter((event) => !isLate(event)));
    house.append([badge('m1', T0 + 3 * HOUR + 43 * MIN, 'in')]);
    house.now = T0 + 6 * HOUR;
    await house.project();
    house.export(target);
    await house.settled();
    await compareWithLedger(house, influxd);
    const unknown = () => influxd.number('SELECT sum(unknown_s) FROM usage_hour');
    expect(await unknown()).toBeGreaterThan(2 * 3600);
    const sessionsBefore = await influxd.query('SELECT * FROM session');
    const [before] = sessionsBefore;
    expect(before).toMatchObject({ time: T0 + 3 * HOUR + 40 * MIN, sessions: 1 });
    house.append(all.filter(isLate));
    await house.project();
    await house.settled();
    await compareWithLedger(house, influxd);
    expect(await unknown()).toBe(0);
    const sessions = await influxd.query('SELECT * FROM session');
    expect(sessions.filter(({ sessions }) => sessions === 1)).toMatchObject([
      { time: T0 + 3 * HOUR + 43 * MIN, seconds: Number(before?.seconds) - 180 },
    ]);
    expect(sessions).toHaveLength(2);
  });

  it('says that a machine is unknown while nothing is heard, and takes it back when what was kept arrives', async () => {
    const target = await begin(1);
    const all = readings('m1', T0, T0 + 4 * HOUR).map((event) => ({ ...event, w: 150 }) as TestEvent);
    house.append(all.filter(({ at }) => at < T0 + HOUR));
    house.now = T0 + HOUR;
    await house.project();
    house.export(target);
    await house.settled();
    const stateNow = async () => (await influxd.query('SELECT last(state) AS state FROM activity'))[0]?.state;
    expect(await stateNow()).toBe('running');
    house.now = T0 + 3 * HOUR + 5 * MIN;
    house.exporter?.look('m1', 'unknown');
    await house.settled();
    expect(await stateNow()).toBe('unknown');
    house.append(all.filter(({ at }) => at >= T0 + HOUR));
    house.now = T0 + 4 * HOUR;
    await house.project();
    house.exporter?.look('m1', 'running');
    await house.settled();
    expect(await influxd.number(`SELECT count(state) FROM activity WHERE state = 'unknown'`)).toBe(0);
    expect(await influxd.number(`SELECT count(state) FROM activity WHERE state = 'running'`)).toBeGreaterThan(4);
  });

  it('writes the state at every full hour, though nothing changes', async () => {
    const target = await begin(1);
    house.append(readings('m1', T0, T0 + 20 * MIN));
    house.now = T0 + 20 * MIN;
    await house.project();
    house.export(target);
    await house.settled();
    for (const hours of [1, 2, 3, 30]) {
      house.now = T0 + hours * HOUR + MIN;
      await house.settled();
    }
    const points = await influxd.query('SELECT state FROM activity');
    const hours = points.filter(({ time }) => Number(time) % HOUR === 0).map(({ time }) => (Number(time) - T0) / HOUR);
    expect(hours).toEqual(Array.from({ length: 31 }, (_, index) => index));
  });

  it.each([{ lab: 'lab-2' }, { kind: 'mill' }])('moves everything to the new tags of a machine: %o', async (change) => {
    const target = await begin(1);
    house.append(readings('m1', T0, T0 + 5 * HOUR));
    house.append([badge('m1', T0 + 31 * MIN, 'in'), badge('m1', T0 + 50 * MIN, 'out')]);
    house.now = T0 + 5 * HOUR;
    await house.project();
    house.export(target);
    await house.settled();
    const running = await influxd.number('SELECT sum(running_s) FROM usage_hour');
    expect(running).toBeGreaterThan(0);
    house.registry = exportRegistry(1, change);
    await house.project();
    house.exporter?.setRegistry(house.registry);
    await house.settled();
    await house.settled();
    await compareWithLedger(house, influxd);
    const where = 'lab' in change ? `lab = 'lab-1'` : `kind = 'laser'`;
    expect(await influxd.number('SELECT sum(running_s) FROM usage_hour')).toBe(running);
    expect(await influxd.number(`SELECT sum(running_s) FROM usage_hour WHERE ${where}`)).toBe(0);
    expect(await influxd.number(`SELECT sum(sessions) FROM session WHERE ${where}`)).toBe(0);
    expect(await influxd.number(`SELECT count(state) FROM activity WHERE ${where} AND state != 'unknown'`)).toBe(0);
  });

  it('computes the past again with a new signature, also while the export was away', async () => {
    const target = await begin(1);
    house.append(readings('m1', T0, T0 + 5 * HOUR));
    house.now = T0 + 5 * HOUR;
    await house.project();
    house.export(target);
    await house.settled();
    await house.stopExport();
    const [machine] = house.registry.machines;
    const signature = { standbyW: 2, runningW: 1000, runAfterS: 0, stopAfterS: 60, bridgeS: 600 };
    house.registry = { ...house.registry, machines: [{ ...machine!, signature }] };
    await house.project();
    house.export(target);
    await house.settled();
    await compareWithLedger(house, influxd);
    expect(await influxd.number('SELECT sum(running_s) FROM usage_hour')).toBe(0);
    expect(await influxd.number(`SELECT count(state) FROM activity WHERE state = 'running'`)).toBe(0);
  });

  it('writes the thresholds of a new signature at every instant, though no state changes', async () => {
    const target = await begin(1);
    house.append(readings('m1', T0, T0 + 5 * HOUR));
    house.now = T0 + 5 * HOUR;
    await house.project();
    house.export(target);
    await house.settled();
    const states = 'SELECT state, code FROM activity';
    const before = await influxd.query(states);
    const [machine] = house.registry.machines;
    const signature = { ...machine!.signature!, standbyW: 21, runningW: 101, stopW: 91 };
    house.registry = { ...house.registry, machines: [{ ...machine!, signature }] };
    await house.project();
    house.exporter?.setRegistry(house.registry);
    await house.settled();
    await compareWithLedger(house, influxd);
    expect(await influxd.query(states)).toEqual(before);
    expect(await influxd.number('SELECT min(running_w) FROM activity')).toBe(101);
  });

  it('says how much of the public hours a machine was held, and 0 where there were none', async () => {
    const target = await begin(1);
    house.append(readings('m1', T0, T0 + 5 * HOUR));
    house.append([badge('m1', T0 + 2 * HOUR + 5 * MIN, 'in'), badge('m1', T0 + 2 * HOUR + 20 * MIN, 'out')]);
    house.now = T0 + 5 * HOUR;
    await house.project();
    house.export(target);
    await house.settled();
    const hours = await influxd.query('SELECT public_s, held_public_s FROM usage_hour');
    // Public from 11:15 to 13:00 in Paris; running in the second half of each hour, badged in from 11:05 to 11:20.
    expect(hours.map((hour) => [(Number(hour.time) - T0) / HOUR, hour.public_s, hour.held_public_s])).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [2, 45 * 60, 35 * 60],
      [3, 3600, 1800],
      [4, 0, 0],
    ]);
    await compareWithLedger(house, influxd);
  });

  it('says in which lab a lent machine was, also when the loan is changed, withdrawn and written down late', async () => {
    const target = await begin(2);
    const minutes = (n: number) => formatInstant(T0 + n * MIN);
    house.now = T0 + 12 * HOUR;
    house.append([...readings('m1', T0, T0 + 8 * HOUR), ...readings('m2', T0, T0 + 8 * HOUR)]);
    house.append([
      badge('m1', T0 + 35 * MIN, 'in'),
      badge('m1', T0 + 290 * MIN, 'out'),
      badge('m1', T0 + 400 * MIN, 'in'),
    ]);
    await house.project();
    house.export(target);
    await house.settled();
    const runningAt = (lab: string) =>
      influxd.number(`SELECT sum(running_s) FROM usage_hour WHERE lab = '${lab}' AND machine = 'm1'`);
    // Half of eight hours, and as long as the last reading holds.
    const RUNNING_S = 8 * 1800 + 15;
    const loans: [seconds: number, spans: [number, number][]][] = [
      [5400, [[150, 310]]],
      [1800, [[150, 200]]],
      [
        7815,
        [
          [20, 40],
          [150, 200],
          [330, 1000],
        ],
      ],
      [0, []],
      [1800, [[0, 90]]],
    ];
    for (const [seconds, spans] of loans) {
      const [first, ...others] = house.registry.machines;
      const lent = spans.map(([since, until]) => ({ lab: 'lab-2', since: minutes(since), until: minutes(until) }));
      house.registry = { ...house.registry, machines: [{ ...first!, loans: lent }, ...others] };
      await house.project();
      house.exporter?.setRegistry(house.registry);
      await house.settled();
      await house.settled();
      await compareWithLedger(house, influxd);
      expect([await runningAt('lab-1'), await runningAt('lab-2')]).toEqual([RUNNING_S - seconds, seconds]);
    }
  });

  it('fills everything again when the changes it missed are no longer kept', async () => {
    const target = await begin(1);
    house.append(readings('m1', T0, T0 + 3 * HOUR));
    house.now = T0 + 3 * HOUR;
    await house.project();
    house.export(target);
    await house.settled();
    await house.stopExport();
    house.append(readings('m1', T0 + 3 * HOUR, T0 + 6 * HOUR));
    house.now = T0 + 6 * HOUR;
    await house.project();
    const db = new DatabaseSync(house.path('ledger.db'));
    const { newest } = db.prepare('SELECT max(no) AS newest FROM change').get() as { newest: number };
    db.prepare('DELETE FROM change WHERE no < ?').run(newest);
    db.close();
    house.export(target);
    await house.settled();
    await house.settled();
    await compareWithLedger(house, influxd);
  });

  it.each(SEEDS)(
    'equals the ledger after any late events, whenever it was stopped and started (seed %i)',
    async (first) => {
      const target = await begin(2);
      let seed = first;
      const random = (n: number) => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return (seed >>> 8) % n;
      };
      house.now = T0 + 12 * HOUR;
      await house.project();
      for (let round = 0; round < 8; round++) {
        const events: TestEvent[] = [];
        for (let piece = 0; piece < 6; piece++) {
          const machine = `m${1 + random(2)}`;
          const from = T0 + random(11 * 60) * MIN;
          const watts = [5, 50, 150][random(3)] as number;
          for (let at = from; at < from + random(40) * MIN; at += 10_000) events.push(power(machine, at, watts));
          events.push(badge(machine, from + random(60) * MIN, random(2) ? 'in' : 'out', `member-${random(3)}`));
        }
        house.append(events);
        if (!house.exporter) house.export(target);
        await house.project();
        if (random(3) === 0) await house.stopExport();
        else if (random(2) === 0) {
          await house.settled();
          await compareWithLedger(house, influxd);
        }
      }
      if (!house.exporter) house.export(target);
      await house.settled();
      await house.settled();
      await compareWithLedger(house, influxd);
      expect(await influxd.number('SELECT sum(sessions) FROM session')).toBeGreaterThan(3);
    },
  );

  it('puts a reading aside whose field has another type, and stores the others', async () => {
    const target = await begin(1);
    const stranger = T0 - 21 * 24 * HOUR;
    const line = `power,channel=0,connector=plug-m1,lab=lab-1,machine=m1 w="text" ${stranger}000000`;
    expect((await fetch(`${influxd.url}/write?db=${target.database}`, { method: 'POST', body: line })).status).toBe(
      204,
    );
    const events = readings('m1', T0, T0 + 10_000 * MS, MS);
    events[4321] = power('m1', stranger + MIN, 1);
    house.append(events);
    await house.project();
    house.export(target);
    await house.settled();
    expect(await influxd.number(`SELECT count(w) FROM power WHERE time >= ${T0}ms`)).toBe(9999);
    expect(house.exporter?.status()).toMatchObject({ refused: 1, state: 'working' });
  });

  it('goes on where InfluxDB no longer keeps what is old, and counts it', async () => {
    const target = await begin(1);
    await influxd.query(`CREATE RETENTION POLICY short ON ${target.database} DURATION 1d REPLICATION 1 DEFAULT`);
    const now = Date.now();
    house.now = now;
    house.append([
      ...readings('m1', now - 40 * 24 * HOUR, now - 40 * 24 * HOUR + 3 * HOUR),
      ...readings('m1', now - HOUR, now),
    ]);
    await house.project();
    house.export(target);
    await house.settled();
    expect(await influxd.number('SELECT count(w) FROM power')).toBe(360);
    const { tooOld, refused, state } = house.exporter!.status();
    expect({ refused, state }).toEqual({ refused: 0, state: 'working' });
    expect(tooOld).toBeGreaterThanOrEqual(3 * 360);
  });

  it('stores readings of 1970 where InfluxDB keeps everything', async () => {
    const target = await begin(1);
    house.append([power('m1', 0, 1), power('m1', 60_000, 2)]);
    house.now = 120_000;
    await house.project();
    house.export(target);
    await house.settled();
    expect(await influxd.number('SELECT count(w) FROM power')).toBe(2);
  });

  it('waits for a database that is missing, and for a password that is wrong', async () => {
    const target = await begin(1);
    house.append(readings('m1', T0, T0 + HOUR));
    house.now = T0 + HOUR;
    await house.project();
    house.export({ ...target, database: 'later' });
    await until('it is told', () => house.exporter?.status().state === 'set-up-wrong');
    expect(house.exporter?.status().reason).toMatch(/^404 .*database not found/);
    influxd.database = 'later';
    await influxd.query('CREATE DATABASE later');
    await house.settled();
    expect(await influxd.number('SELECT count(w) FROM power')).toBe(360);
  });

  it('loses nothing and stores nothing twice when InfluxDB is killed again and again', async () => {
    const target = await begin(4);
    const last = T0 + 6 * HOUR;
    house.now = last;
    await house.project();
    house.export(target, { deadlineMs: 1000 });
    let sent = 0;
    for (let from = T0; from < last; from += HOUR) {
      for (let id = 1; id <= 4; id++) {
        const events = readings(`m${id}`, from, from + HOUR, MS);
        house.append(events, 500);
        sent += events.length;
      }
      await until('something arrived', async () => (await influxd.number('SELECT count(w) FROM power')) > 0);
      await influxd.kill();
      house.append([badge('m1', from + MIN, 'in'), badge('m1', from + 30 * MIN, 'out')]);
      await house.project();
      await influxd.run();
    }
    await house.settled(60_000);
    expect(await influxd.number('SELECT count(w) FROM power')).toBe(sent);
    await compareWithLedger(house, influxd);
    expect(house.exporter?.status()).toMatchObject({ state: 'working', refused: 0, tooOld: 0 });
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SqliteLedgerChanges } from '../../stores/sqlite/ledger-changes.ts';
import { badge, ExportHouse, exportRegistry, power, type TestEvent } from './export-house.ts';
import { Influxd, NO_INFLUXD } from './influxd.ts';

const T0 = Date.parse('2026-03-02T08:00:00Z');
const MIN = 60_000;
const HOUR = 60 * MIN;

/** Readings of one machine every 10 s: off, then running in the second half of each hour. */
function readings(machine: string, from: number, to: number, everyMs = 10_000): TestEvent[] {
  const events: TestEvent[] = [];
  for (let at = from; at < to; at += everyMs) events.push(power(machine, at, at % HOUR >= HOUR / 2 ? 150 : 5));
  return events;
}

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

  /** What the ledger says and what InfluxDB says, in the same words. */
  async function compare(): Promise<void> {
    const ledger = new SqliteLedgerChanges(house.path('ledger.db'));
    for (const machine of house.registry.machines) {
      const { id } = machine;
      const tags = `machine = '${id}'`;
      const sessions = await ledger.sessions([id], 0, Number.MAX_SAFE_INTEGER);
      const rollups = await ledger.rollups([id], 0, Number.MAX_SAFE_INTEGER);
      const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
      expect(await influxd.number(`SELECT sum(sessions) FROM session WHERE ${tags}`)).toBe(sessions.length);
      expect(await influxd.number(`SELECT sum(seconds) FROM session WHERE ${tags}`)).toBeCloseTo(
        sum(sessions.map(({ start, end }) => (end! - start) / 1000)),
        6,
      );
      expect(await influxd.number(`SELECT sum(running_s) FROM usage_hour WHERE ${tags}`)).toBeCloseTo(
        sum(rollups.map(({ runningMs }) => runningMs / 1000)),
        6,
      );
      expect(await influxd.number(`SELECT sum(unknown_s) FROM usage_hour WHERE ${tags}`)).toBeCloseTo(
        sum(rollups.map(({ unknownMs }) => unknownMs / 1000)),
        6,
      );
      const activity = await ledger.activity(id, 0, Number.MAX_SAFE_INTEGER);
      const points = await influxd.query(
        `SELECT state, code FROM activity WHERE ${tags} AND lab = '${machine.lab}' AND kind = '${machine.kind}'`,
      );
      const lies = points.filter(({ time, state }) => {
        const interval = activity.find(({ start, end }) => start <= Number(time) && Number(time) < end);
        return interval && interval.activity !== state;
      });
      expect(lies).toEqual([]);
      const heard = activity.findIndex((interval) => interval.activity !== 'unknown');
      const at = new Set(points.map(({ time }) => Number(time)));
      expect(activity.slice(Math.max(0, heard)).filter(({ start }) => !at.has(start))).toEqual([]);
    }
    await ledger.close();
  }

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
    await compare();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatInstant, HOUR_MS, startOfPeriod } from '../../domain/time.ts';
import { Influxd, NO_INFLUXD } from '../influx/influxd.ts';
import { connectAs } from '../process/mqtt-clients.ts';
import { type RunningFabmeter, startFabmeter, throwAwayFolder } from '../process/running-fabmeter.ts';
import { until } from '../process/until.ts';
import { apiFigures } from './api-figures.ts';
import { livedMessages, livedRegistry } from './lived-days.ts';
import { panelsByName } from './panel-names.ts';
import { asGrafana, type Chosen } from './panel-queries.ts';
import { figures } from './rows.ts';

const ZONE = 'Europe/Paris';
const MACHINE = 'machine-1';

async function publishAll(fabmeter: RunningFabmeter, from: number, to: number): Promise<void> {
  const messages = livedMessages(from, to);
  for (const connector of new Set(messages.map((message) => message.connector))) {
    const client = await connectAs(connector, fabmeter.mqttPort);
    for (const { topic, payload } of messages.filter((message) => message.connector === connector))
      await client.publishAsync(topic, payload, { qos: 1 });
    await client.endAsync();
  }
}

describe.skipIf(NO_INFLUXD !== undefined)(`panels and the API ${NO_INFLUXD ?? ''}`, () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await Influxd.start();
  });
  afterAll(() => influxd?.stop());

  it('say the same of the same days', { timeout: 180_000 }, async () => {
    const today = startOfPeriod(Date.now(), 'day', ZONE);
    const [to, from] = [startOfPeriod(today - 1, 'day', ZONE), startOfPeriod(today - 50 * HOUR_MS, 'day', ZONE)];
    const fabmeter = await startFabmeter({
      data: throwAwayFolder(),
      registry: livedRegistry(),
      args: ['--influx-url', influxd.url, '--influx-database', influxd.database],
    });
    await publishAll(fabmeter, from - 2 * HOUR_MS, to + 6 * HOUR_MS);
    const counted = `SELECT sum("off_s") + sum("standby_s") + sum("running_s") + sum("unknown_s") AS "s" FROM "usage_hour" WHERE time >= ${from}ms AND time < ${to}ms GROUP BY "machine"`;
    await until(
      'every hour of the days is in InfluxDB',
      async () => {
        const rows = await influxd.query(counted);
        return rows.length === 3 && rows.every(({ s }) => Number(s) === (to - from) / 1000);
      },
      60_000,
    );
    const scope = { from: formatInstant(from), to: formatInstant(to), machine: MACHINE };
    const said = await apiFigures((path) => fabmeter.json(path), scope);
    const variables = { lab: '.*', kind: '.*', zone: ZONE, machine: MACHINE };
    // Grafana's range has both its ends in it, and an hour stands at its beginning.
    const chosen: Chosen = { from, to: to - 1, interval: '5m', variables };
    let compared = 0;
    const shownRows = new Map<string, number>();
    for (const { dashboard, panel, refId, query } of panelsByName()) {
      const rows = await influxd.query(asGrafana(query, chosen));
      const name = `${dashboard}.${panel}`;
      shownRows.set(name, (shownRows.get(name) ?? 0) + rows.length);
      for (const one of said[dashboard]?.[panel]?.filter((candidate) => candidate.refId === refId) ?? []) {
        const shown = figures(rows, one.by, one.figure);
        const where = `${dashboard}.${panel} ${refId} ${one.figure}`;
        expect(one.figures.size, where).toBeGreaterThan(0);
        expect([...shown.keys()].sort(), where).toEqual([...one.figures.keys()].sort());
        for (const [name, value] of one.figures) expect(shown.get(name), `${where} ${name}`).toBeCloseTo(value, 5);
        compared += 1;
      }
    }
    // A state in which no machine is has no row; its panel shows the others. The connectors came after these days.
    const empty = [...shownRows].filter(([, rows]) => rows === 0).map(([name]) => name);
    expect(empty).toEqual(['connectors.now', 'connectors.online']);
    const promised = Object.values(said).flatMap((panels) => Object.values(panels).flat());
    expect(compared).toBe(promised.length);
    expect(compared).toBeGreaterThan(25);
    await fabmeter.stop();
  });
});

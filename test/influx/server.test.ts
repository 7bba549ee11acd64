import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Influxd, NO_INFLUXD, until } from './influxd.ts';

const SECRET = 'a-secret-of-sixteen-or-more';
const ADMIN = 'an-administrator-of-tests';

describe.skipIf(NO_INFLUXD !== undefined)(`a house with InfluxDB ${NO_INFLUXD ?? ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fabmeter-influx-house-'));
  let influxd: Influxd;
  let house: ChildProcess;
  let ports: { mqtt: number; http: number };
  /** What it wrote into its log. */
  let log = '';

  beforeAll(async () => {
    influxd = await Influxd.start({ auth: true });
    const registry = {
      network: { id: 'net', name: 'Net' },
      labs: [{ id: 'lab-1', name: 'Lab', timezone: 'Europe/Paris' }],
      machines: [{ id: 'm1', lab: 'lab-1', kind: 'laser', name: 'M1', signature: { standbyW: 20, runningW: 100 } }],
      connectors: [
        {
          id: 'plug',
          lab: 'lab-1',
          firmware: 'fabmeter',
          device: 'plug',
          secret: SECRET,
          reportS: 10,
          channels: [{ channel: 0, machine: 'm1', role: 'main' }],
        },
      ],
    };
    writeFileSync(join(folder, 'lab.json'), JSON.stringify(registry));
    const args = [
      'start',
      '--data',
      join(folder, 'data'),
      '--host',
      '127.0.0.1',
      '--mqtt-port',
      '0',
      '--http-port',
      '0',
      '--registry',
      join(folder, 'lab.json'),
      '--influx-url',
      influxd.url,
      '--influx-database',
      influxd.database,
      '--influx-user',
      influxd.user,
    ];
    house = spawn(process.execPath, ['main.ts', ...args], {
      env: { ...process.env, FABMETER_ADMIN_TOKEN: ADMIN, FABMETER_INFLUX_TOKEN: influxd.password },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    house.stderr?.on('data', (text) => {
      log += text;
    });
    house.stdout?.on('data', (text) => {
      out += text;
    });
    await until('the house is ready', () => /fabmeter ready/.test(out));
    const [, mqtt, http] = /mqtt=(\d+) http=(\d+)/.exec(out) ?? [];
    ports = { mqtt: Number(mqtt), http: Number(http) };
  });
  afterAll(async () => {
    if (house && house.exitCode === null) {
      house.kill('SIGTERM');
      await new Promise((resolve) => house.once('exit', resolve));
    }
    await influxd?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows what a connector publishes: power, its presence and the activity of its machine', async () => {
    const client = await connectAsync(`mqtt://127.0.0.1:${ports.mqtt}`, { username: 'plug', password: SECRET });
    await client.publishAsync('fabmeter/1/plug/power', JSON.stringify({ w: 150, wh: 10.5 }), { qos: 1 });
    await until('the reading is in InfluxDB', async () => (await influxd.number('SELECT count(w) FROM power')) === 1);
    const [reading] = await influxd.query('SELECT * FROM power');
    expect(reading).toMatchObject({ w: 150, wh: 10.5, channel: '0', connector: 'plug', lab: 'lab-1', machine: 'm1' });
    await until('the machine runs', async () => {
      const [row] = await influxd.query('SELECT last(state) AS state FROM activity');
      return row?.state === 'running';
    });
    expect(await influxd.query('SELECT last(online) AS online FROM connector')).toMatchObject([{ online: 1 }]);
    await client.endAsync();
    await until('it is gone', async () => (await influxd.number('SELECT last(online) FROM connector')) === 0);
  });

  it('says once that InfluxDB is gone and once that it is back, and loses nothing', async () => {
    const client = await connectAsync(`mqtt://127.0.0.1:${ports.mqtt}`, { username: 'plug', password: SECRET });
    const before = await influxd.number('SELECT count(w) FROM power');
    const from = Date.now();
    await influxd.kill();
    for (let n = 0; n < 40; n++) {
      const reading = JSON.stringify({ t: from + n, w: 100 + n });
      await client.publishAsync('fabmeter/1/plug/power', reading, { qos: 1 });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const said = (text: string) => log.split('\n').filter((line) => line.includes(text));
    await until('it is said', () => said('InfluxDB does not take series now').length > 0);
    await influxd.run();
    await until('all is there', async () => (await influxd.number('SELECT count(w) FROM power')) === before + 40);
    await until('it is said', () => said('InfluxDB takes series').length > 0);
    expect(said('InfluxDB does not take series now')).toHaveLength(1);
    expect(said('InfluxDB takes series')).toHaveLength(1);
    await client.endAsync();
  });

  it('has figures about the export', async () => {
    const answer = await fetch(`http://127.0.0.1:${ports.http}/metrics`, {
      headers: { authorization: `Bearer ${ADMIN}` },
    });
    const text = await answer.text();
    expect(text).toMatch(/^fabmeter_influx_up 1$/m);
    expect(text).toMatch(/^fabmeter_influx_refused_points 0$/m);
    expect(text).toMatch(/^fabmeter_influx_lag_events \d+$/m);
  });
});

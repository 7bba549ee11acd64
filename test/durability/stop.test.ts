import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { Device } from '../process/device.ts';
import {
  ADMIN_TOKEN,
  type RunningFabmeter,
  runFabmeter,
  startFabmeter,
  throwAwayFolder,
} from '../process/running-fabmeter.ts';
import { smallLab } from '../process/small-lab.ts';
import { until } from '../process/until.ts';

const HOUR_MS = 3_600_000;
const BADGE = '04A2B3C4D5E680';
const MESSAGES = 120;

/** An hour of readings and a badge that comes and goes, some hours ago, so that nothing of it depends on now. */
async function sendAnHour(fabmeter: RunningFabmeter, from: number): Promise<void> {
  const [plug, reader] = [new Device('plug-1'), new Device('reader-1')];
  expect(await plug.connect(fabmeter.mqttPort)).toBe(true);
  expect(await reader.connect(fabmeter.mqttPort)).toBe(true);
  for (let n = 0; n < MESSAGES; n++) {
    const t = new Date(from + (n * HOUR_MS) / MESSAGES).toISOString();
    plug.send('fabmeter/1/plug-1/power', JSON.stringify({ t, w: n % 40 < 20 ? 300 : 30, wh: n }), 1);
  }
  for (const minutes of [1, 50]) {
    const t = new Date(from + minutes * 60_000).toISOString();
    reader.send('fabmeter/1/reader-1/badge', JSON.stringify({ t, uid: BADGE, action: 'tap' }), 2);
  }
  await until('all is acknowledged', () => plug.underWay + reader.underWay === 0);
  plug.cut();
  reader.cut();
}

/** Everything that the API tells of the past, once all that is stored is projected. */
async function numbersOf(fabmeter: RunningFabmeter, from: number): Promise<unknown> {
  await until('all is projected', async () => (await fabmeter.metric('fabmeter_projection_lag_events')) === 0);
  const range = `from=${new Date(from - HOUR_MS).toISOString()}&to=${new Date(from + 2 * HOUR_MS).toISOString()}`;
  return {
    activity: await fabmeter.json(`/api/v1/activity?machine=machine-1&${range}`),
    sessions: await fabmeter.json(`/api/v1/sessions?${range}`),
    usage: await fabmeter.json(`/api/v1/usage?${range}`),
    power: await fabmeter.json(`/api/v1/power?machine=machine-1&points=50&${range}`),
    events: (await fabmeter.events()).filter((event) => event.kind !== 'online'),
  };
}

/** Connections that keep a careless server from closing. */
async function openIdleConnections(fabmeter: RunningFabmeter): Promise<void> {
  const silent: Socket = connect(fabmeter.mqttPort, '127.0.0.1');
  const half: Socket = connect(fabmeter.httpPort, '127.0.0.1');
  const webSocket = new WebSocket(`ws://127.0.0.1:${fabmeter.httpPort}/mqtt`, 'mqtt');
  for (const one of [silent, half, webSocket]) one.on('error', () => undefined);
  onTestFinished(() => {
    silent.destroy();
    half.destroy();
    webSocket.terminate();
  });
  half.write('GET /api/v1/machines HTTP/1.1\r\n');
  await until('the connections are open', () => webSocket.readyState === WebSocket.OPEN && !silent.connecting);
  const live = await fetch(`http://127.0.0.1:${fabmeter.httpPort}/api/v1/live`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  expect(live.status).toBe(200);
  onTestFinished(async () => live.body?.cancel().catch(() => undefined));
}

it('stops in order on SIGTERM whatever is connected, and shows the same numbers when it starts again', async () => {
  const data = throwAwayFolder();
  const registry = smallLab(1, [{ id: 'm-1', audience: 'public', badges: [BADGE] }]);
  const from = Math.floor(Date.now() / HOUR_MS - 5) * HOUR_MS;
  const first = await startFabmeter({ data, registry });
  await sendAnHour(first, from);
  const before = await numbersOf(first, from);
  await openIdleConnections(first);
  const ended = await first.stop();
  expect(ended.code).toBe(0);
  const second = await startFabmeter({ data, registry });
  expect(await numbersOf(second, from)).toEqual(before);
  expect(before).toMatchObject({ sessions: { sessions: [{ machine: 'machine-1' }] } });
  await second.stop();
  expect(await runFabmeter(['verify', '--data', data])).toMatchObject({ code: 0 });
});

it('stores everything that it acknowledged while it was told to stop', async () => {
  const data = throwAwayFolder();
  const first = await startFabmeter({ data, registry: smallLab(1) });
  const plug = new Device('plug-1');
  await plug.connect(first.mqttPort);
  const at = Date.now() - HOUR_MS;
  const acked = new Set<string>();
  for (let n = 0; n < 3000; n++) {
    const t = new Date(at + n).toISOString();
    plug.send('fabmeter/1/plug-1/power', JSON.stringify({ t, w: 1 }), 1, () => acked.add(t));
  }
  await until('the first is acknowledged', () => acked.size > 0);
  expect((await first.stop()).code).toBe(0);
  const second = await startFabmeter({ data });
  const stored = new Set((await second.events('?connector=plug-1')).map((event) => event.at));
  expect([...acked].filter((t) => !stored.has(t))).toEqual([]);
  plug.cut();
});

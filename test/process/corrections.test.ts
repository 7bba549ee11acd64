import { expect, it } from 'vitest';
import { Device } from './device.ts';
import { type RunningFabmeter, runFabmeter, startFabmeter, throwAwayFolder } from './running-fabmeter.ts';
import { smallLab } from './small-lab.ts';
import { until } from './until.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const BADGE = '04A2B3C4D5E680';
const MEMBERS = [{ id: 'm-1', audience: 'public', badges: [BADGE] }];

interface SessionRow {
  id: string;
  start: string;
  end: string;
  endCause: string;
  confidence: string;
}
interface Corrections {
  folded: SessionRow;
  sessions: SessionRow[];
  corrections: { id: string; state: string; author: string; reason: string }[];
}

/** Two hours in standby; somebody badges in after a minute and goes without badging out. */
async function forgetToBadgeOut(fabmeter: RunningFabmeter, from: number): Promise<void> {
  const [plug, reader] = [new Device('plug-1'), new Device('reader-1')];
  expect(await plug.connect(fabmeter.mqttPort)).toBe(true);
  expect(await reader.connect(fabmeter.mqttPort)).toBe(true);
  const at = (minutes: number) => new Date(from + minutes * MINUTE_MS).toISOString();
  for (let third = 0; third < 360; third++)
    plug.send('fabmeter/1/plug-1/power', JSON.stringify({ t: at(third / 3), w: 30, wh: third }), 1);
  reader.send('fabmeter/1/reader-1/badge', JSON.stringify({ t: at(1), uid: BADGE, action: 'tap' }), 2);
  await until('all is acknowledged', () => plug.underWay + reader.underWay === 0);
  plug.cut();
  reader.cut();
}

async function post<T>(fabmeter: RunningFabmeter, route: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const response = await fabmeter.api(route, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as T;
}

it('a forgotten badge-out is doubtful, corrected, verified and undone, over restarts', {
  timeout: 180_000,
}, async () => {
  const data = throwAwayFolder();
  const registry = smallLab(1, MEMBERS);
  let fabmeter = await startFabmeter({ data, registry });
  const from = Math.floor(Date.now() / HOUR_MS - 8) * HOUR_MS;
  const range = `from=${new Date(from).toISOString()}&to=${new Date(from + 2 * HOUR_MS).toISOString()}`;
  const numbers = async () => ({
    hours: await fabmeter.json(`/api/v1/usage?${range}&period=hour`),
    total: await fabmeter.json(`/api/v1/usage?${range}`),
    sessions: await fabmeter.json(`/api/v1/sessions?${range}`),
    review: await fabmeter.json('/api/v1/review'),
  });
  const badgedS = async () => {
    const { rows } = await fabmeter.json<{ rows: { badgedS: number; doubtful: number }[] }>(`/api/v1/usage?${range}`);
    return rows.map((row) => [row.badgedS, row.doubtful]);
  };
  const restart = async () => {
    await fabmeter.stop();
    const verified = await runFabmeter(['verify', '--data', data]);
    expect([verified.code, verified.out + verified.err]).toEqual([0, expect.any(String)]);
    fabmeter = await startFabmeter({ data });
  };

  await forgetToBadgeOut(fabmeter, from);
  const before = await numbers();
  const [doubtful] = (before.review as { sessions: SessionRow[] }).sessions;
  expect(doubtful).toMatchObject({ endCause: 'idle', confidence: 'doubtful', why: { code: 'never-ran' } });
  const id = doubtful?.id ?? '';
  expect(await badgedS()).toEqual([[900, 1]]);

  const end = new Date(from + 6 * MINUTE_MS).toISOString();
  const route = `/api/v1/sessions/${id}/corrections`;
  const corrected = await post<Corrections>(fabmeter, route, { action: 'correct', end, reason: 'She told me.' });
  expect(corrected.sessions).toMatchObject([{ id, end, endCause: 'corrected', confidence: 'certain' }]);
  expect(await badgedS()).toEqual([[300, 0]]);
  expect(await fabmeter.json('/api/v1/review')).toMatchObject({ sessions: [] });
  const after = await numbers();
  await restart();
  expect(await numbers()).toEqual(after);
  const history = await fabmeter.json<Corrections & Record<string, unknown>>(`/api/v1/sessions/${id}`);
  expect(history.folded).toMatchObject({ id, endCause: 'idle', confidence: 'doubtful' });
  expect(history.corrections).toMatchObject([{ state: 'applied', reason: 'She told me.' }]);

  const correction = history.corrections[0]?.id;
  const undone = await post<Corrections>(fabmeter, route, { action: 'undo', correction, reason: 'It was Bob.' });
  expect(undone.corrections.map(({ state }) => state)).toEqual(['undone', 'applied']);
  expect(await numbers()).toEqual(before);
  await restart();
  expect(await numbers()).toEqual(before);
  expect((await fabmeter.events()).filter(({ kind }) => kind === 'correction')).toHaveLength(2);
});

it('a declared fault is on the floor, in the uptime and in the journal at once', { timeout: 120_000 }, async () => {
  const fabmeter = await startFabmeter({ data: throwAwayFolder(), registry: smallLab(1, MEMBERS) });
  const from = Math.floor(Date.now() / HOUR_MS - 8) * HOUR_MS;
  await forgetToBadgeOut(fabmeter, from);
  const began = new Date(from + 5 * MINUTE_MS).toISOString();
  const route = '/api/v1/machines/machine-1/service';
  const said = { state: 'fault', from: began, note: `belt; ask ${BADGE}` };
  const answer = await post<{ intervals: unknown[] }>(fabmeter, route, said);
  expect(answer.intervals).toMatchObject([{ start: began, end: null, state: 'fault', note: 'belt; ask ‹14›' }]);
  await until('the floor shows it', async () => {
    const { service } = await fabmeter.json<{ service: string }>('/api/v1/machines/machine-1');
    return service === 'fault';
  });
  const range = `from=${new Date(from).toISOString()}&to=${new Date(from + HOUR_MS).toISOString()}`;
  const { sessions } = await fabmeter.json<{ sessions: SessionRow[] }>(`/api/v1/sessions?${range}`);
  expect(sessions).toMatchObject([{ end: began, endCause: 'service', confidence: 'certain' }]);
  const uptime = await fabmeter.json<{ rows: unknown[] }>(`/api/v1/uptime?${range}`);
  expect(uptime.rows).toMatchObject([{ faultS: 3300, faults: 1 }]);

  const up = await post<{ intervals: unknown[] }>(fabmeter, route, { state: 'up' });
  expect(up.intervals).toMatchObject([{ end: null, state: 'up', note: null }]);
  const whole = `${route}?from=${began}&to=${new Date(Date.now() + HOUR_MS).toISOString()}`;
  const { intervals } = await fabmeter.json<{ intervals: { state: string }[] }>(whole);
  expect(intervals.map(({ state }) => state)).toEqual(['fault', 'up']);
  const told = (await fabmeter.events()).filter(({ kind }) => kind === 'service');
  expect(told.map(({ state }) => state)).toEqual(['fault', 'up']);
  expect(JSON.stringify(told)).not.toContain(BADGE);
});

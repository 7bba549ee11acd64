import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Device } from '../process/device.ts';
import { type RunningFabmeter, runFabmeter, startFabmeter, throwAwayFolder } from '../process/running-fabmeter.ts';
import { smallLab } from '../process/small-lab.ts';
import { until } from '../process/until.ts';

const HOUR_MS = 3_600_000;
const DAYS = 20;
const EVERY_MS = 4000;
const PER_MESSAGE = 1000;
/** Each life is so much longer than the one before. */
const STEP_MS = 50;
const KILLS_MAX = 40;
const FIRST_AT = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - DAYS * 24 * HOUR_MS;

function labWith(runningW: number): Record<string, unknown> {
  const lab = smallLab(1);
  const machines = (lab.machines as object[]).map((machine) => ({ ...machine, signature: { standbyW: 20, runningW } }));
  return { ...lab, machines };
}

/** By turns an hour of 150 W and an hour of 50 W. */
async function sendReadings(fabmeter: RunningFabmeter): Promise<void> {
  const device = new Device('plug-1');
  expect(await device.connect(fabmeter.mqttPort)).toBe(true);
  const count = (DAYS * 24 * HOUR_MS) / EVERY_MS;
  for (let first = 0; first < count; first += PER_MESSAGE) {
    const readings = Array.from({ length: PER_MESSAGE }, (_, index) => {
      const t = FIRST_AT + (first + index) * EVERY_MS;
      return { t, w: Math.floor(t / HOUR_MS) % 2 === 0 ? 150 : 50 };
    });
    device.send('fabmeter/1/plug-1/power', JSON.stringify(readings), 1, () => undefined);
    await until('the connector is not ahead', () => device.underWay < 10);
  }
  await until('everything is acknowledged', () => device.underWay === 0);
  device.cut();
  await until('all is projected', async () => (await fabmeter.metric('fabmeter_projection_lag_events')) === 0);
}

/** Hours that ran, of all whole days but the last, from the rollups. */
async function hoursRun(fabmeter: RunningFabmeter): Promise<number> {
  const iso = (at: number) => new Date(at).toISOString();
  const range = `from=${iso(FIRST_AT)}&to=${iso(FIRST_AT + (DAYS - 1) * 24 * HOUR_MS)}`;
  const { rows } = await fabmeter.json<{ rows: { runningS: number }[] }>(`/api/v1/usage?machine=machine-1&${range}`);
  return Math.round((rows[0]?.runningS ?? Number.NaN) / 3600);
}

it('a past that is computed again is the old one or the new one, whenever the process is killed', {
  timeout: 180_000,
}, async () => {
  const data = throwAwayFolder();
  const before = await startFabmeter({ data, registry: labWith(120) });
  await sendReadings(before);
  const old = await hoursRun(before);
  expect(old).toBe(((DAYS - 1) * 24) / 2);
  await before.stop();

  const seen: number[] = [];
  let recomputing = 0;
  for (let kill = 0; kill < KILLS_MAX && seen.at(-1) !== 2 * old; kill++) {
    const fabmeter = await startFabmeter({ data, registry: labWith(40) });
    await wait(kill * STEP_MS);
    seen.push(await hoursRun(fabmeter));
    if ((await fabmeter.metric('fabmeter_recompute_machines')) > 0) recomputing += 1;
    await fabmeter.kill();
  }
  console.info(`killed ${seen.length} times, ${recomputing} of them seen while the past was computed again`);
  expect(recomputing).toBeGreaterThan(0);
  expect(new Set(seen)).toEqual(new Set([old, 2 * old]));

  const after = await startFabmeter({ data, registry: labWith(40), args: ['--log-level', 'info'] });
  await until('nothing is left to be computed again', async () => {
    return (await after.metric('fabmeter_recompute_machines')) === 0;
  });
  expect(await hoursRun(after)).toBe(2 * old);
  expect((await after.stop()).code).toBe(0);
  const verified = await runFabmeter(['verify', '--data', data]);
  expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('everything agrees') });
});

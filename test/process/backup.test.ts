import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectAs } from './mqtt-clients.ts';
import { runFabmeter, startFabmeter, throwAwayFolder } from './running-fabmeter.ts';
import { smallLab } from './small-lab.ts';

const MESSAGES = 50;

describe('backup and restore', () => {
  it('copies a running house, and what is restored has the same events and agrees with itself', async () => {
    const folder = throwAwayFolder();
    const data = path.join(folder, 'data');
    const fabmeter = await startFabmeter({ data, registry: smallLab(1) });
    const plug = await connectAs('plug-1', fabmeter.mqttPort);
    for (let n = 0; n < MESSAGES; n++) {
      const reading = JSON.stringify({ w: n % 2 === 0 ? 300 : 5, wh: n, boot: 'b', seq: n });
      await plug.publishAsync('fabmeter/1/plug-1/power', reading, { qos: 1 });
    }
    const events = (await fabmeter.events()).filter(({ kind }) => kind === 'power');
    expect(events).toHaveLength(MESSAGES);
    const copy = path.join(folder, 'copy');
    expect((await runFabmeter(['backup', copy, '--data', data])).code).toBe(0);
    expect(await runFabmeter(['backup', copy, '--data', data])).toMatchObject({
      code: 1,
      err: expect.stringContaining('is there already'),
    });
    await fabmeter.stop();
    const restored = path.join(folder, 'restored');
    expect((await runFabmeter(['restore', copy, '--data', restored])).code).toBe(0);
    expect(await runFabmeter(['restore', copy, '--data', restored])).toMatchObject({ code: 1 });
    expect((await runFabmeter(['verify', '--data', restored])).out).toContain('everything agrees');
    const again = await startFabmeter({ data: restored });
    expect((await again.events()).filter(({ kind }) => kind === 'power')).toEqual(events);
    await connectAs('plug-1', again.mqttPort);
  });
});

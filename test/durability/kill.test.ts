import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Device } from '../process/device.ts';
import { type RunningFabmeter, runFabmeter, startFabmeter, throwAwayFolder } from '../process/running-fabmeter.ts';
import { smallLab } from '../process/small-lab.ts';
import { until } from '../process/until.ts';

const KILLS = 20;
/** Each life lasts this long at most after the connectors are back. */
const LIFE_MS_MAX = 800;
const TICK_MS = 10;
const PER_TICK = 8;
const BADGES = ['04A2B3C4D5E680', '0477AABBCC1234'];

/** A small generator of numbers from 0 to 1 (mulberry32), so that a failure can be seen again with its seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** One connector with its stream of messages; each has a time of its own, by which it is found again. */
interface Stream {
  connector: string;
  leaf: 'power' | 'badge';
  qos: 1 | 2;
  identified: boolean;
  window: number;
}

const STREAMS: Stream[] = [
  { connector: 'plug-1', leaf: 'power', qos: 1, identified: true, window: 40 },
  { connector: 'plug-2', leaf: 'power', qos: 1, identified: false, window: 40 },
  { connector: 'plug-3', leaf: 'power', qos: 2, identified: false, window: 40 },
  { connector: 'plug-4', leaf: 'power', qos: 1, identified: false, window: 800 },
  { connector: 'reader-1', leaf: 'badge', qos: 1, identified: true, window: 10 },
  { connector: 'reader-2', leaf: 'badge', qos: 2, identified: false, window: 10 },
];

class Load {
  readonly stream: Stream;
  readonly device: Device;
  readonly acked = new Set<string>();
  readonly #firstAt: number;
  sent = 0;

  constructor(stream: Stream, firstAt: number) {
    this.stream = stream;
    this.device = new Device(stream.connector);
    this.#firstAt = firstAt;
  }

  tick(): void {
    if (!this.device.isConnected) return;
    const { connector, leaf, qos, identified, window } = this.stream;
    for (let n = 0; n < PER_TICK * (window > 100 ? 5 : 1) && this.device.underWay < window; n++) {
      const seq = this.sent++;
      const t = new Date(this.#firstAt + seq).toISOString();
      const identity = identified ? { boot: 'b1', seq } : {};
      const reading = leaf === 'power' ? { w: seq % 300, wh: seq } : { uid: BADGES[seq % 2], action: 'tap' };
      const payload = JSON.stringify({ t, ...reading, ...identity });
      this.device.send(`fabmeter/1/${connector}/${leaf}`, payload, qos, () => this.acked.add(t));
    }
  }
}

function killedAfter(fabmeter: RunningFabmeter, ms: number): Promise<unknown> {
  return wait(ms).then(() => fabmeter.kill());
}

/** What is missing or there more than once, of each connector; empty when all is well. */
async function wrongOnes(fabmeter: RunningFabmeter, loads: readonly Load[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const load of loads) {
    const { connector, leaf } = load.stream;
    const stored = new Map<string, number>();
    for (const event of await fabmeter.events(`?connector=${connector}`)) {
      if (event.kind === leaf) stored.set(event.at, (stored.get(event.at) ?? 0) + 1);
    }
    const lost = [...load.acked].filter((at) => !stored.has(at)).length;
    const twice = [...stored].filter(([, n]) => n > 1).length;
    const foreign = stored.size - load.acked.size;
    if (lost || twice || foreign) {
      wrong.push(`${connector}: ${lost} lost, ${twice} twice, ${foreign} never acknowledged, of ${load.acked.size}`);
    }
  }
  return wrong;
}

it(`loses and doubles nothing that was acknowledged, killed ${KILLS} times under load`, {
  timeout: 150_000,
}, async () => {
  const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.info(`seed ${seed} (give it as TEST_SEED to see the same again)`);
  const random = randomFrom(seed);
  const data = throwAwayFolder();
  const registry = smallLab(4, [
    { id: 'm-1', audience: 'public', badges: [BADGES[0]] },
    { id: 'm-2', audience: 'student', badges: [BADGES[1]] },
  ]);
  const firstAt = Date.now() - 3_600_000;
  const loads = STREAMS.map((stream) => new Load(stream, firstAt));
  const ticking = setInterval(() => {
    for (const load of loads) load.tick();
  }, TICK_MS);
  try {
    for (let life = 0; life < KILLS; life++) {
      const fabmeter = await startFabmeter({ data, registry, args: ['--log-level', 'warn'] });
      const dying = killedAfter(fabmeter, random() * LIFE_MS_MAX);
      await Promise.all(loads.map((load) => load.device.connect(fabmeter.mqttPort)));
      await dying;
      for (const load of loads) load.device.cut();
    }
    const fabmeter = await startFabmeter({ data, registry, args: ['--log-level', 'warn'] });
    const ackedBefore = loads.reduce((sum, load) => sum + load.acked.size, 0);
    expect(ackedBefore).toBeGreaterThan(KILLS);
    for (const load of loads) expect(await load.device.connect(fabmeter.mqttPort)).toBe(true);
    clearInterval(ticking);
    await until('everything is acknowledged', () => loads.every((load) => load.device.underWay === 0));
    expect(await wrongOnes(fabmeter, loads)).toEqual([]);
    expect((await fabmeter.stop()).code).toBe(0);
    const total = loads.reduce((sum, load) => sum + load.acked.size, 0);
    console.info(`${total} messages acknowledged, ${ackedBefore} of them by processes that were killed`);
  } finally {
    clearInterval(ticking);
  }
  const verified = await runFabmeter(['verify', '--data', data]);
  expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('everything agrees') });
});

import { describe, expect, it } from 'vitest';
import { connectAs } from '../process/mqtt-clients.ts';
import { bytesOf, loginBytes, openRaw, publishBytes, type RawSocket } from '../process/raw-socket.ts';
import { type RunningFabmeter, startFabmeter, throwAwayFolder } from '../process/running-fabmeter.ts';
import { connectorEntry, smallLab } from '../process/small-lab.ts';
import { until } from '../process/until.ts';
import { Witness } from '../process/witness.ts';
import { brokenPackets, mutations } from './broken-packets.ts';

/** One kind of rubbish; `plug-2` is whoever sends it. */
interface Rubbish {
  what: string;
  send(fabmeter: RunningFabmeter): Promise<void>;
}

const BODY_TOPIC = 'fabmeter/1/plug-2/power';

async function loggedIn(port: number, more: Record<string, unknown> = {}): Promise<RawSocket> {
  const raw = await openRaw(port);
  raw.socket.write(loginBytes('plug-2', more));
  await until('the login is answered', () => raw.packets.length > 0 || raw.isClosed);
  return raw;
}

async function gone(raws: readonly RawSocket[]): Promise<void> {
  await until('the connections are closed', () => raws.every((raw) => raw.isClosed));
}

async function quarantined(fabmeter: RunningFabmeter): Promise<Record<string, number>> {
  type List = { connectors: { id: string; quarantined: Record<string, number> }[] };
  const { connectors } = await fabmeter.json<List>('/api/v1/connectors');
  return connectors.find(({ id }) => id === 'plug-2')?.quarantined ?? {};
}

async function refusals(fabmeter: RunningFabmeter, reason: string): Promise<number> {
  return fabmeter.metric(`fabmeter_refusals_total{reason="${reason}"}`);
}

const KINDS: Rubbish[] = [
  {
    what: 'packets that are none',
    async send({ mqttPort }) {
      for (const { bytes, isAfterLogin } of brokenPackets()) {
        const raw = isAfterLogin ? await loggedIn(mqttPort) : await openRaw(mqttPort);
        raw.socket.end(bytes);
        await gone([raw]);
      }
    },
  },
  {
    what: '600 packets with bytes turned at random',
    async send({ mqttPort }) {
      for (const group of mutations(600, 50)) {
        const raws = await Promise.all(group.map(() => openRaw(mqttPort)));
        for (const [index, raw] of raws.entries()) raw.socket.end(group[index] ?? Buffer.alloc(0));
        await gone(raws);
      }
    },
  },
  {
    what: 'connections that say nothing, or half a CONNECT',
    async send({ mqttPort }) {
      const raws = await Promise.all(Array.from({ length: 400 }, () => openRaw(mqttPort)));
      const half = loginBytes('plug-2').subarray(0, 20);
      for (const [index, raw] of raws.entries()) if (index % 2) raw.socket.write(half);
    },
  },
  {
    what: 'connectors that do not read their acknowledgements',
    async send({ mqttPort }) {
      const raws = await Promise.all(
        Array.from({ length: 10 }, (_, n) => loggedIn(mqttPort, { clientId: `slow-${n}` })),
      );
      const flood = Buffer.concat(
        Array.from({ length: 2000 }, (_, n) => publishBytes(BODY_TOPIC, `{"w":${n}}`, { messageId: n + 1 })),
      );
      for (const raw of raws) {
        raw.socket.pause();
        for (let n = 0; n < 3; n++) raw.socket.write(flood);
      }
    },
  },
  {
    what: 'a payload of 10 MB',
    async send(fabmeter) {
      const raw = await loggedIn(fabmeter.mqttPort);
      raw.socket.write(publishBytes(BODY_TOPIC, Buffer.alloc(10_000_000, 0x20)));
      await gone([raw]);
      expect(raw.packets.map(({ cmd }) => cmd)).toEqual(['connack']);
      expect(await refusals(fabmeter, 'packet-bytes')).toBe(1);
    },
  },
  {
    what: 'a topic of 65,000 characters',
    async send(fabmeter) {
      const raw = await loggedIn(fabmeter.mqttPort);
      raw.socket.write(publishBytes(`fabmeter/1/${'x'.repeat(65_000)}`, '{"w":1}'));
      await gone([raw]);
      expect(raw.packets.map(({ cmd }) => cmd)).toEqual(['connack']);
      expect(await refusals(fabmeter, 'topic')).toBe(1);
    },
  },
  {
    what: 'payloads that are no text and no JSON',
    async send(fabmeter) {
      const client = await connectAs('plug-2', fabmeter.mqttPort);
      const payloads = ['{"w":nan}', '{"w":NaN}', '{"w":1e999}', 'nan', '', '[', '{"w":"12"}', '[[[[[[', '\u0000'];
      for (const payload of payloads) await client.publishAsync(BODY_TOPIC, payload, { qos: 1 });
      await client.publishAsync(BODY_TOPIC, Buffer.from([0xff, 0xfe, 0x80]), { qos: 2 });
      await client.publishAsync(BODY_TOPIC, Buffer.from('['.repeat(100_000)), { qos: 1 });
      const counted = Object.values(await quarantined(fabmeter)).reduce((sum, n) => sum + n, 0);
      expect(counted).toBeGreaterThanOrEqual(payloads.length - 1);
    },
  },
  {
    what: 'a topic that is not UTF-8',
    async send({ mqttPort }) {
      const raw = await loggedIn(mqttPort);
      const bytes = publishBytes('fabmeter/1/plug-2/XXXX', '{"w":1}');
      bytes.write('\xff\xfe\xc0\x80', bytes.indexOf('XXXX'), 'latin1');
      raw.socket.write(bytes);
      await until('it is answered or closed', () => raw.isClosed || raw.packets.length > 1);
    },
  },
  {
    what: 'subscriptions to what is not theirs',
    async send(fabmeter) {
      const client = await connectAs('plug-2', fabmeter.mqttPort);
      const seen: string[] = [];
      client.on('message', (topic) => seen.push(topic));
      const filters = [
        '#',
        '+/#',
        '$SYS/#',
        '$share/g/#',
        'fabmeter/1/plug-1/power',
        'fabmeter/1/+/badge/reply',
        'fabmeter/#',
      ];
      for (const filter of filters) await expect(client.subscribeAsync(filter, { qos: 1 })).rejects.toThrow();
      expect(await refusals(fabmeter, 'subscription')).toBe(filters.length);
      const reader = await connectAs('reader-1', fabmeter.mqttPort);
      await reader.publishAsync('fabmeter/1/reader-1/badge', '{"uid":"04A2B3C4D5E680","action":"tap"}', { qos: 1 });
      expect(seen).toEqual([]);
    },
  },
  {
    what: "messages on others' topics and below $SYS",
    async send(fabmeter) {
      const client = await connectAs('plug-2', fabmeter.mqttPort);
      for (const topic of ['fabmeter/1/plug-1/power', 'fabmeter/1/reader-1/badge', 'x', '/', 'tele/plug-1/SENSOR']) {
        await client.publishAsync(topic, '{"w":99999}', { qos: 1, retain: topic === 'x' });
      }
      expect(await quarantined(fabmeter)).toEqual({ topic: 5 });
      const raw = await loggedIn(fabmeter.mqttPort);
      raw.socket.write(publishBytes('$SYS/broker/version', 'x'));
      await gone([raw]);
      expect((await fabmeter.events('?connector=plug-1')).some((event) => event.w === 99_999)).toBe(false);
    },
  },
  {
    what: 'a storm of wrong secrets',
    async send(fabmeter) {
      const raws = await Promise.all(Array.from({ length: 600 }, () => openRaw(fabmeter.mqttPort)));
      for (const [n, raw] of raws.entries()) {
        const password = Buffer.from(`wrong-secret-${n}`);
        raw.socket.write(loginBytes(n % 2 ? 'plug-2' : `nobody-${n}`, { password }));
      }
      await gone(raws);
      expect(raws.filter(({ packets }) => (packets[0] as { returnCode?: number })?.returnCode !== 4)).toEqual([]);
      expect(await refusals(fabmeter, 'login')).toBe(600);
    },
  },
  {
    what: 'connectors that come and go in the same instant',
    async send(fabmeter) {
      const { mqttPort } = fabmeter;
      const subscribe = bytesOf({
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: [{ topic: 'fabmeter/1/plug-2/badge/reply', qos: 0 }],
      });
      for (let n = 0; n < 60; n++) {
        const [first, second, third] = await Promise.all([openRaw(mqttPort), openRaw(mqttPort), openRaw(mqttPort)]);
        first.socket.write(Buffer.concat([loginBytes('plug-2'), subscribe]));
        second.socket.write(Buffer.concat([loginBytes('plug-2'), subscribe]));
        if (n % 3 === 0) await until('the first is let in', () => first.packets.length > 0 || first.isClosed);
        first.socket.destroy();
        third.socket.write(loginBytes('plug-2'), () => third.socket.destroy());
        second.socket.end();
        await gone([first, second, third]);
      }
      await until('nobody is left', async () => {
        type List = { connectors: { id: string; online: boolean }[] };
        const { connectors } = await fabmeter.json<List>('/api/v1/connectors');
        return connectors.find(({ id }) => id === 'plug-2')?.online === false;
      });
      await until('all connections are gone', async () => (await fabmeter.metric('fabmeter_connections')) === 1);
    },
  },
];

describe("others' messages go on", () => {
  it('has kinds of rubbish', () => {
    expect(KINDS.length).toBeGreaterThan(10);
  });

  it.each(KINDS)('during $what', async ({ what, send }) => {
    const fabmeter = await startFabmeter({
      data: throwAwayFolder(),
      registry: smallLab(2),
      args: ['--log-level', 'warn'],
    });
    const witness = new Witness(fabmeter);
    await witness.begin();
    await witness.goesOn(20);
    await send(fabmeter);
    await witness.goesOn(50);
    await witness.end(what);
    expect(fabmeter.isOver).toBe(false);
    expect(fabmeter.err).not.toMatch(/unexpected|invariant/i);
  });
});

describe('many at once', () => {
  it('holds 5,000 connections of one address and refuses none of them', { timeout: 120_000 }, async () => {
    const fabmeter = await startFabmeter({
      data: throwAwayFolder(),
      registry: smallLab(2),
      args: ['--log-level', 'warn'],
    });
    const witness = new Witness(fabmeter);
    await witness.begin();
    const raws: RawSocket[] = [];
    for (let n = 0; n < 5000; n += 250) {
      raws.push(...(await Promise.all(Array.from({ length: 250 }, () => openRaw(fabmeter.mqttPort)))));
    }
    for (const [n, raw] of raws.entries()) raw.socket.write(loginBytes('plug-2', { clientId: `many-${n}` }));
    await until('all are let in', () => raws.every(({ packets }) => packets.length > 0), 60_000);
    expect(await fabmeter.metric('fabmeter_connections')).toBe(5001);
    for (const raw of raws) raw.socket.write(publishBytes(BODY_TOPIC, '{"w":1}'));
    await until('all are acknowledged', () => raws.every(({ packets }) => packets.length > 1), 60_000);
    await witness.goesOn(50);
    for (const raw of raws) raw.socket.destroy();
    await witness.end('5,000 connections at once');
  });

  it('lets 1,000 devices in again after a power cut', { timeout: 120_000 }, async () => {
    const registry = smallLab(2);
    registry.connectors.push(...Array.from({ length: 1000 }, (_, n) => connectorEntry(`device-${n}`)));
    const fabmeter = await startFabmeter({ data: throwAwayFolder(), registry, args: ['--log-level', 'warn'] });
    const witness = new Witness(fabmeter);
    await witness.begin();
    const began = performance.now();
    const raws = await Promise.all(Array.from({ length: 1000 }, () => openRaw(fabmeter.mqttPort)));
    for (const [n, raw] of raws.entries()) raw.socket.write(loginBytes(`device-${n}`));
    await until('all are let in', () => raws.every(({ packets }) => packets.length > 0), 60_000);
    expect(raws.filter(({ packets }) => (packets[0] as { returnCode?: number })?.returnCode !== 0)).toEqual([]);
    console.info(`1,000 devices came back within ${Math.round(performance.now() - began)} ms`);
    await witness.goesOn(50);
    await witness.end('1,000 devices that come back');
  });
});

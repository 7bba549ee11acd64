import { connect, type Socket } from 'node:net';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Broker, type BrokerHouse, type IncomingPacket, type RefusalReason } from './broker.ts';
import type { BrokerLimits } from './limits.ts';
import { listenTcp } from './listeners.ts';

const LIMITS: BrokerLimits = {
  packetBytesMax: 2000,
  connectionsMax: 5,
  connectionsPerAddressMax: 4,
  inflightMax: 3,
  topicLevelsMax: 4,
  topicBytesMax: 20,
  keepaliveSMax: 60,
  connectTimeoutMs: 300,
  drainTimeoutMs: 300,
};
const REPLIES = 'replies';

/** Lets everybody in who has the right secret, and stores in memory. */
class OpenHouse implements BrokerHouse<{ name: string }> {
  readonly stored: IncomingPacket[] = [];
  readonly refusals: RefusalReason[] = [];
  present = 0;

  login(name: string, secret: Uint8Array) {
    return Buffer.from(secret).toString() === 'right' ? { name } : ('bad-credentials' as const);
  }
  receive(_device: object, packet: IncomingPacket, done: () => void): void {
    this.stored.push(packet);
    setImmediate(done);
  }
  maySubscribe(_device: object, filter: string): boolean {
    return filter === REPLIES;
  }
  came(): void {
    this.present += 1;
  }
  went(): void {
    this.present -= 1;
  }
  refused(reason: RefusalReason): void {
    this.refusals.push(reason);
  }
}

async function open(limits: Partial<BrokerLimits> = {}) {
  const house = new OpenHouse();
  const broker = new Broker(house, { ...LIMITS, ...limits });
  await broker.start();
  let address: string | undefined;
  const { port, stopListening } = await listenTcp(
    (connection, real) => broker.accept(connection, address ?? real),
    0,
    '127.0.0.1',
  );
  onTestFinished(async () => {
    stopListening();
    await broker.stop();
  });
  const from = (other: string) => {
    address = other;
  };
  return { house, broker, port, from };
}

class Peer {
  readonly socket: Socket;
  readonly got: Packet[] = [];
  isClosed = false;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    parser.on('packet', (packet: Packet) => this.got.push(packet));
    this.socket.on('data', (chunk: Buffer) => parser.parse(chunk));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.isClosed = true;
    });
    onTestFinished(() => void this.socket.destroy());
  }

  send(packet: Record<string, unknown>): void {
    this.socket.write(mqttPacket.generate(packet as unknown as Packet));
  }

  async login(more: Record<string, unknown> = {}): Promise<this> {
    const who = { clientId: String(Math.random()), username: 'a', password: Buffer.from('right'), keepalive: 60 };
    this.send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, ...who, ...more });
    await vi.waitFor(() => expect(this.got.length > 0 || this.isClosed).toBe(true));
    return this;
  }

  publish(topic: string, payload: string | Buffer, more: Record<string, unknown> = {}): void {
    this.send({ cmd: 'publish', topic, payload, qos: 1, messageId: 1, retain: false, dup: false, ...more });
  }

  /** The kind of the next packet, or that the connection was closed. */
  async next(count = this.got.length + 1): Promise<string> {
    await vi.waitFor(() => expect(this.got.length >= count || this.isClosed).toBe(true), 5000);
    return this.got[count - 1]?.cmd ?? 'closed';
  }
}

/** A payload that makes a QoS 1 packet on topic `t` exactly so long after its fixed header. */
function payloadFor(bytes: number): Buffer {
  return Buffer.alloc(bytes - 'xxt'.length - 2, 0x20);
}

const TOPICS: { what: string; topic: string; answer: string; reason?: RefusalReason }[] = [
  { what: 'as many levels as allowed', topic: 'a/b/c/d', answer: 'puback' },
  { what: 'one level more', topic: 'a/b/c/d/e', answer: 'closed', reason: 'protocol' },
  { what: 'as many bytes as allowed', topic: 'x'.repeat(20), answer: 'puback' },
  { what: 'one byte more', topic: 'x'.repeat(21), answer: 'closed', reason: 'topic' },
  { what: 'as many bytes as allowed, two a character', topic: 'é'.repeat(10), answer: 'puback' },
  { what: 'one byte more, two a character', topic: `${'é'.repeat(10)}x`, answer: 'closed', reason: 'topic' },
];

describe('a topic', () => {
  it.each(TOPICS)('of $what: $answer', async ({ topic, answer, reason }) => {
    expect(TOPICS.length).toBeGreaterThan(0);
    const { house, port } = await open();
    const peer = await new Peer(port).login();
    peer.publish(topic, 'x');
    expect(await peer.next(2)).toBe(answer);
    if (reason) expect(house.refusals).toContain(reason);
    expect(house.stored.map((packet) => packet.topic)).toEqual(answer === 'puback' ? [topic] : []);
  });
});

describe('a packet', () => {
  it.each([
    { bytes: LIMITS.packetBytesMax, answer: 'puback', refusals: [] },
    { bytes: LIMITS.packetBytesMax + 1, answer: 'closed', refusals: ['packet-bytes'] },
  ])('of $bytes bytes: $answer', async ({ bytes, answer, refusals }) => {
    const { house, port } = await open();
    const peer = await new Peer(port).login();
    peer.publish('t', payloadFor(bytes));
    expect(await peer.next(2)).toBe(answer);
    expect(house.refusals.filter((reason) => reason === 'packet-bytes')).toEqual(refusals);
  });
});

describe('connections', () => {
  it('are as many from one address as allowed, and not one more, until one goes', async () => {
    const { house, port } = await open();
    const peers = await Promise.all(Array.from({ length: 4 }, () => new Peer(port).login()));
    expect(peers.map(({ got }) => got[0]?.cmd)).toEqual(Array.from({ length: 4 }, () => 'connack'));
    expect(await (await new Peer(port).login()).next(1)).toBe('closed');
    expect(house.refusals).toEqual(['address-connections']);
    peers[0]?.socket.destroy();
    await vi.waitFor(() => expect(house.present).toBe(3));
    expect(await (await new Peer(port).login()).next(1)).toBe('connack');
  });

  it('are as many altogether as allowed, and not one more', async () => {
    const { house, port, from } = await open();
    for (let n = 0; n < 5; n++) {
      from(`address-${n}`);
      expect(await (await new Peer(port).login()).next(1)).toBe('connack');
    }
    from('address-5');
    expect(await (await new Peer(port).login()).next(1)).toBe('closed');
    expect(house.refusals).toEqual(['connections']);
  });
});

describe('QoS 2 packets under way', () => {
  it.each([
    { count: LIMITS.inflightMax, answer: 'pubrec' },
    { count: LIMITS.inflightMax + 1, answer: 'closed' },
  ])('$count of them: the last is answered with $answer', async ({ count, answer }) => {
    const { port } = await open();
    const peer = await new Peer(port).login();
    for (let id = 1; id <= count; id++) {
      peer.publish('t', `${id}`, { qos: 2, messageId: id });
      if (id < count) expect(await peer.next(id + 1)).toBe('pubrec');
    }
    expect(await peer.next(count + 1)).toBe(answer);
  });
});

describe('a keepalive', () => {
  it.each([
    { keepalive: 60, returnCode: 0 },
    { keepalive: 61, returnCode: 6 },
    { keepalive: 0, returnCode: 6 },
  ])('of $keepalive s is answered with $returnCode', async ({ keepalive, returnCode }) => {
    const { port } = await open();
    expect((await new Peer(port).login({ keepalive })).got).toMatchObject([{ cmd: 'connack', returnCode }]);
  });
});

describe('a connection', () => {
  it('that does not log in is closed, one that has stays', async () => {
    const { port, broker } = await open();
    const [silent, half, good] = [new Peer(port), new Peer(port), await new Peer(port).login()];
    half.socket.write(Buffer.from([0x10, 0x20, 0x00]));
    expect(await silent.next()).toBe('closed');
    expect(await half.next()).toBe('closed');
    good.send({ cmd: 'pingreq' });
    expect(await good.next(2)).toBe('pingresp');
    expect(broker.connections).toBe(1);
  });

  it('that leaves its replies unread is closed, one that reads them stays', async () => {
    const { port, broker, house } = await open();
    const [slow, good] = [await new Peer(port).login(), await new Peer(port).login()];
    for (const peer of [slow, good]) {
      peer.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: REPLIES, qos: 0 }] });
      expect(await peer.next(2)).toBe('suback');
    }
    slow.socket.pause();
    const pump = setInterval(() => broker.publish(REPLIES, 'x'.repeat(1_000_000)), 10);
    onTestFinished(() => clearInterval(pump));
    await vi.waitFor(() => expect(house.present).toBe(1), 10_000);
    clearInterval(pump);
    good.send({ cmd: 'pingreq' });
    await vi.waitFor(() => expect(good.got.at(-1)?.cmd).toBe('pingresp'), 10_000);
  });

  it('with MQTT 3.1 and a client id of 23 characters is let in', async () => {
    const { port } = await open();
    const old = { protocolId: 'MQIsdp', protocolVersion: 3, clientId: 'x'.repeat(23) };
    expect((await new Peer(port).login(old)).got).toMatchObject([{ cmd: 'connack', returnCode: 0 }]);
  });
});

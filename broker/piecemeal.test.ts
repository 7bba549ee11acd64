import { Duplex } from 'node:stream';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { expect, it, onTestFinished, vi } from 'vitest';
import { LIMITS } from '../config.ts';
import { Broker, type BrokerHouse, type IncomingPacket } from './broker.ts';

/** Takes every message at once. */
class QuickHouse implements BrokerHouse<object> {
  readonly topics: string[] = [];
  login() {
    return {};
  }
  receive(_device: object, { topic }: IncomingPacket, done: () => void): void {
    this.topics.push(topic);
    done();
  }
  maySubscribe(): boolean {
    return false;
  }
  came(): void {}
  went(): void {}
  refused(): void {}
}

function bytesOf(packet: Record<string, unknown>): Buffer {
  return mqttPacket.generate(packet as unknown as Packet);
}

function conversation(): Buffer {
  const login = { clientId: 'x', username: 'a', password: Buffer.from('b'), keepalive: 60 };
  const publish = { cmd: 'publish', payload: 'x'.repeat(300), qos: 1, retain: false, dup: false };
  return Buffer.concat([
    bytesOf({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, ...login }),
    bytesOf({ ...publish, topic: 'first', messageId: 1 }),
    bytesOf({ ...publish, topic: 'second', messageId: 2 }),
  ]);
}

it.each([1, 3, 100, 10_000])(
  'understands what comes in pieces of %d bytes in one turn, as WebSocket and TLS give them',
  async (bytes) => {
    const house = new QuickHouse();
    const broker = new Broker(house, LIMITS.broker);
    await broker.start();
    onTestFinished(() => broker.stop());
    const answers: Buffer[] = [];
    const connection = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        answers.push(chunk);
        done();
      },
    });
    broker.accept(connection, 'here');
    const whole = conversation();
    for (let at = 0; at < whole.length; at += bytes) connection.push(whole.subarray(at, at + bytes));
    await vi.waitFor(() => expect(house.topics).toEqual(['first', 'second']));
    await vi.waitFor(() => expect(Buffer.concat(answers)).toHaveLength(12));
  },
);

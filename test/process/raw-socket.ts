import { connect, type Socket } from 'node:net';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { onTestFinished } from 'vitest';
import { secretOf } from './small-lab.ts';

/** A bare connection, for bytes that no client would send. */
export interface RawSocket {
  socket: Socket;
  /** Every packet that came back. */
  packets: Packet[];
  isClosed: boolean;
}

/** Opens a bare connection; gone after the test. */
export async function openRaw(port: number): Promise<RawSocket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const raw: RawSocket = { socket, packets: [], isClosed: false };
  const parser = mqttPacket.parser({ protocolVersion: 4 });
  parser.on('packet', (packet: Packet) => raw.packets.push(packet)).on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => parser.parse(chunk));
  socket.on('close', () => {
    raw.isClosed = true;
  });
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  socket.on('error', () => undefined);
  return raw;
}

/** The bytes of a CONNECT of a connector of the small lab. */
export function loginBytes(connector: string, more: Record<string, unknown> = {}): Buffer {
  return mqttPacket.generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: `raw-${connector}`,
    keepalive: 60,
    username: connector,
    password: Buffer.from(secretOf(connector)),
    ...more,
  } as Packet);
}

/** The bytes of a packet. */
export function bytesOf(packet: Record<string, unknown>): Buffer {
  return mqttPacket.generate(packet as unknown as Packet);
}

/** The bytes of a PUBLISH at QoS 1, or another. */
export function publishBytes(topic: string, payload: string | Buffer, more: Record<string, unknown> = {}): Buffer {
  return bytesOf({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false, messageId: 1, ...more });
}

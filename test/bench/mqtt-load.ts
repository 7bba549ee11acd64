import { connect, type Socket } from 'node:net';
import mqttPacket from 'mqtt-packet';

/** Who publishes, and what. */
export interface LoadClient {
  username: string;
  password: string;
  topic: string;
  /** The payload of the n-th message. */
  payload(n: number): string;
}

/** What a load run saw. `latencyMs` is a sample of the times from publish to PUBACK, ascending. */
export interface LoadResult {
  acked: number;
  elapsedMs: number;
  perSecond: number;
  latencyMs: number[];
}

/** The value below which `share` of a sorted list lies. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const PUBACK_BYTES = 4;

/** One connection that keeps up to `window` messages unacknowledged. Raw packets: the load must cost less than what it measures. */
class Publisher {
  readonly #client: LoadClient;
  readonly #socket: Socket;
  readonly #sentAt = new Float64Array(65_536);
  #nextId = 1;
  #count = 0;
  #rest = 0;
  inFlight = 0;
  acked = 0;
  onAck: ((ms: number) => void) | undefined;

  private constructor(client: LoadClient, socket: Socket) {
    this.#client = client;
    this.#socket = socket;
  }

  static open(client: LoadClient, port: number, id: string): Promise<Publisher> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        const { username, password } = client;
        socket.write(mqttPacket.generate({ cmd: 'connect', clientId: id, protocolVersion: 4, clean: true, keepalive: 600, username, password: Buffer.from(password), protocolId: 'MQTT' } as never));
      });
      socket.once('data', (connack: Buffer) => {
        if (connack[0] !== 0x20 || connack[3] !== 0) return reject(new Error(`login refused (${connack[3]})`));
        const publisher = new Publisher(client, socket);
        socket.on('data', (chunk: Buffer) => publisher.#acks(chunk));
        socket.on('error', () => undefined);
        resolve(publisher);
      });
    });
  }

  #acks(chunk: Buffer): void {
    const bytes = this.#rest + chunk.length;
    const now = performance.now();
    for (let at = PUBACK_BYTES - this.#rest - 2; at + 1 < chunk.length; at += PUBACK_BYTES) {
      if (at >= 0) this.onAck?.(now - (this.#sentAt[chunk.readUInt16BE(at)] as number));
    }
    const acks = Math.floor(bytes / PUBACK_BYTES);
    this.#rest = bytes % PUBACK_BYTES;
    this.acked += acks;
    this.inFlight -= acks;
  }

  send(messages: number): void {
    const { topic } = this.#client;
    const topicBytes = Buffer.byteLength(topic);
    const parts: Buffer[] = [];
    const now = performance.now();
    for (let index = 0; index < messages; index++) {
      const payload = this.#client.payload(this.#count++);
      const length = 2 + topicBytes + 2 + payload.length;
      const header = length < 128 ? 2 : 3;
      const packet = Buffer.allocUnsafe(header + length);
      packet[0] = 0x32;
      if (length < 128) packet[1] = length;
      else {
        packet[1] = (length & 127) | 128;
        packet[2] = length >> 7;
      }
      packet.writeUInt16BE(topicBytes, header);
      packet.latin1Write(topic, header + 2);
      packet.writeUInt16BE(this.#nextId, header + 2 + topicBytes);
      packet.latin1Write(payload, header + 4 + topicBytes);
      this.#sentAt[this.#nextId] = now;
      this.#nextId = this.#nextId === 65_535 ? 1 : this.#nextId + 1;
      parts.push(packet);
    }
    this.inFlight += messages;
    this.#socket.write(Buffer.concat(parts));
  }

  close(): void {
    this.#socket.destroy();
  }
}

async function openAll(clients: readonly LoadClient[], port: number): Promise<Publisher[]> {
  const publishers: Publisher[] = [];
  for (const [index, client] of clients.entries()) publishers.push(await Publisher.open(client, port, `load-${index}`));
  return publishers;
}

/** Publishes as fast as acknowledgements come, `window` messages in flight per client, for `ms`. */
export async function flatOut(clients: readonly LoadClient[], port: number, window: number, ms: number): Promise<LoadResult> {
  const publishers = await openAll(clients, port);
  const latencyMs: number[] = [];
  let sampled = 0;
  const began = performance.now();
  let isOver = false;
  for (const publisher of publishers) {
    let seen = 0;
    publisher.onAck = (took) => {
      if (sampled++ % 50 === 0) latencyMs.push(took);
      seen += 1;
      if (seen >= window / 2 && !isOver) {
        const refill = seen;
        seen = 0;
        queueMicrotask(() => publisher.send(refill));
      }
    };
    publisher.send(window);
  }
  await new Promise((resolve) => setTimeout(resolve, ms));
  isOver = true;
  const elapsedMs = performance.now() - began;
  const acked = publishers.reduce((sum, publisher) => sum + publisher.acked, 0);
  for (const publisher of publishers) publisher.close();
  latencyMs.sort((a, b) => a - b);
  return { acked, elapsedMs, perSecond: (acked / elapsedMs) * 1000, latencyMs };
}

/** Each client publishes one message every `everyMs`, spread evenly, for `ms`. */
export async function steady(clients: readonly LoadClient[], port: number, everyMs: number, ms: number): Promise<LoadResult> {
  const publishers = await openAll(clients, port);
  const latencyMs: number[] = [];
  for (const publisher of publishers) publisher.onAck = (took) => latencyMs.push(took);
  const began = performance.now();
  let sent = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsed = performance.now() - began;
      const due = Math.floor((elapsed / everyMs) * publishers.length);
      for (; sent < due; sent++) publishers[sent % publishers.length]?.send(1);
      if (elapsed >= ms) {
        clearInterval(timer);
        setTimeout(resolve, 500);
      }
    }, 1);
  });
  const elapsedMs = performance.now() - began;
  const acked = publishers.reduce((sum, publisher) => sum + publisher.acked, 0);
  for (const publisher of publishers) publisher.close();
  latencyMs.sort((a, b) => a - b);
  return { acked, elapsedMs, perSecond: (acked / elapsedMs) * 1000, latencyMs };
}

import { connect, type Socket } from 'node:net';
import mqttPacket from 'mqtt-packet';

/** Who publishes, and what. */
export interface LoadClient {
  username: string;
  password: string;
  topic: string;
  /** The payload of the n-th message; ASCII. */
  payload(n: number): string;
}

const PUBACK_BYTES = 4;
const PUBLISH_QOS_1 = 0x32;
const PACKET_ID_MAX = 65_535;
/** Fixed header, lengths and packet identifier. */
const OVERHEAD_BYTES = 8;

/** One connection that publishes at QoS 1. Raw packets: the load must cost less than what it measures. */
export class Publisher {
  readonly #client: LoadClient;
  readonly #socket: Socket;
  readonly #sentAt = new Float64Array(PACKET_ID_MAX + 1);
  readonly #topicBytes: number;
  #nextId = 1;
  #count = 0;
  #rest = 0;
  inFlight = 0;
  acked = 0;
  /** Called with the time from publish to acknowledgement of each message. */
  onLatency: ((ms: number) => void) | undefined;
  /** Called when acknowledgements came. */
  onAcks: (() => void) | undefined;

  private constructor(client: LoadClient, socket: Socket) {
    this.#client = client;
    this.#socket = socket;
    this.#topicBytes = Buffer.byteLength(client.topic);
  }

  /** Connects and logs in; rejects when the login is refused. */
  static open(client: LoadClient, port: number, id: string): Promise<Publisher> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => socket.write(loginPacket(client, id)));
      socket.once('data', (connack: Buffer) => {
        if (connack[0] !== 0x20 || connack[3] !== 0) {
          reject(new Error(`Cannot put load on the broker: login refused (${connack[3]})`));
          return;
        }
        const publisher = new Publisher(client, socket);
        socket.on('data', (chunk: Buffer) => publisher.#take(chunk));
        socket.on('error', () => undefined);
        resolve(publisher);
      });
    });
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest + chunk.length;
    const now = performance.now();
    if (this.onLatency) {
      for (let at = PUBACK_BYTES - this.#rest - 2; at + 1 < chunk.length; at += PUBACK_BYTES) {
        if (at >= 0) this.onLatency(now - (this.#sentAt[chunk.readUInt16BE(at)] as number));
      }
    }
    const acks = Math.floor(bytes / PUBACK_BYTES);
    this.#rest = bytes % PUBACK_BYTES;
    this.acked += acks;
    this.inFlight -= acks;
    this.onAcks?.();
  }

  /** Publishes the next messages in one write. */
  send(messages: number): void {
    const { topic } = this.#client;
    const now = performance.now();
    const payloads = Array.from({ length: messages }, () => this.#client.payload(this.#count++));
    const payloadBytes = payloads.reduce((sum, payload) => sum + payload.length, 0);
    const packets = Buffer.allocUnsafe(payloadBytes + messages * (this.#topicBytes + OVERHEAD_BYTES));
    let at = 0;
    for (const payload of payloads) {
      let rest = 2 + this.#topicBytes + 2 + payload.length;
      packets[at++] = PUBLISH_QOS_1;
      for (; rest >= 128; rest >>= 7) packets[at++] = (rest & 127) | 128;
      packets[at++] = rest;
      at = packets.writeUInt16BE(this.#topicBytes, at);
      at += packets.write(topic, at, 'latin1');
      at = packets.writeUInt16BE(this.#nextId, at);
      at += packets.write(payload, at, 'latin1');
      this.#sentAt[this.#nextId] = now;
      this.#nextId = this.#nextId === PACKET_ID_MAX ? 1 : this.#nextId + 1;
    }
    this.inFlight += messages;
    this.#socket.write(packets.subarray(0, at));
  }

  close(): void {
    this.#socket.destroy();
  }
}

function loginPacket({ username, password }: LoadClient, clientId: string): Buffer {
  return mqttPacket.generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId,
    keepalive: 600,
    username,
    password: Buffer.from(password),
  });
}

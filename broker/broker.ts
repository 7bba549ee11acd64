import type { Duplex } from 'node:stream';
import {
  Aedes,
  type AedesPublishPacket,
  type AuthenticateError,
  type Client,
  type PublishPacket,
  type Subscription,
} from 'aedes';
import mqttPacket from 'mqtt-packet';
import type { BrokerLimits } from './limits.ts';
import { guardPackets } from './packet-guard.ts';

/** A message of a logged-in connector, as it goes to ingest. `messageId` is 0 at QoS 0. */
export interface IncomingPacket {
  topic: string;
  payload: Uint8Array;
  retain: boolean;
  dup: boolean;
  qos: number;
  messageId: number;
}

/** Why a connector may not log in: wrong name or secret, or Fabmeter cannot store anything now. */
export type LoginRefusal = 'bad-credentials' | 'unavailable';

/** What the broker asks of the house; `Device` is what a login yields and is handed back with each message. */
export interface BrokerHouse<Device> {
  login(username: string, secret: Uint8Array): Device | LoginRefusal;
  /** Stores the message; `done` without error means that it is on disk and may be acknowledged. */
  receive(device: Device, packet: IncomingPacket, done: (error?: Error) => void): void;
  maySubscribe(device: Device, filter: string): boolean;
  came(device: Device): void;
  went(device: Device): void;
  /** Something was refused: counted and shown, never fatal. */
  refused(reason: RefusalReason, detail: string): void;
}

/** Reasons for refusing a connection, a packet or a subscription, as they are counted. */
export type RefusalReason =
  | 'login'
  | 'connections'
  | 'address-connections'
  | 'packet-bytes'
  | 'topic'
  | 'system-topic'
  | 'subscription'
  | 'protocol';

/** Bytes that one character of a JavaScript text takes at most. */
const UTF8_BYTES_MAX = 3;
/** MQTT 3.1 allows 23 characters, of what the device sends; here the login stands before it. */
const CLIENT_ID_CHARS_MAX = 65_535;

type DeviceClient = Client & { device?: unknown };

// The codec would keep a buffer for each of the 65,536 packet identifiers, 8 MB of them; making one is as quick.
(mqttPacket.writeToStream as { cacheNumbers?: boolean }).cacheNumbers = false;

/** MQTT return codes of CONNACK (3.1.1 §3.2.2.3). */
const SERVER_UNAVAILABLE = 3;
const BAD_CREDENTIALS = 4;

/**
 * Aedes, with two differences: what a connector publishes goes to ingest and to nobody else (no connector may read
 * another's data, so nothing is routed), and nothing is retained.
 */
class IngestAedes extends Aedes {
  override publish(packet: PublishPacket, client: unknown, done?: unknown): void {
    if (client && typeof client === 'object') {
      (done as (error?: Error) => void)?.();
      return;
    }
    super.publish(packet, client as never);
  }
}

/** The embedded MQTT broker: logins, topic rules, limits, and the hand-over to ingest before any acknowledgement. */
export class Broker<Device extends object> {
  readonly #aedes: IngestAedes;
  readonly #house: BrokerHouse<Device>;
  readonly #limits: BrokerLimits;
  readonly #perAddress = new Map<string, number>();
  readonly #connections = new Set<Duplex>();

  constructor(house: BrokerHouse<Device>, limits: BrokerLimits) {
    this.#house = house;
    this.#limits = limits;
    this.#aedes = new IngestAedes({
      concurrency: 1000,
      connectTimeout: limits.connectTimeoutMs,
      drainTimeout: limits.drainTimeoutMs,
      keepaliveLimit: limits.keepaliveSMax,
      maxClientsIdLength: CLIENT_ID_CHARS_MAX,
      maxInflightInbound: limits.inflightMax,
      maxTopicLevels: limits.topicLevelsMax,
      queueLimit: 1000,
      preConnect: (client, packet, callback) => {
        // A client id belongs to its login, so that no connector can take another's connection over.
        packet.clientId = `${packet.username ?? ''}/${packet.clientId}`;
        callback(null, !client.closed);
      },
      authenticate: (client, username, password, callback) => this.#authenticate(client, username, password, callback),
      authorizePublish: (client, packet, callback) => this.#receive(client, packet as AedesPublishPacket, callback),
      authorizeSubscribe: (client, subscription, callback) => callback(null, this.#subscription(client, subscription)),
    });
  }

  /** Connections open now. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Starts the broker; listeners are added by `accept`. */
  async start(): Promise<void> {
    await this.#aedes.listen();
    this.#aedes.on('client', (client: DeviceClient) => this.#came(client));
    this.#aedes.on('connectionError', (_client, error) => this.#house.refused('protocol', error.message));
    this.#aedes.on('clientError', (_client, error) => this.#house.refused('protocol', error.message));
  }

  /** Takes over one connection of a listener; it is ended at once when a limit is reached. */
  accept(connection: Duplex, address: string): void {
    const fromAddress = this.#perAddress.get(address) ?? 0;
    if (this.#connections.size >= this.#limits.connectionsMax || fromAddress >= this.#limits.connectionsPerAddressMax) {
      const isTotal = this.#connections.size >= this.#limits.connectionsMax;
      this.#house.refused(isTotal ? 'connections' : 'address-connections', `Too many connections from ${address}`);
      connection.destroy();
      return;
    }
    this.#connections.add(connection);
    this.#perAddress.set(address, fromAddress + 1);
    connection.once('close', () => {
      this.#connections.delete(connection);
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#perAddress.set(address, left);
      else this.#perAddress.delete(address);
    });
    guardPackets(connection, this.#limits.packetBytesMax, (reason) => this.#house.refused('packet-bytes', reason));
    this.#aedes.handle(connection as never);
  }

  /** Aedes also announces clients that hung up during their login, and forgets to say that some are gone: the connection itself tells. */
  #came(client: DeviceClient): void {
    const { conn } = client;
    if (client.closed || conn.destroyed) return;
    const device = client.device as Device;
    this.#house.came(device);
    conn.once('close', () => this.#house.went(device));
  }

  #authenticate(
    client: DeviceClient,
    username: Readonly<string | undefined>,
    password: Readonly<Buffer | undefined>,
    callback: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    const device = this.#house.login(username ?? '', password ?? new Uint8Array(0));
    if (typeof device !== 'string') {
      client.device = device;
      callback(null, true);
      return;
    }
    this.#house.refused('login', `Login refused for "${(username ?? '').slice(0, 64)}"`);
    const error = new Error(device) as AuthenticateError;
    error.returnCode = device === 'unavailable' ? SERVER_UNAVAILABLE : BAD_CREDENTIALS;
    callback(error, null);
  }

  #receive(client: DeviceClient | null, packet: AedesPublishPacket, callback: (error?: Error | null) => void): void {
    const device = client?.device as Device | undefined;
    if (!device) {
      callback(new Error('A message came from a connection that is not logged in'));
      return;
    }
    const { topic } = packet;
    if (topic.startsWith('$')) {
      this.#house.refused('system-topic', 'A connector may not publish below $');
      callback(new Error('Topics that begin with $ are reserved'));
      return;
    }
    const { topicBytesMax } = this.#limits;
    if (topic.length * UTF8_BYTES_MAX > topicBytesMax && Buffer.byteLength(topic) > topicBytesMax) {
      this.#house.refused('topic', `A topic has more than ${topicBytesMax} bytes`);
      callback(new Error('The topic is too long'));
      return;
    }
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const incoming: IncomingPacket = {
      topic,
      payload,
      retain: packet.retain,
      dup: packet.dup,
      qos: packet.qos,
      messageId: packet.qos > 0 ? ((packet as { messageId?: number }).messageId ?? 0) : 0,
    };
    this.#house.receive(device, incoming, callback);
  }

  #subscription(client: DeviceClient, subscription: Subscription): Subscription | null {
    const device = client.device as Device | undefined;
    const isShared = subscription.topic.startsWith('$');
    if (device && !isShared && this.#house.maySubscribe(device, subscription.topic)) return subscription;
    this.#house.refused('subscription', `A subscription to "${subscription.topic.slice(0, 100)}" was refused`);
    return null;
  }

  /** Sends a reply to the connectors that subscribed to exactly this topic, at QoS 0. */
  publish(topic: string, payload: string): void {
    this.#aedes.publish(
      { cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false } as PublishPacket,
      undefined,
    );
  }

  /** Ends all connections of one device: it may no longer log in as it did. */
  disconnect(device: Device): void {
    const { clients } = this.#aedes as unknown as { clients: Record<string, DeviceClient> };
    for (const client of Object.values(clients)) {
      if (client.device === device) client.close();
    }
  }

  /** Ends all connections, also those that never logged in; no acknowledgement is sent for what is not stored. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    const closing = [...this.#connections].map(
      (connection) => new Promise<void>((resolve) => connection.once('close', () => resolve())),
    );
    for (const connection of this.#connections) connection.destroy();
    await Promise.all(closing);
  }
}

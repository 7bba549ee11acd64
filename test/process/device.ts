import { connect, type Socket } from 'node:net';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { secretOf } from './small-lab.ts';

/** A message under way. `received`: at QoS 2 the broker has it, and only the release is left to be confirmed. */
interface UnderWay {
  packet: Extract<Packet, { cmd: 'publish' }>;
  received: boolean;
  isSent: boolean;
  sentAt: number;
  done(ms: number): void;
}

/**
 * A connector that never gives up a message: what was not acknowledged is sent again, with DUP and in its order, after
 * each reconnect. Written on bare packets, so that tests know exactly what was sent and acknowledged.
 */
export class Device {
  readonly #connector: string;
  readonly #underWay = new Map<number, UnderWay>();
  #socket: Socket | undefined;
  #nextId = 1;
  /** Milliseconds from sending to acknowledgement, of all messages. */
  readonly latencyMs: number[] = [];

  constructor(connector: string) {
    this.#connector = connector;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** Messages that wait for their acknowledgement. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Connects, logs in and sends again what is not acknowledged; false when that did not work. */
  connect(port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      const parser = mqttPacket.parser({ protocolVersion: 4 });
      const lost = () => {
        if (this.#socket === socket) this.#socket = undefined;
        socket.destroy();
        resolve(false);
      };
      socket.on('error', lost).on('close', lost);
      socket.on('data', (chunk: Buffer) => parser.parse(chunk));
      parser.on('error', lost);
      parser.on('packet', (packet: Packet) => {
        if (packet.cmd === 'connack') {
          if (packet.returnCode !== 0) return lost();
          this.#socket = socket;
          for (const [id, message] of this.#underWay) this.#write(id, message);
          resolve(true);
        } else this.#take(packet);
      });
      socket.once('connect', () => socket.write(mqttPacket.generate(this.#login())));
    });
  }

  #login(): Packet {
    return {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: false,
      clientId: this.#connector,
      keepalive: 600,
      username: this.#connector,
      password: Buffer.from(secretOf(this.#connector)),
    };
  }

  #take(packet: Packet): void {
    const id = packet.messageId ?? 0;
    const message = this.#underWay.get(id);
    if (!message) return;
    if (packet.cmd === 'puback') this.#finish(id, message);
    else if (packet.cmd === 'pubrec') {
      if (!message.received) {
        message.received = true;
        message.done(performance.now() - message.sentAt);
      }
      this.#write(id, message);
    } else if (packet.cmd === 'pubcomp') this.#underWay.delete(id);
  }

  #finish(id: number, message: UnderWay): void {
    this.#underWay.delete(id);
    message.done(performance.now() - message.sentAt);
  }

  /** Publishes at QoS 1 or 2; `acked` runs once, when the broker has taken it over (PUBACK or PUBREC). */
  send(topic: string, payload: string | Buffer, qos: 1 | 2, acked: () => void = () => undefined): void {
    const id = this.#nextId;
    this.#nextId = id === 65_535 ? 1 : id + 1;
    const packet = { cmd: 'publish', topic, payload, qos, retain: false, dup: false, messageId: id } as const;
    const done = (ms: number) => {
      this.latencyMs.push(ms);
      acked();
    };
    const message = { packet: { ...packet }, received: false, isSent: false, sentAt: performance.now(), done };
    this.#underWay.set(id, message);
    if (this.#socket) this.#write(id, message);
  }

  #write(id: number, message: UnderWay): void {
    const { packet, received } = message;
    if (received)
      this.#socket?.write(mqttPacket.generate({ cmd: 'pubrel', messageId: id, qos: 1, dup: false } as Packet));
    else {
      packet.dup = message.isSent;
      message.isSent = true;
      this.#socket?.write(mqttPacket.generate(packet));
    }
  }

  /** Cuts the connection. */
  cut(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}

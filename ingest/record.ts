import type { Channel, EventBody, StoredEvent } from '../domain/event.ts';
import type { Route } from '../domain/ports-journal.ts';
import { type ByteBlock, ByteReader } from './byte-block.ts';

const POWER = 1;
const JSON_EVENT = 2;
const HAS_WH = 1;
const CLOCK_REJECTED = 2;
const HAS_IDENTITY = 4;

/**
 * Appends one event. Power on a numbered channel takes 30 to 38 bytes; everything else is JSON.
 * `route` is the number of the event's connector, channel and machine.
 */
export function writeEvent(block: ByteBlock, route: number, event: EventBody): void {
  if (event.kind === 'power' && event.returnedWh === undefined) {
    const isIdentified = event.boot !== undefined && event.deviceSeq !== undefined;
    const flags =
      (event.wh === undefined ? 0 : HAS_WH) |
      (event.clock === undefined ? 0 : CLOCK_REJECTED) |
      (isIdentified ? HAS_IDENTITY : 0);
    block.u8(POWER);
    block.u8(flags);
    block.u32(route);
    block.f64(event.at);
    block.f64(event.receivedAt);
    block.f64(event.w);
    if (event.wh !== undefined) block.f64(event.wh);
    if (isIdentified) {
      block.text(event.boot as string);
      block.f64(event.deviceSeq as number);
    }
    return;
  }
  block.u8(JSON_EVENT);
  block.u32(route);
  block.text(JSON.stringify(event));
}

function readPower(reader: ByteReader, seq: number, routeOf: (id: number) => Route): StoredEvent {
  const flags = reader.u8();
  const route = routeOf(reader.u32());
  const event: StoredEvent & { kind: 'power' } = {
    seq,
    connector: route.connector,
    machine: route.machine,
    kind: 'power',
    channel: route.channel as Channel,
    at: reader.f64(),
    receivedAt: reader.f64(),
    w: reader.f64(),
  };
  if (flags & HAS_WH) event.wh = reader.f64();
  if (flags & CLOCK_REJECTED) event.clock = 'rejected';
  if (flags & HAS_IDENTITY) {
    event.boot = reader.text();
    event.deviceSeq = reader.f64();
  }
  return event;
}

/** Reads the events of one batch in order; `firstSeq` is the number of the first. Throws when the bytes are not ours. */
export function readEvents(bytes: Uint8Array, firstSeq: number, routeOf: (id: number) => Route): StoredEvent[] {
  const reader = new ByteReader(bytes);
  const events: StoredEvent[] = [];
  while (!reader.isDone) {
    const seq = firstSeq + events.length;
    const tag = reader.u8();
    if (tag === POWER) {
      events.push(readPower(reader, seq, routeOf));
    } else if (tag === JSON_EVENT) {
      const route = routeOf(reader.u32());
      const body = JSON.parse(reader.text()) as EventBody;
      events.push({ seq, connector: route.connector, machine: route.machine, ...body });
    } else {
      throw new RangeError(`Cannot read a stored event: unknown tag ${tag}`);
    }
  }
  return events;
}

/** How a message ended. */
export const OUTCOME = { events: 0, ignored: 1, quarantined: 2, repeat: 3 } as const;
/** The number of one way to end. */
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME];

/** A message's head as it is kept with its topic and payload. */
export interface MessageHead {
  route: number;
  receivedAt: number;
  outcome: Outcome;
  /** The packet's identifier; 0 at QoS 0. */
  messageId: number;
  /** CRC-32 of topic and payload as they came, to recognise the same packet sent again. */
  crc: number;
}

/** Appends one message as received; a badge-bearing payload must be replaced before. */
export function writeMessage(block: ByteBlock, head: MessageHead, topic: string, payload: Uint8Array): void {
  block.u8(head.outcome);
  block.u16(head.messageId);
  block.u32(head.crc);
  block.u32(head.route);
  block.f64(head.receivedAt);
  block.text(topic);
  block.u32(payload.length);
  block.bytes(payload);
}

/** Reads the heads of the messages of one block, in order. Throws when the bytes are not ours. */
export function readMessageHeads(bytes: Uint8Array): MessageHead[] {
  const reader = new ByteReader(bytes);
  const heads: MessageHead[] = [];
  while (!reader.isDone) {
    const outcome = reader.u8() as MessageHead['outcome'];
    const messageId = reader.u16();
    const crc = reader.u32();
    const route = reader.u32();
    const receivedAt = reader.f64();
    heads.push({ outcome, messageId, crc, route, receivedAt });
    reader.text();
    const payloadBytes = reader.u32();
    reader.at += payloadBytes;
  }
  if (reader.at !== bytes.length) throw new RangeError('Cannot read stored messages: the last one is cut off');
  return heads;
}

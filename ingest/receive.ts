import assert from 'node:assert/strict';
import { scrubText } from '../domain/badge-scrub.ts';
import type {
  BridgeEvent,
  BridgeMessage,
  Channel,
  EventBody,
  EventKind,
  QuarantineCode,
  Translation,
} from '../domain/event.ts';
import type { JournalTail, JournalWriter, Route } from '../domain/ports-journal.ts';
import { BridgeOwners } from './bridge-owners.ts';
import { channelOf, eventBody } from './event-body.ts';
import { type CommitLimits, type CommitListener, GroupCommit } from './group-commit.ts';
import { HourlyQuota } from './hourly-quota.ts';
import { JournalIndex } from './journal-index.ts';
import { isPlain, keptPayload, printOf } from './kept-message.ts';
import type { Settled } from './open-batch.ts';
import { OUTCOME, type Outcome, writeEvent, writeMessage } from './record.ts';
import { scrubPayload, scrubTopic } from './scrub.ts';
import type { BadgeDesk, Source } from './source.ts';

/** One MQTT packet as the broker hands it over. `messageId` is 0 at QoS 0. */
export interface Packet {
  topic: string;
  payload: Uint8Array;
  retain: boolean;
  dup: boolean;
  qos: number;
  messageId: number;
}

/** Limits of what one connector may put into quarantine, besides those of the commits. */
export interface ReceiveLimits extends CommitLimits {
  /** Quarantined messages kept per connector and hour; more are only counted. */
  quarantinePerHour: number;
  /** While so many bytes are not on disk yet nothing more is taken. */
  pendingBytesMax: number;
}

/** Readings may wait for company; everything else is committed at once. */
const MAY_WAIT: ReadonlySet<EventKind> = new Set(['power', 'energy', 'heartbeat']);
const COUNTS_EVERY_MS = 5000;

/**
 * Makes each message durable before it is acknowledged: translates it, gives its events an instant and a route, leaves
 * repeats out, replaces badge numbers, and hands all that to the group commit.
 */
export class Receiver {
  readonly #commit: GroupCommit;
  readonly #limits: ReceiveLimits;
  readonly #badges: BadgeDesk;
  readonly #clock: () => number;
  #sources = new Map<string, Source>();
  #owners = new BridgeOwners([]);
  readonly #quarantineQuota: HourlyQuota;
  #index: JournalIndex | undefined;
  #countsTakenAt = 0;
  #held: { source: Source; packet: Packet; settled: Settled }[] = [];
  #isUrgent = false;

  constructor(deps: {
    writer: JournalWriter;
    badges: BadgeDesk;
    clock: () => number;
    limits: ReceiveLimits;
    listener: CommitListener;
  }) {
    this.#limits = deps.limits;
    this.#quarantineQuota = new HourlyQuota(deps.limits.quarantinePerHour);
    this.#badges = deps.badges;
    this.#clock = deps.clock;
    const listener: CommitListener = {
      committed: (batch) => {
        deps.listener.committed(batch);
        this.#takeHeld();
      },
      failed: (error) => {
        deps.listener.failed(error);
        this.#takeHeld();
      },
      recovered: (tail) => {
        this.#load(tail);
        deps.listener.recovered(tail);
      },
    };
    this.#commit = new GroupCommit(deps.writer, deps.limits, listener, () => this.#takeCounts());
  }

  /** Opens the journal; returns where it ends. Throws `StorageError`. */
  async start(): Promise<JournalTail> {
    const tail = await this.#commit.start();
    this.#load(tail);
    return tail;
  }

  /** Commits what waits and closes the journal. */
  stop(): Promise<void> {
    return this.#commit.stop();
  }

  /** Why nothing is accepted now; undefined when all is well. */
  get failure(): Error | undefined {
    return this.#commit.failure;
  }

  /** Bytes accepted and not on disk yet. */
  get pendingBytes(): number {
    return this.#commit.pendingBytes;
  }

  /** Takes over the connectors that there are now; the same `Source` is used for all connections of a connector. */
  know(sources: ReadonlyMap<string, Source>): void {
    for (const [id, source] of sources) if (!this.#sources.has(id)) this.#index?.restore(source);
    this.#sources = new Map(sources);
    this.#owners = new BridgeOwners(sources.values());
  }

  #load(tail: JournalTail): void {
    this.#index = new JournalIndex(tail);
    for (const source of this.#sources.values()) {
      source.forget();
      this.#index.restore(source);
    }
  }

  /**
   * Stores one message of a connector; `settled` runs once it is on disk, with an error when it could not be stored.
   *
   * Past `pendingBytesMax` messages wait in the order in which they came; a connector whose message waits is not read on.
   */
  receive(source: Source, packet: Packet, settled: Settled): void {
    if (this.#held.length > 0 || this.#commit.pendingBytes > this.#limits.pendingBytesMax) {
      this.#held.push({ source, packet, settled });
    } else {
      this.#take(source, packet, settled);
    }
  }

  #takeHeld(): void {
    const held = this.#held;
    this.#held = [];
    for (const { source, packet, settled } of held) this.receive(source, packet, settled);
  }

  #take(source: Source, packet: Packet, settled: Settled): void {
    const failure = this.#commit.failure;
    if (failure) {
      settled(failure);
      return;
    }
    const receivedAt = this.#clock();
    source.heardAt = receivedAt;
    source.count('messages');
    if (packet.dup && this.#isRepeat(source, packet)) {
      source.count('ignored:repeat');
      this.#commit.after(settled);
      return;
    }
    const translation = this.#translate(source, packet);
    const crc = printOf(packet, isPlain(translation), this.#badges);
    if (packet.qos > 0) source.packets.remember(packet.messageId, crc, this.#commit.batch);
    this.#store(source, packet, translation, receivedAt, crc);
    this.#commit.batch.settled.push(settled);
    this.#commit.schedule(this.#isUrgent);
    this.#isUrgent = false;
  }

  #isRepeat({ packets }: Source, packet: Packet): boolean {
    return [true, false].some((plain) => packets.has(packet.messageId, printOf(packet, plain, this.#badges)));
  }

  #translate(source: Source, packet: Packet): Translation {
    const { translator, facts } = source;
    if (!translator.mayPublish(facts.connector.device, packet.topic)) {
      const detail = `A ${translator.firmware} connector for device "${facts.connector.device}" does not publish there; check the device's topic and the registry`;
      return { outcome: 'quarantined', code: 'topic', detail };
    }
    const message: BridgeMessage = packet;
    try {
      return translator.translate(message, source.knowledge);
    } catch (error) {
      return { outcome: 'quarantined', code: 'translator', detail: `The translator failed: ${(error as Error).name}` };
    }
  }

  #store(source: Source, packet: Packet, translation: Translation, receivedAt: number, crc: number): void {
    const { batch } = this.#commit;
    const head = { route: this.#route(source, null), receivedAt, messageId: packet.messageId, crc };
    batch.noteMessage(receivedAt);
    const topic = isPlain(translation) ? packet.topic : scrubTopic(packet.topic, source.facts.connector.device);
    const payload = keptPayload(packet.payload, translation);
    writeMessage(
      batch.messages,
      { ...head, outcome: this.#count(source, packet, translation, receivedAt) },
      topic,
      payload,
    );
    if (translation.outcome !== 'quarantined') return;
    const { code, detail } = translation;
    const bytes = packet.payload.length;
    this.#quarantine(source, { topic, payload: scrubPayload(packet.payload), bytes, receivedAt, code, detail });
  }

  /** Stores the events of a message and counts it; returns how it ended. */
  #count(source: Source, packet: Packet, translation: Translation, receivedAt: number): Outcome {
    switch (translation.outcome) {
      case 'events':
        if (this.#storeEvents(source, packet.topic, translation.events, receivedAt) > 0) return OUTCOME.events;
        source.count('ignored:repeat');
        return OUTCOME.repeat;
      case 'ignored':
        source.count(`ignored:${translation.reason}`);
        return OUTCOME.ignored;
      case 'quarantined':
        source.count(`quarantined:${translation.code}`);
        return OUTCOME.quarantined;
    }
  }

  #quarantine(
    source: Source,
    row: { topic: string; payload: string; bytes: number; receivedAt: number; code: QuarantineCode; detail: string },
  ): void {
    if (!this.#quarantineQuota.take(source.id, row.receivedAt)) return;
    this.#commit.batch.quarantine.push({ connector: source.id, ...row, detail: scrubText(row.detail) });
  }

  #storeEvents(source: Source, topic: string, events: readonly BridgeEvent[], receivedAt: number): number {
    let stored = 0;
    for (const event of events) {
      if (event.boot !== undefined && event.seq !== undefined && !source.seen.add(event.boot, event.seq)) continue;
      if (event.kind === 'discovery') source.knowledge = event.knowledge;
      for (const owner of this.#owners.ownersOf(source, topic, event)) this.#storeEvent(owner, event, receivedAt);
      this.#commit.batch.touched.add(source);
      if (!MAY_WAIT.has(event.kind)) this.#isUrgent = true;
      stored += 1;
    }
    if (stored > 0) source.count('events');
    return stored;
  }

  #storeEvent(owner: Source, event: BridgeEvent, receivedAt: number): void {
    const { batch } = this.#commit;
    const body = eventBody(owner, event, receivedAt, this.#badges);
    owner.heardAt = receivedAt;
    writeEvent(batch.events, this.#route(owner, channelOf(owner, event)), body);
    batch.noteEvent(body);
  }

  /** Notes that a connector came (`online`) or went, as the broker itself sees it, at `at`. */
  noteOnline(source: Source, online: boolean, at: number): void {
    if (this.#commit.failure) return;
    const receivedAt = this.#clock();
    const { batch } = this.#commit;
    const event: EventBody = { kind: 'online', online, at, receivedAt };
    writeEvent(batch.events, this.#route(source, null), event);
    batch.noteEvent(event);
    this.#commit.schedule(true);
  }

  /** Stores an event that a person caused (a declared service state); resolves when it is on disk. */
  declare(machine: string, event: EventBody): Promise<void> {
    const { batch } = this.#commit;
    if (this.#commit.failure) return Promise.reject(this.#commit.failure);
    writeEvent(batch.events, this.#routeNumber({ connector: '', channel: null, machine }), event);
    batch.noteEvent(event);
    return new Promise((resolve, reject) => {
      batch.settled.push((error) => (error ? reject(error) : resolve()));
      this.#commit.schedule(true);
    });
  }

  #route(source: Source, channel: Channel | null): number {
    const known = source.routeOf(channel);
    if (known !== undefined) return known;
    const machine = channel === null ? null : source.machineOf(channel);
    const route = this.#routeNumber({ connector: source.id, channel, machine });
    source.rememberRoute(channel, route);
    return route;
  }

  #routeNumber(route: Omit<Route, 'id'>): number {
    assert(this.#index, 'the journal is open before anything is received');
    const { id, isNew } = this.#index.routeNumber(route);
    if (isNew) this.#commit.batch.routes.push({ id, ...route });
    return id;
  }

  #takeCounts(): { connector: string; name: string; n: number }[] {
    const now = this.#clock();
    if (Math.abs(now - this.#countsTakenAt) < COUNTS_EVERY_MS) return [];
    this.#countsTakenAt = now;
    return [...this.#sources.values()].flatMap((source) => source.takeCounts());
  }
}

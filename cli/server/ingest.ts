import type { Logger } from 'pino';
import { Broker } from '../../broker/broker.ts';
import type { BrokerLimits } from '../../broker/limits.ts';
import type { JournalWriter } from '../../domain/ports-journal.ts';
import { formatInstant } from '../../domain/time.ts';
import { Declarations } from '../../ingest/declarations.ts';
import type { RebuildProgress } from '../../ingest/rebuilds.ts';
import { type ReceiveLimits, Receiver } from '../../ingest/receive.ts';
import type { RegistryDesk } from '../../ingest/registry-desk.ts';
import type { Replied } from '../../ingest/replied.ts';
import type { Source } from '../../ingest/source.ts';
import { Devices } from './devices.ts';
import { HouseMetrics } from './metrics.ts';
import type { ProjectorLink } from './projector-link.ts';

/** A badge older than this is not answered at its reader any more. */
const REPLY_MS_MAX = 30_000;

/** Everything between a connector and the disk: broker, devices, receiver, and the figures about them. */
export class Ingest {
  readonly #receiver: Receiver;
  readonly #desk: RegistryDesk;
  readonly #clock: () => number;
  readonly #log: Logger;
  readonly devices: Devices;
  readonly broker: Broker<Source>;
  readonly metrics: HouseMetrics;
  /** What people say goes the same way as what devices say. */
  readonly declarations: Declarations;
  #projector: ProjectorLink | undefined;
  readonly #bells: (() => void)[] = [];
  /** Events in the journal. */
  #stored = 0;
  #lastReceivedAt = 0;

  constructor(deps: {
    writer: JournalWriter;
    desk: RegistryDesk;
    clock: () => number;
    limits: ReceiveLimits & BrokerLimits;
    log: Logger;
  }) {
    const { writer, desk, clock, limits, log } = deps;
    this.#desk = desk;
    this.#clock = clock;
    this.#log = log;
    this.#receiver = new Receiver({
      writer,
      badges: desk,
      clock,
      limits,
      listener: {
        committed: (batch) => this.#committed(batch),
        failed: (error) => this.#failed(error),
        recovered: (tail) => this.#recovered(tail.nextSeq - 1),
      },
    });
    this.devices = new Devices({
      desk,
      receiver: this.#receiver,
      clock,
      refused: (reason) => this.metrics.refusals.inc({ reason }),
      disconnect: (source) => this.broker.disconnect(source),
    });
    this.declarations = new Declarations((machine, event) => this.#receiver.declare(machine, event), clock);
    this.broker = new Broker(this.devices, limits);
    this.metrics = new HouseMetrics({
      pendingBytes: () => this.#receiver.pendingBytes,
      connections: () => this.broker.connections,
      lagEvents: () => Math.max(0, this.#stored - (this.#projector?.progress.cursor.seq ?? this.#stored)),
      rebuildMachines: () => this.rebuild?.machines ?? 0,
      isStorageDown: () => this.#receiver.failure !== undefined,
    });
  }

  /** Opens the journal. Throws a `StorageError` when it cannot be used. */
  async start(): Promise<void> {
    const tail = await this.#receiver.start();
    if (tail.lost) this.#log.warn(lostSentence(tail.lost));
    this.#stored = tail.nextSeq - 1;
    this.#lastReceivedAt = tail.lastReceivedAt;
    this.devices.setRegistry(this.#desk.current());
  }

  /** Commits what waits and closes the journal. */
  stop(): Promise<void> {
    return this.#receiver.stop();
  }

  /**
   * Rings the projector from now on. `online` are the connectors that were there when Fabmeter last ran: nothing is
   * known of them since its last message.
   */
  follow(projector: ProjectorLink, online: readonly string[]): void {
    this.#projector = projector;
    for (const id of online) {
      const source = this.devices.source(id);
      if (source && this.#lastReceivedAt > 0) this.#receiver.noteOnline(source, false, this.#lastReceivedAt);
    }
  }

  /** Rings another reader of the journal too, after each commit. */
  alsoRing(bell: () => void): void {
    this.#bells.push(bell);
  }

  /** How far the past of machines is computed again. */
  get rebuild(): RebuildProgress | null {
    return this.#projector?.rebuild ?? null;
  }

  /** How many events are in the journal. */
  get storedEvents(): number {
    return this.#stored;
  }

  #committed(batch: { events: number; messages: number; syncMs: number }): void {
    this.#stored += batch.events;
    this.metrics.messages.inc(batch.messages);
    this.metrics.events.inc(batch.events);
    this.metrics.commits.observe(batch.syncMs / 1000);
    this.#projector?.ring();
    for (const ring of this.#bells) ring();
  }

  #failed(error: Error): void {
    this.metrics.storageFailures.inc();
    this.#log.error({ err: error }, 'storage failed; nothing is accepted until it works again');
  }

  #recovered(stored: number): void {
    this.#stored = stored;
    this.#log.info('storage works again');
    this.devices.noteAgain();
    this.#projector?.ring();
  }

  /** Whether messages are taken and projected; the reasons are sentences. */
  readiness(): { ready: boolean; reasons: string[] } {
    const failures = [this.#receiver.failure?.message, this.#projector?.failure];
    const reasons = failures.filter((reason) => reason !== undefined);
    return { ready: reasons.length === 0, reasons };
  }

  /** Tells a native reader what its badge did, unless the badge is an old one that was kept while offline. */
  answerReader(machine: string, { input, reply }: Replied): void {
    const connector = this.devices.source(input.reader.slice(0, input.reader.lastIndexOf('/')))?.facts.connector;
    if (connector?.firmware !== 'fabmeter' || Math.abs(this.#clock() - input.at) > REPLY_MS_MAX) return;
    const answer = JSON.stringify({ result: reply, machine, t: formatInstant(input.at) });
    this.broker.publish(`fabmeter/1/${connector.device}/badge/reply`, answer);
  }
}

function lostSentence({ from, to }: { from: number; to: number }): string {
  return `The journal has lost its end: events ${from} to ${to} were counted and are not in it any more (a disk fault, or an older copy of the file). The counts stay; fabmeter verify will name them.`;
}

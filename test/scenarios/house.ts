import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createQueries } from '../../api/queries/create-queries.ts';
import type { Queries } from '../../api/queries/queries.ts';
import { Devices } from '../../cli/server/devices.ts';
import type { Registry } from '../../domain/registry.ts';
import { FoldRules } from '../../ingest/fold-rules.ts';
import { JournalEvents } from '../../ingest/journal-events.ts';
import { Projector } from '../../ingest/projector.ts';
import { Receiver } from '../../ingest/receive.ts';
import { RegistryDesk } from '../../ingest/registry-desk.ts';
import type { Replied } from '../../ingest/replied.ts';
import { machineSettings } from '../../ingest/rules.ts';
import type { Secrets } from '../../ingest/secrets.ts';
import { verify } from '../../ingest/verify.ts';
import { MemoryJournal } from '../../stores/memory/journal.ts';
import { MemoryRegistryStore } from '../../stores/memory/registry-store.ts';
import { SqliteLedger } from '../../stores/sqlite/ledger.ts';
import type { Arrival } from './packets.ts';
import { StoryError } from './words.ts';

const LIMITS = {
  powerWaitMsMax: 1,
  messagesEnough: 1,
  retryMs: 1000,
  quarantinePerHour: 1000,
  pendingBytesMax: 1_000_000_000,
};

/** Fabmeter in one process, with a clock that the story sets: everything between a packet and a figure is the real thing. */
export class StoryHouse {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-story-'));
  readonly #desk: RegistryDesk;
  readonly #receiver: Receiver;
  readonly journal = new MemoryJournal();
  readonly devices: Devices;
  readonly replies: { machine: string; reply: Replied }[] = [];
  readonly queries: Queries;
  #ledger: SqliteLedger;
  #projector: Projector;
  #isStarted = false;
  now = 0;

  constructor(secrets: Secrets) {
    const clock = () => this.now;
    this.#desk = new RegistryDesk(new MemoryRegistryStore(), secrets, clock);
    const listener = { committed() {}, failed() {}, recovered() {} };
    this.#receiver = new Receiver({ writer: this.journal, badges: this.#desk, clock, limits: LIMITS, listener });
    this.devices = new Devices({ desk: this.#desk, receiver: this.#receiver, clock, refused() {}, disconnect() {} });
    this.#ledger = new SqliteLedger(this.#file);
    this.#projector = this.#makeProjector();
    this.queries = this.#makeQueries();
  }

  get #file(): string {
    return path.join(this.#folder, 'ledger.db');
  }

  #makeProjector(): Projector {
    return new Projector({
      journal: this.journal,
      ledger: this.#ledger,
      limits: {
        readBytes: 64_000,
        flushMs: Number.POSITIVE_INFINITY,
        flushEvents: Number.POSITIVE_INFINITY,
        rebuildInputs: 100,
        rebuildMs: 1,
      },
      clock: () => this.now,
      listener: {
        views() {},
        replied: (machine, reply) => this.replies.push({ machine, reply }),
        progress() {},
        rebuilding() {},
      },
    });
  }

  #makeQueries(): Queries {
    const ledger = () => this.#ledger;
    return createQueries({
      // Every restart opens another one.
      get ledger() {
        return ledger();
      },
      journal: new JournalEvents(this.journal),
      registry: () => this.#desk.document(),
      isEarlier: (machine, digest) => new FoldRules(machineSettings(this.#desk.document())).isEarlier(machine, digest),
      rules: (machine, digest) => new FoldRules(machineSettings(this.#desk.document())).of(machine, digest),
      clock: () => this.now,
    });
  }

  /** The registry as it is now. */
  get document(): Registry {
    return this.#desk.document();
  }

  /** Takes over a registry document as `fabmeter apply` would. */
  async apply(document: unknown): Promise<void> {
    if (!this.#isStarted) await this.#desk.load();
    const applied = await this.#desk.apply(document, 'story');
    if ('kind' in applied) {
      const complaints = applied.complaints?.map(({ path: where, message }) => `${where}: ${message}`) ?? [];
      throw new StoryError(`the registry is refused: ${[applied.sentence, ...complaints].join('; ')}`);
    }
    if (this.#isStarted) {
      this.devices.setRegistry(this.#desk.current());
      await this.#projector.setRegistry(this.#desk.document());
      return;
    }
    this.#isStarted = true;
    await this.#receiver.start();
    this.devices.setRegistry(this.#desk.current());
    await this.#projector.start(this.#desk.document());
  }

  /** Takes what arrives, each at its own instant, and waits until it is stored. */
  async receive(arrivals: readonly Arrival[], atOf: (arrival: Arrival) => number): Promise<void> {
    const stored: Promise<void>[] = [];
    for (const arrival of arrivals) {
      const { packet, said } = arrival;
      if (said) {
        this.now = atOf(arrival);
        stored.push(this.#receiver.declare(said.machine, said.event));
        continue;
      }
      const source = this.devices.source(arrival.login);
      if (!source) continue;
      this.now = atOf(arrival);
      if (packet) stored.push(this.#receive(source, packet));
      else this.#receiver.noteOnline(source, arrival.isHere, arrival.sentAt);
    }
    await Promise.all(stored);
    while (this.#receiver.pendingBytes > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  #receive(source: Parameters<Devices['receive']>[0], packet: NonNullable<Arrival['packet']>): Promise<void> {
    const { topic, retain, qos, messageId } = packet;
    const payload = Buffer.from(packet.payload);
    return new Promise((resolve, reject) => {
      const done = (error?: Error) => (error ? reject(error) : resolve());
      this.devices.receive(source, { topic, payload, retain, qos, messageId, dup: false }, done);
    });
  }

  /** Reads all that is in the journal, computes again what is to be, and makes it durable. */
  async settle(): Promise<void> {
    await this.#projector.catchUp();
    await this.#projector.rebuild();
    await this.#projector.flush();
  }

  /** The projector has read all and is killed: what it had not made durable is lost, and another begins. */
  async restart(): Promise<void> {
    await this.#projector.catchUp();
    await this.#ledger.close();
    this.#ledger = new SqliteLedger(this.#file);
    this.#projector = this.#makeProjector();
    await this.#projector.start(this.#desk.document());
  }

  /** What `fabmeter verify` finds. */
  async differences(): Promise<string[]> {
    const { folds, series, cursor } = await this.#ledger.load();
    const registry = this.#desk.document();
    const { journal } = this;
    const deps = { journal, ledger: this.#ledger, registry, folds, series, cursorSeq: cursor.seq, progress() {} };
    return (await verify(deps)).differences;
  }

  /** Lets go of everything. */
  async close(): Promise<void> {
    await this.#receiver.stop();
    await this.#ledger.close();
    rmSync(this.#folder, { recursive: true });
  }
}

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createQueries } from '../../api/queries/create-queries.ts';
import type { Queries } from '../../api/queries/queries.ts';
import type { EventBody } from '../../domain/event.ts';
import type { JournalReader, Series, StoredFold } from '../../domain/ports.ts';
import type { Route } from '../../domain/ports-journal.ts';
import { Registry } from '../../domain/registry.ts';
import { type Retained, type RetentionDue, type RetentionSettings, retentionDue } from '../../domain/retention.ts';
import type { Tier } from '../../domain/tier.ts';
import { FoldRules } from '../../ingest/fold-rules.ts';
import { OpenBatch } from '../../ingest/open-batch.ts';
import { Projector } from '../../ingest/projector.ts';
import { writeEvent } from '../../ingest/record.ts';
import type { Replied } from '../../ingest/replied.ts';
import { type RetentionParts, retain } from '../../ingest/retention.ts';
import { type MachineSetting, machineSettings } from '../../ingest/rules.ts';
import { verify } from '../../ingest/verify.ts';
import { MemoryJournal } from '../../stores/memory/journal.ts';
import { SqliteLedger } from '../../stores/sqlite/ledger.ts';

/** One event on its way into the journal. */
export interface RoutedEvent {
  route: Omit<Route, 'id'>;
  body: EventBody;
}

/** Everything of one machine that the ledger keeps, to compare two ledgers. */
export interface LedgerDump {
  /** Null while nothing was ever told of the machine. */
  fold: StoredFold | null;
  activity: unknown[];
  service: unknown[];
  /** In effect. */
  sessions: { id: string; energyWh: number | null }[];
  folded: { id: string; energyWh: number | null }[];
  energy: unknown[];
  rollups: unknown[];
  /** Sums by day and by month. */
  tiers: Record<Tier, unknown[]>;
}

/** Here nothing waits for a disk: these tests end projectors, not the machine. */
const FOLDERS = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Usage is asked of the ledger alone. */
const NO_JOURNAL: JournalReader = {
  async *events() {},
  async quarantine() {
    return [];
  },
};

let empty: Uint8Array | undefined;

/** The file of an empty ledger: a copy costs less than making the tables once more. */
async function emptyLedger(): Promise<Uint8Array> {
  if (empty) return empty;
  const folder = mkdtempSync(path.join(FOLDERS, 'fabmeter-empty-'));
  const file = path.join(folder, 'ledger.db');
  await new SqliteLedger(file).close();
  empty = readFileSync(file);
  rmSync(folder, { recursive: true });
  return empty;
}

/** How long the house keeps things when a test does not say. */
export const KEPT: RetentionSettings = {
  packAfterDays: 3,
  messageDays: 7,
  badgeDays: 40,
  quarantineDays: 30,
  quarantinePerConnector: 100,
};

/** A journal in memory, a ledger in a throw-away file, and a projector between them. */
export class ProjectionHouse {
  readonly journal = new MemoryJournal();
  readonly replies: Replied[] = [];
  readonly #folder = mkdtempSync(path.join(FOLDERS, 'fabmeter-projection-'));
  readonly #routes = new Map<string, number>();
  #nextSeq = 1;
  registry: Registry;
  ledger: SqliteLedger;
  projector: Projector;
  now = 0;

  private constructor(registry: Registry, ledger: Uint8Array) {
    this.registry = registry;
    writeFileSync(this.ledgerFile, ledger);
    this.ledger = new SqliteLedger(this.ledgerFile);
    this.projector = this.#makeProjector();
  }

  static async open(registry: unknown): Promise<ProjectionHouse> {
    const house = new ProjectionHouse(Registry.parse(registry), await emptyLedger());
    await house.journal.open();
    await house.projector.start(house.registry);
    return house;
  }

  get ledgerFile(): string {
    return path.join(this.#folder, 'ledger.db');
  }

  #makeProjector(): Projector {
    return new Projector({
      journal: this.journal,
      ledger: this.ledger,
      // What is due is up to the test: it calls `flush`.
      limits: {
        readBytes: 2000,
        flushMs: Number.POSITIVE_INFINITY,
        flushEvents: Number.POSITIVE_INFINITY,
        rebuildInputs: 1,
        rebuildMs: 1,
      },
      clock: () => this.now,
      listener: { views() {}, replied: (_machine, reply) => this.replies.push(reply), progress() {}, rebuilding() {} },
    });
  }

  /** Appends one batch to the journal. */
  async append(events: readonly RoutedEvent[]): Promise<void> {
    const batch = new OpenBatch();
    for (const { route, body } of events) {
      const key = JSON.stringify(route);
      let id = this.#routes.get(key);
      if (id === undefined) {
        id = this.#routes.size + 1;
        this.#routes.set(key, id);
        batch.routes.push({ id, ...route });
      }
      writeEvent(batch.events, id, body);
      batch.noteEvent(body);
    }
    await this.journal.append(batch.seal(this.#nextSeq, []));
    this.#nextSeq += events.length;
  }

  /** The process ends, orderly or not, and another begins; what was not flushed is lost. */
  async restart(): Promise<void> {
    await this.ledger.close();
    this.ledger = new SqliteLedger(this.ledgerFile);
    this.projector = this.#makeProjector();
    await this.projector.start(this.registry);
  }

  async setRegistry(registry: unknown): Promise<void> {
    this.registry = Registry.parse(registry);
    await this.projector.setRegistry(this.registry);
  }

  /** Reads all that is in the journal, computes again what is to be, and makes it durable. */
  async settle(): Promise<void> {
    await this.projector.catchUp();
    await this.projector.rebuild();
    await this.projector.flush();
  }

  /** Members are a set: in which order they were numbered depends on the order of events. */
  async #tier(machine: string, tier: Tier): Promise<unknown[]> {
    const sums = await this.ledger.tiers(machine, tier, 0, Number.MAX_SAFE_INTEGER);
    return sums.map((sum) => ({ ...sum, members: [...sum.members].toSorted() }));
  }

  /** Retention as it runs in the house at `now`. */
  async retain(
    now: number,
    settings: Partial<RetentionSettings> = {},
    exportedTo: number | null = null,
  ): Promise<Retained[]> {
    this.now = now;
    await this.projector.catchUp();
    const ledger = async (due: RetentionDue) => {
      const steps = this.projector.retain(due);
      for (let step = await steps.next(); ; step = await steps.next())
        if (step.done) return { retained: step.value, readTo: this.projector.readTo };
    };
    const parts: RetentionParts = {
      ledger,
      journal: this.journal,
      exportedTo: () => exportedTo,
      pause: async () => undefined,
    };
    return retain(parts, retentionDue({ ...KEPT, ...settings }, now));
  }

  /** What `fabmeter verify` finds. */
  async differences(): Promise<string[]> {
    const { folds, series, cursor } = await this.ledger.load();
    const { journal, ledger, registry } = this;
    const found = await verify({ journal, ledger, registry, folds, series, cursorSeq: cursor.seq, progress() {} });
    return found.differences;
  }

  /** What is asked of the ledger at `now` (UTC ms). */
  queries(now: number): Queries {
    const settings = machineSettings(this.registry);
    const rules = new FoldRules(settings);
    return createQueries({
      ledger: this.ledger,
      journal: NO_JOURNAL,
      registry: () => this.registry,
      rules: (machine) => (settings.get(machine) as MachineSetting).rules,
      isEarlier: (machine, digest) => rules.isEarlier(machine, digest),
      clock: () => now,
    });
  }

  async dump(machine: string): Promise<LedgerDump> {
    const forever = Number.MAX_SAFE_INTEGER;
    const { folds } = await this.ledger.load();
    return {
      fold: folds.find((one) => one.machine === machine) ?? null,
      activity: await this.ledger.activity(machine, 0, forever),
      service: await this.ledger.service(machine, 0, forever),
      sessions: await this.ledger.sessions([machine], 0, forever),
      folded: await this.ledger.foldedSessions(machine, 0, forever),
      energy: await this.ledger.energy(machine, 0, forever),
      rollups: await this.ledger.rollups([machine], 0, forever),
      tiers: { day: await this.#tier(machine, 'day'), month: await this.#tier(machine, 'month') },
    };
  }

  async series(machine: string): Promise<Series[]> {
    return this.ledger.series(machine);
  }

  async close(): Promise<void> {
    await this.ledger.close();
    rmSync(this.#folder, { recursive: true });
  }
}

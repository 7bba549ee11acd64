import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventBody } from '../../domain/event.ts';
import type { MachineView } from '../../domain/layers.ts';
import type { Route } from '../../domain/ports-journal.ts';
import type { SeriesStore } from '../../domain/ports-series.ts';
import { Registry } from '../../domain/registry.ts';
import { type ExportLimits, type ExportStatus, SeriesExporter } from '../../ingest/export/series-exporter.ts';
import { OpenBatch } from '../../ingest/open-batch.ts';
import { Projector } from '../../ingest/projector.ts';
import { writeEvent } from '../../ingest/record.ts';
import { InfluxWriter } from '../../stores/influx/influx-writer.ts';
import { SqliteExportMemory } from '../../stores/sqlite/export-memory.ts';
import { JournalFile } from '../../stores/sqlite/journal-file.ts';
import { SqliteJournalStore } from '../../stores/sqlite/journal-reader.ts';
import { SqliteLedger } from '../../stores/sqlite/ledger.ts';
import { SqliteLedgerChanges } from '../../stores/sqlite/ledger-changes.ts';
import { until } from './influxd.ts';

/** Quick numbers for tests. */
export const QUICK: ExportLimits = {
  bodyPoints: 5000,
  readBytes: 2_000_000,
  lingerMs: 10,
  tickMs: 20,
  backOffMsMin: 5,
  backOffMsMax: 100,
  setUpRetryMs: 50,
  restMsMax: 10,
};

/** A registry of one lab with some machines, each with a plug and a reader. */
export function exportRegistry(machines: number, more: { lab?: string; kind?: string } = {}): Registry {
  const ids = Array.from({ length: machines }, (_, index) => `m${index + 1}`);
  return Registry.parse({
    network: { id: 'net', name: 'Net' },
    labs: ['lab-1', 'lab-2'].map((id) => ({
      id,
      name: id,
      timezone: 'Europe/Paris',
      opening: 'Mo-Su 09:00-18:00',
      public: 'Mo-Su 11:15-13:00',
    })),
    machines: ids.map((id) => ({
      id,
      lab: more.lab ?? 'lab-1',
      kind: more.kind ?? 'laser',
      name: id,
      signature: { standbyW: 20, runningW: 100 },
    })),
    connectors: ids.flatMap((id) => [
      {
        id: `plug-${id}`,
        lab: 'lab-1',
        firmware: 'fabmeter',
        device: `plug-${id}`,
        reportS: 10,
        channels: [{ channel: 0, machine: id, role: 'main' }],
      },
      {
        id: `reader-${id}`,
        lab: 'lab-1',
        firmware: 'fabmeter',
        device: `reader-${id}`,
        channels: [{ channel: 0, machine: id, role: 'badge' }],
      },
    ]),
  });
}

/** An event on its way into the journal. */
export type TestEvent = { connector: string; machine: string | null } & EventBody;

/** A power reading of machine `m`. */
export function power(machine: string, at: number, w: number, wh?: number): TestEvent {
  const body = { kind: 'power', channel: 0, w, at, receivedAt: at } as const;
  return { connector: `plug-${machine}`, machine, ...(wh === undefined ? body : { ...body, wh }) };
}

const HOUR_MS = 3_600_000;

/** Readings of one machine: off, then running in the second half of each hour. */
export function readings(machine: string, from: number, to: number, everyMs = 10_000): TestEvent[] {
  const events: TestEvent[] = [];
  for (let at = from; at < to; at += everyMs) events.push(power(machine, at, at % HOUR_MS >= HOUR_MS / 2 ? 150 : 5));
  return events;
}

/** A badge at machine `m`. */
export function badge(machine: string, at: number, action: 'in' | 'out', member = 'member-1'): TestEvent {
  const token = `token-${member}`;
  return {
    connector: `reader-${machine}`,
    machine,
    kind: 'badge',
    token,
    member,
    audience: 'public',
    action,
    channel: 0,
    at,
    receivedAt: at,
  };
}

/** Journal, projector and exporter over one data folder, without broker and threads. */
export class ExportHouse {
  readonly folder = mkdtempSync(join(tmpdir(), 'fabmeter-export-'));
  readonly #file: JournalFile;
  readonly #routes = new Map<string, Route>();
  #nextSeq = 1;
  #opened: { close(): void | Promise<void> }[] = [];
  registry: Registry;
  now = Date.parse('2026-03-04T12:00:00Z');
  exporter: SeriesExporter | undefined;
  states: ExportStatus[] = [];

  constructor(registry: Registry) {
    this.registry = registry;
    this.#file = new JournalFile(join(this.folder, 'journal.db'), 0);
    this.#file.open();
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Makes events durable, in batches. */
  append(events: readonly TestEvent[], perBatch = 1000): void {
    for (let from = 0; from < events.length; from += perBatch) {
      const batch = new OpenBatch();
      for (const { connector, machine, ...body } of events.slice(from, from + perBatch)) {
        const event = body as EventBody;
        const channel = 'channel' in event && event.channel !== undefined ? event.channel : null;
        const name = `${connector}/${channel}/${machine}`;
        let route = this.#routes.get(name);
        if (!route) {
          route = { id: this.#routes.size + 1, connector, channel, machine };
          this.#routes.set(name, route);
          batch.routes.push(route);
        }
        writeEvent(batch.events, route.id, event);
        batch.noteEvent(event);
      }
      const sealed = batch.seal(this.#nextSeq, []);
      this.#file.append(sealed);
      this.#nextSeq += sealed.events;
    }
    this.exporter?.ring();
  }

  /** Projects everything that is in the journal, and writes the ledger. */
  async project(): Promise<void> {
    const ledger = new SqliteLedger(this.path('ledger.db'));
    const journal = new SqliteJournalStore(this.path('journal.db'));
    const projector = new Projector({
      journal,
      ledger,
      limits: { readBytes: 1_000_000, flushMs: 1_000_000, flushEvents: 1_000_000, rebuildInputs: 100, rebuildMs: 1 },
      clock: () => this.now,
      listener: {
        views: (views) => this.#see(views),
        replied: () => undefined,
        progress: () => undefined,
        rebuilding: () => undefined,
      },
    });
    await projector.start(this.registry);
    await projector.catchUp();
    await projector.rebuild();
    await projector.flush();
    await ledger.close();
    await journal.close();
    this.exporter?.ring();
  }

  #see(views: readonly MachineView[]): void {
    for (const { machine, activity } of views) this.exporter?.look(machine, activity);
  }

  /** Starts an exporter to a store; `deadlineMs` of each request. */
  export(
    target: { url: string; database: string; user?: string; token?: string },
    {
      limits = QUICK,
      deadlineMs = 5000,
      store,
    }: { limits?: ExportLimits; deadlineMs?: number; store?: SeriesStore } = {},
  ): SeriesExporter {
    const memory = new SqliteExportMemory(this.path('export.db'), target);
    const journal = new SqliteJournalStore(this.path('journal.db'));
    const ledger = new SqliteLedgerChanges(this.path('ledger.db'));
    this.#opened = [journal, ledger, memory];
    const { url, database, user, token } = target;
    this.exporter = new SeriesExporter({
      journal,
      ledger,
      memory,
      store: store ?? new InfluxWriter({ url, database, user, token, deadlineMs }, () => this.now),
      clock: () => this.now,
      workedMs: () => performance.now(),
      limits,
      told: (status) => this.states.push(status),
    });
    this.exporter.start(this.registry);
    return this.exporter;
  }

  /** Waits until the exporter has sent everything that is stored now, layers too. */
  async settled(msMax = 30_000): Promise<void> {
    const exporter = this.exporter as SeriesExporter;
    const rounds = exporter.idleRounds;
    exporter.ring();
    await until('the export has caught up', () => exporter.idleRounds >= rounds + 2, msMax);
  }

  async stopExport(): Promise<void> {
    await this.exporter?.stop();
    this.exporter = undefined;
    for (const one of this.#opened.splice(0)) await one.close();
  }

  async close(): Promise<void> {
    await this.stopExport();
    this.#file.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Config, type InfluxConfig, LIMITS } from '../config.ts';
import { type Failure, failure } from '../domain/failure.ts';
import { Registry } from '../domain/registry.ts';
import { parseInstantOrDate, wallClock } from '../domain/time.ts';
import { backfill } from '../ingest/export/backfill.ts';
import { Delivery, type DeliveryState, DeliveryStopped } from '../ingest/export/delivery.ts';
import { InfluxWriter } from '../stores/influx/influx-writer.ts';
import { SqliteExportMemory } from '../stores/sqlite/export-memory.ts';
import { SqliteJournalStore } from '../stores/sqlite/journal-reader.ts';
import { SqliteLedgerChanges } from '../stores/sqlite/ledger-changes.ts';
import { SqliteRegistryStore } from '../stores/sqlite/registry-store.ts';
import { FAILED, type Terminal, writeFailure } from './terminal.ts';

/** What `fabmeter export-series` was asked: dates begin in the first lab's zone. */
export interface ExportSeriesRequest {
  config: Config;
  from: string | undefined;
  to: string | undefined;
}

const BAR_WIDTH = 30;

/** `fabmeter export-series`: sends everything of a range to InfluxDB again; gives the exit code. Throws `StorageError`. */
export async function exportSeries(request: ExportSeriesRequest, terminal: Terminal): Promise<number> {
  const { config } = request;
  const { influx, dataFolder } = config;
  if (!influx)
    return writeFailure(
      terminal,
      failure('bad-parameter', 'Cannot export: name InfluxDB with --influx-url and --influx-database.'),
    );
  if (!existsSync(path.join(dataFolder, 'journal.db')) || !existsSync(path.join(dataFolder, 'ledger.db')))
    return writeFailure(
      terminal,
      failure('not-found', `There is nothing to export in ${dataFolder}; name the data folder with --data.`),
    );
  const registry = await registryOf(dataFolder);
  const range = rangeOf(request, registry.labs[0]?.timezone ?? 'UTC');
  if ('kind' in range) return writeFailure(terminal, range);
  return run(dataFolder, influx, registry, range, terminal);
}

async function registryOf(dataFolder: string): Promise<Registry> {
  const store = SqliteRegistryStore.open(path.join(dataFolder, 'registry.db'));
  try {
    return (await store.load()).document ?? Registry.parse({ network: { id: 'network', name: 'Network' } });
  } finally {
    await store.close();
  }
}

function rangeOf({ from, to }: ExportSeriesRequest, zone: string): { from: number; to: number } | Failure {
  const begin = from === undefined ? 0 : parseInstantOrDate(from, zone);
  const end = to === undefined ? Number.MAX_SAFE_INTEGER : parseInstantOrDate(to, zone);
  if (begin === undefined || end === undefined)
    return failure(
      'bad-parameter',
      `Cannot export: "${begin === undefined ? from : to}" is neither a date (2026-03-02) nor an instant (2026-03-02T09:00:00Z).`,
    );
  if (end <= begin) return failure('bad-range', 'Cannot export: --to must be after --from.');
  return { from: begin, to: end };
}

async function run(
  dataFolder: string,
  influx: InfluxConfig,
  registry: Registry,
  range: { from: number; to: number },
  terminal: Terminal,
): Promise<number> {
  const limits = LIMITS.export;
  const journal = new SqliteJournalStore(path.join(dataFolder, 'journal.db'));
  const ledger = new SqliteLedgerChanges(path.join(dataFolder, 'ledger.db'));
  const memory = new SqliteExportMemory(path.join(dataFolder, 'export.db'), influx);
  const store = new InfluxWriter({ ...influx, deadlineMs: limits.deadlineMs }, wallClock);
  let wrong: string | undefined;
  const told = ({ state, reason }: DeliveryState) => {
    if (state === 'waiting') terminal.err(`\nInfluxDB does not take series now (${reason}); trying again\n`);
    if (state !== 'set-up-wrong') return;
    wrong = reason ?? '';
    delivery.stop();
  };
  const delivery = new Delivery({ store, memory, limits, told });
  const before = memory.counts();
  try {
    const progress = (what: string, share: number) => terminal.err(`\r${bar(share)} ${what.padEnd(8)}`);
    const deps = { journal, ledger, memory, delivery, registry, clock: wallClock, limits, progress };
    await backfill(deps, range.from, range.to);
    const { refused, tooOld } = memory.counts();
    terminal.err('\n');
    terminal.out(
      `exported ${delivery.points} points; refused ${refused - before.refused}, too old for InfluxDB ${tooOld - before.tooOld}\n`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof DeliveryStopped)) throw error;
    terminal.err(`\nInfluxDB refuses the export (${wrong}): check address, database, user and token.\n`);
    return FAILED;
  } finally {
    store.close();
    memory.close();
    await ledger.close();
    await journal.close();
  }
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

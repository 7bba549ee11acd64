import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Activity } from '../../domain/layers.ts';
import type { Registry } from '../../domain/registry.ts';
import { wallClock } from '../../domain/time.ts';
import { type ExportLimits, type ExportStatus, SeriesExporter } from '../../ingest/export/series-exporter.ts';
import { InfluxWriter } from '../../stores/influx/influx-writer.ts';
import { SqliteExportMemory } from '../../stores/sqlite/export-memory.ts';
import { SqliteJournalStore } from '../../stores/sqlite/journal-reader.ts';
import { SqliteLedgerChanges } from '../../stores/sqlite/ledger-changes.ts';
import { stepBack } from './thread-priority.ts';

/** What the exporter's thread begins with. */
export interface ExporterSetup {
  journalFile: string;
  ledgerFile: string;
  exportFile: string;
  registry: Registry;
  influx: { url: string; database: string; user: string | undefined; token: string | undefined };
  limits: ExportLimits & { deadlineMs: number };
}

/** What the exporter's thread is asked. */
export type ExporterRequest =
  | { do: 'bell'; busy: number }
  | { do: 'look'; machine: string; activity: Activity }
  | { do: 'registry'; registry: Registry }
  | { do: 'stop' };

/** What the exporter's thread tells. */
export type ExporterTold = { told: 'status'; status: ExportStatus } | { told: 'stopped' };

const port = parentPort as MessagePort;
stepBack(10);
const { journalFile, ledgerFile, exportFile, registry, influx, limits } = workerData as ExporterSetup;

function tell(message: ExporterTold): void {
  port.postMessage(message);
}

/** Processor time of this thread. */
function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const journal = new SqliteJournalStore(journalFile);
const ledger = new SqliteLedgerChanges(ledgerFile);
const memory = new SqliteExportMemory(exportFile, influx);
const exporter = new SeriesExporter({
  journal,
  ledger,
  memory,
  store: new InfluxWriter({ ...influx, deadlineMs: limits.deadlineMs }, wallClock),
  clock: wallClock,
  workedMs,
  limits,
  told: (status) => tell({ told: 'status', status }),
});

port.on('message', async (request: ExporterRequest) => {
  switch (request.do) {
    case 'bell':
      return exporter.ring(request.busy);
    case 'look':
      return exporter.look(request.machine, request.activity);
    case 'registry':
      return exporter.setRegistry(request.registry);
    case 'stop':
      await exporter.stop();
      memory.close();
      await ledger.close();
      await journal.close();
      tell({ told: 'stopped' });
      port.close();
  }
});
exporter.start(registry);
await exporter.ended();

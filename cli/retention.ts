import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Config, LIMITS } from '../config.ts';
import { failure } from '../domain/failure.ts';
import type { JournalDue } from '../domain/ports-journal.ts';
import { type Retained, type RetentionDue, retentionDue, retentionSentence } from '../domain/retention.ts';
import { Projector } from '../ingest/projector.ts';
import { RegistryDesk } from '../ingest/registry-desk.ts';
import { retain } from '../ingest/retention.ts';
import { planRetention } from '../ingest/retention-plan.ts';
import { Secrets } from '../ingest/secrets.ts';
import { lastExported } from '../stores/sqlite/export-memory.ts';
import { lockFolder } from '../stores/sqlite/folder-lock.ts';
import { JournalFile } from '../stores/sqlite/journal-file.ts';
import { SqliteJournalStore } from '../stores/sqlite/journal-reader.ts';
import { SqliteLedger } from '../stores/sqlite/ledger.ts';
import { ledgerCursor } from '../stores/sqlite/ledger-cursor.ts';
import { SqliteLedgerRetention } from '../stores/sqlite/ledger-retention.ts';
import { SqliteRegistryStore } from '../stores/sqlite/registry-store.ts';
import { type Terminal, writeFailure } from './terminal.ts';

/** What `fabmeter retention` was asked. */
export interface RetentionRequest {
  config: Config;
  /** Only say what would go. */
  dryRun: boolean;
}

/**
 * `fabmeter retention`: keeps a data folder within its limits, as a running Fabmeter does by itself, and says what went;
 * gives the exit code. A dry run says the same, also beside a running Fabmeter, and touches nothing. Throws `StorageError`.
 */
export async function runRetention(
  { config, dryRun }: RetentionRequest,
  terminal: Terminal,
  clock: () => number,
): Promise<number> {
  const { dataFolder } = config;
  const needed = ['journal.db', 'registry.db', ...(dryRun ? ['ledger.db'] : [])];
  if (!needed.every((name) => existsSync(path.join(dataFolder, name)))) {
    return writeFailure(
      terminal,
      failure('not-found', `Nothing is kept in ${dataFolder}; name the data folder with --data.`),
    );
  }
  const due = retentionDue(config.retention, clock());
  const retained = dryRun ? await plan(dataFolder, due) : await run(dataFolder, due, clock);
  for (const one of retained) terminal.out(`${retentionSentence(one, dryRun)}\n`);
  return 0;
}

async function plan(dataFolder: string, due: RetentionDue): Promise<Retained[]> {
  const file = (name: string) => path.join(dataFolder, name);
  const journal = new SqliteJournalStore(file('journal.db'));
  const ledger = new SqliteLedgerRetention(file('ledger.db'));
  try {
    const readTo = ledgerCursor(file('ledger.db')).batch;
    return await planRetention({ journal, ledger, readTo, exportedTo: exportedTo(dataFolder) }, due);
  } finally {
    await ledger.close();
    await journal.close();
  }
}

async function run(dataFolder: string, due: RetentionDue, clock: () => number): Promise<Retained[]> {
  const file = (name: string) => path.join(dataFolder, name);
  const lock = lockFolder(dataFolder);
  const registryStore = SqliteRegistryStore.open(file('registry.db'));
  const writer = new JournalFile(file('journal.db'), 0, ledgerCursor(file('ledger.db')));
  try {
    writer.open();
    const journal = new SqliteJournalStore(file('journal.db'));
    const ledger = new SqliteLedger(file('ledger.db'));
    const limits = LIMITS.project;
    const listener = { views() {}, replied() {}, progress() {}, rebuilding() {} };
    const projector = new Projector({ journal, ledger, limits, clock, listener });
    await projector.start(await documentOf(registryStore, dataFolder));
    await projector.catchUp();
    await projector.rebuild();
    const retained = await retain(
      {
        ledger: async () => {
          const steps = projector.retain(due);
          for (let step = await steps.next(); ; step = await steps.next())
            if (step.done) return { retained: step.value, readTo: projector.readTo };
        },
        journal: {
          retain: async (one: JournalDue) => writer.retain(one),
          wipe: async () => writer.wipe(),
          oldest: async () => writer.oldest(),
        },
        exportedTo: () => exportedTo(dataFolder),
        pause: async () => undefined,
      },
      due,
    );
    await ledger.close();
    await journal.close();
    return retained;
  } finally {
    writer.close();
    await registryStore.close();
    lock.release();
  }
}

async function documentOf(store: SqliteRegistryStore, dataFolder: string) {
  const desk = new RegistryDesk(store, Secrets.open(dataFolder), () => 0);
  await desk.load();
  return desk.document();
}

function exportedTo(dataFolder: string): number | null {
  const file = path.join(dataFolder, 'export.db');
  return existsSync(file) ? lastExported(file) : null;
}

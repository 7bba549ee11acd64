import path from 'node:path';
import { wallClock } from '../domain/time.ts';
import { RegistryDesk } from '../ingest/registry-desk.ts';
import { Secrets } from '../ingest/secrets.ts';
import { verify } from '../ingest/verify.ts';
import { lockFolder } from '../stores/sqlite/folder-lock.ts';
import { JournalFile } from '../stores/sqlite/journal-file.ts';
import { SqliteJournalStore } from '../stores/sqlite/journal-reader.ts';
import { SqliteLedger } from '../stores/sqlite/ledger.ts';
import { SqliteRegistryStore } from '../stores/sqlite/registry-store.ts';
import { FAILED, type Terminal } from './terminal.ts';

/** `fabmeter verify`: recomputes everything from the journal and compares; gives the exit code. Throws `StorageError`. */
export async function verifyFolder({ dataFolder }: { dataFolder: string }, terminal: Terminal): Promise<number> {
  const file = (name: string) => path.join(dataFolder, name);
  const lock = lockFolder(dataFolder);
  const registryStore = SqliteRegistryStore.open(file('registry.db'));
  try {
    const desk = new RegistryDesk(registryStore, Secrets.open(dataFolder), wallClock);
    await desk.load();
    const problems = new JournalFile(file('journal.db'), 0).check();
    const ledger = new SqliteLedger(file('ledger.db'));
    const { folds, series, cursor } = await ledger.load();
    const journal = new SqliteJournalStore(file('journal.db'));
    const { events, machines, differences, limits } = await verify({
      journal,
      ledger,
      registry: desk.document(),
      folds,
      series,
      cursorSeq: cursor.seq,
      progress: (done, of) => terminal.err(`\rverified ${done} of ${of} machines`),
    });
    terminal.err('\n');
    const all = [...problems, ...ledger.check(), ...differences];
    for (const sentence of [...limits, ...all]) terminal.out(`${sentence}\n`);
    terminal.out(
      `verified ${events} events of ${machines} machines: ${all.length === 0 ? 'everything agrees' : `${all.length} differences`}\n`,
    );
    await journal.close();
    await ledger.close();
    return all.length === 0 ? 0 : FAILED;
  } finally {
    await registryStore.close();
    lock.release();
  }
}

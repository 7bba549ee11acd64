import path from 'node:path';
import { LIMITS } from '../../config.ts';
import type { Registry } from '../../domain/registry.ts';
import { checkRegistry } from '../../domain/registry-check.ts';
import { Projector } from '../../ingest/projector.ts';
import { SqliteJournalStore } from '../../stores/sqlite/journal-reader.ts';
import { SqliteLedger } from '../../stores/sqlite/ledger.ts';
import { type BenchNetwork, benchRegistry } from './bench-registry.ts';

/** The files of a data folder. */
export const journalOf = (data: string) => path.join(data, 'journal.db');
/** The ledger's file of a data folder. */
export const ledgerOf = (data: string) => path.join(data, 'ledger.db');

/** The document of the benchmark's registry, as a running Fabmeter has it. */
export function registryOf(network: BenchNetwork): Registry {
  const checked = checkRegistry(benchRegistry(network));
  if ('kind' in checked) throw new Error(checked.sentence);
  return checked;
}

/** A projector in this process over the files of a data folder. */
export async function openProjector(data: string, registry: Registry, ledger = new SqliteLedger(ledgerOf(data))) {
  const journal = new SqliteJournalStore(journalOf(data));
  const nothing = () => undefined;
  const projector = new Projector({
    journal,
    ledger,
    limits: LIMITS.project,
    clock: Date.now,
    listener: { views: nothing, replied: nothing, progress: nothing, rebuilding: nothing },
  });
  await projector.start(registry);
  return {
    projector,
    ledger,
    close: async () => {
      await ledger.close();
      await journal.close();
    },
  };
}

/** Projects all that the journal of a folder holds and closes the files; the seconds it took. */
export async function projectAll(data: string, registry: Registry): Promise<number> {
  const { projector, close } = await openProjector(data, registry);
  const began = performance.now();
  await projector.catchUp();
  await projector.flush();
  const seconds = (performance.now() - began) / 1000;
  await close();
  return seconds;
}

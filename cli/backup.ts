import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { failure } from '../domain/failure.ts';
import { lockFolder } from '../stores/sqlite/folder-lock.ts';
import { type Terminal, writeFailure } from './terminal.ts';

const DATABASES = ['registry.db', 'journal.db', 'ledger.db'];
const KEYS = 'keys';

/**
 * `fabmeter backup`: copies everything that is kept into a new folder, also while Fabmeter runs. The ledger is copied
 * before the journal, so that its cursor never points past the journal's end. The keys go with it: keep it safe.
 */
export async function backUp(
  { dataFolder, file }: { dataFolder: string; file: string },
  terminal: Terminal,
): Promise<number> {
  const target = path.resolve(file);
  if (!existsSync(path.join(dataFolder, 'journal.db'))) {
    return writeFailure(
      terminal,
      failure('not-found', `There is nothing to back up in ${dataFolder}; name the data folder with --data.`),
    );
  }
  if (existsSync(target))
    return writeFailure(terminal, failure('conflict', `${target} is there already; name a new one.`));
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const name of DATABASES.toReversed()) {
    const source = path.join(dataFolder, name);
    if (!existsSync(source)) continue;
    const db = new DatabaseSync(source, { readOnly: true, timeout: 5000 });
    try {
      db.prepare('VACUUM INTO ?').run(path.join(target, name));
    } finally {
      db.close();
    }
    terminal.out(`copied ${name}\n`);
  }
  cpSync(path.join(dataFolder, KEYS), path.join(target, KEYS), { recursive: true });
  terminal.out(`Backup in ${target}. It holds the keys: whoever has it can recognise badges.\n`);
  return 0;
}

/** `fabmeter restore`: makes a data folder of a backup; an existing one is not touched. */
export async function restore(
  { dataFolder, file }: { dataFolder: string; file: string },
  terminal: Terminal,
): Promise<number> {
  const source = path.resolve(file);
  if (!existsSync(path.join(source, 'journal.db'))) {
    return writeFailure(terminal, failure('not-found', `${source} is not a backup of Fabmeter.`));
  }
  const isUsed = existsSync(dataFolder) && readdirSync(dataFolder).length > 0;
  if (isUsed) {
    return writeFailure(
      terminal,
      failure('conflict', `${dataFolder} is not empty; move it away, or name another folder with --data.`),
    );
  }
  const lock = lockFolder(dataFolder);
  try {
    cpSync(source, dataFolder, { recursive: true });
  } catch (error) {
    rmSync(path.join(dataFolder, 'journal.db'), { force: true });
    throw error;
  } finally {
    lock.release();
  }
  terminal.out(`Restored into ${dataFolder}. Start Fabmeter with --data ${dataFolder}.\n`);
  return 0;
}

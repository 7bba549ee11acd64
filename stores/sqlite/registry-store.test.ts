import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { testRegistryStore } from '../../test/contracts/registry-store.ts';
import { migrate } from './migrations.ts';
import { REGISTRY_STEPS } from './registry-schema.ts';
import { SqliteRegistryStore } from './registry-store.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-registry-'));
const SAW = { standbyW: 20, runningW: 120 };
let files = 0;
let lastFile = '';

afterAll(() => rmSync(folder, { recursive: true }));

function newFile(): string {
  files += 1;
  lastFile = path.join(folder, `${files}.db`);
  return lastFile;
}

testRegistryStore(
  'SQLite',
  () => SqliteRegistryStore.open(newFile()),
  async (store) => {
    await store.close();
    return SqliteRegistryStore.open(lastFile);
  },
);

describe('SqliteRegistryStore.open()', () => {
  it('refuses a file that a newer Fabmeter wrote', async () => {
    const file = newFile();
    await SqliteRegistryStore.open(file).close();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 999');
    db.close();
    expect(() => SqliteRegistryStore.open(file)).toThrow(/written by a newer Fabmeter/);
  });

  it('refuses a file that is no database', () => {
    const file = newFile();
    writeFileSync(file, 'not a database at all, but long enough to be looked at'.repeat(20));
    expect(() => SqliteRegistryStore.open(file)).toThrow(/restore the last backup/);
  });

  it('refuses a document that was damaged', async () => {
    const file = newFile();
    await SqliteRegistryStore.open(file).close();
    const db = new DatabaseSync(file);
    db.exec(`UPDATE current SET version = 1, document = '{"network":7}'`);
    db.close();
    const store = SqliteRegistryStore.open(file);
    await expect(store.load()).rejects.toThrow(/its document is damaged/);
    await store.close();
  });

  it('finds the thresholds of machines in the documents that an earlier Fabmeter kept', async () => {
    const file = newFile();
    const db = new DatabaseSync(file);
    migrate(db, REGISTRY_STEPS.slice(0, 1), file);
    const versions = [[], [{ id: 'saw' }], [{ id: 'saw', signature: SAW }], [{ id: 'saw', signature: SAW }]];
    for (const [index, machines] of [...versions, [{ id: 'saw' }]].entries()) {
      const version = index + 1;
      db.prepare('INSERT INTO past VALUES (?, ?, ?)').run(version, version * 10, JSON.stringify({ machines }));
      db.prepare('INSERT INTO audit VALUES (?, ?, ?, ?, ?)').run(version, version * 10, 'ada', '[]', version);
    }
    db.close();
    const store = SqliteRegistryStore.open(file);
    expect(await store.signatures('saw')).toEqual([
      { version: 5, at: 50, author: 'ada', reason: null, signature: null },
      { version: 3, at: 30, author: 'ada', reason: null, signature: SAW },
    ]);
    await store.close();
  });

  it('refuses a folder that is not there', () => {
    expect(() => SqliteRegistryStore.open(path.join(folder, 'no/such/folder.db'))).toThrow(
      /check that the data folder exists/,
    );
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type JournalUnderTest, testJournal } from '../../test/contracts/journal.ts';
import { SqliteJournalStore } from './journal-reader.ts';
import { SqliteJournalWriter } from './journal-writer.ts';

const RECENT_MESSAGES = 100;

function underTest(folder: string): JournalUnderTest {
  const file = path.join(folder, 'journal.db');
  const writer = new SqliteJournalWriter(file, RECENT_MESSAGES);
  let store: SqliteJournalStore | undefined;
  const close = async () => {
    await store?.close();
    await writer.close();
  };
  return {
    writer,
    store: () => {
      store ??= new SqliteJournalStore(file);
      return store;
    },
    reopen: async () => {
      await close();
      return underTest(folder);
    },
    remove: async () => {
      await close();
      rmSync(folder, { recursive: true });
    },
  };
}

testJournal('SQLite', async () => underTest(mkdtempSync(path.join(tmpdir(), 'fabmeter-journal-'))));

import { StorageError } from '../../domain/failure.ts';
import { type JournalUnderTest, testJournal } from '../../test/contracts/journal.ts';
import { MemoryJournal } from './journal.ts';

function underTest(journal: MemoryJournal): JournalUnderTest {
  return {
    writer: journal,
    store: () => journal,
    reopen: async () => {
      await journal.close();
      return underTest(journal);
    },
    fill: (isFull) => {
      journal.failure = isFull ? new StorageError('full', 'there is no room') : undefined;
    },
    remove: () => journal.close(),
  };
}

testJournal('memory', async () => underTest(new MemoryJournal()));

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalBatch } from '../../domain/ports-journal.ts';
import { JournalFile } from './journal-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-journal-'));
  file = path.join(folder, 'journal.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

function batchOf(firstSeq: number, text: string): JournalBatch {
  const times = { receivedFrom: 10, receivedTo: 10, atMin: 10, atMax: 10, badgeAtMin: 10 };
  const bytes = { eventBytes: Buffer.from(text), messageBytes: new Uint8Array(0) };
  return { firstSeq, events: 1, messages: 1, ...times, ...bytes, routes: [], seen: [], quarantine: [], counts: [] };
}

const ALL = { job: 'journal', receivedBefore: 100, upTo: 3, badgesBefore: 0, badgesUpTo: 0 } as const;

/** A journal of three batches that were let go, with a ledger that had read them. */
function prunedJournal(): JournalFile {
  const journal = new JournalFile(file, 0, { batch: 0, seq: 0 });
  journal.open();
  for (let n = 1; n <= 3; n++) journal.append(batchOf(n, `token-${n} `.repeat(2000)));
  expect(journal.retain(ALL)).toMatchObject({ count: 3 });
  return journal;
}

describe('JournalFile', () => {
  it.each([
    ['no ledger', { batch: 0, seq: 0 }, 0],
    ['an older ledger', { batch: 2, seq: 2 }, 2],
  ])(
    'refuses to go on with %s beside it, when batches were let go that only the newer one had read',
    (_what, readUpTo, read) => {
      prunedJournal().close();
      expect(() => new JournalFile(file, 0, readUpTo).open()).toThrow(
        `Cannot use ${file}: its batches up to 3 were let go after a ledger had read them, and the ledger beside it has read up to ${read} only; restore both from the same backup`,
      );
      expect(new JournalFile(file, 0, { batch: 3, seq: 3 }).open()).toMatchObject({ nextSeq: 4, lastBatch: 3 });
    },
  );

  it('opens again after a failure although batches were let go since its start', () => {
    const journal = prunedJournal();
    expect(journal.open()).toMatchObject({ nextSeq: 4, lastBatch: 3 });
    journal.close();
  });

  it('leaves nothing in its files of what was let go', () => {
    const journal = prunedJournal();
    journal.wipe();
    for (const name of [file, `${file}-wal`]) expect(readFileSync(name).includes('token-')).toBe(false);
    journal.close();
  });

  it('gives the room of what went to what comes', () => {
    const journal = prunedJournal();
    journal.wipe();
    const before = readFileSync(file).length;
    for (let n = 4; n <= 6; n++) journal.append(batchOf(n, `token-${n} `.repeat(2000)));
    journal.wipe();
    expect(readFileSync(file).length).toBe(before);
    journal.close();
  });
});

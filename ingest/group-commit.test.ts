import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StorageError } from '../domain/failure.ts';
import type { JournalBatch, JournalTail, JournalWriter } from '../domain/ports-journal.ts';
import { MemoryJournal } from '../stores/memory/journal.ts';
import { until } from '../test/process/until.ts';
import { type CommitLimits, GroupCommit } from './group-commit.ts';
import { writeEvent } from './record.ts';

const LIMITS: CommitLimits = { powerWaitMsMax: 5, messagesEnough: 10, retryMs: 1 };
const FULL = new StorageError('full', 'the disk is full');

/** A journal whose syncs last until the test says so. */
class SlowJournal implements JournalWriter {
  readonly journal = new MemoryJournal();
  readonly waiting: (() => void)[] = [];
  isSlow = false;

  open(): Promise<JournalTail> {
    return this.journal.open();
  }

  async append(batch: JournalBatch): Promise<{ id: number; syncMs: number }> {
    if (this.isSlow) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.journal.append(batch);
  }

  close(): Promise<void> {
    return this.journal.close();
  }
}

let writer: SlowJournal;
let commit: GroupCommit;
let said: string[];
let happened: string[];

beforeEach(async () => {
  writer = new SlowJournal();
  said = [];
  happened = [];
  const listener = {
    committed: ({ id, events }: { id: number; events: number }) => void happened.push(`batch ${id}: ${events}`),
    failed: (error: Error) => void happened.push(`failed: ${error.message}`),
    recovered: (tail: JournalTail) => void happened.push(`recovered: ${tail.nextSeq}`),
  };
  commit = new GroupCommit(writer, LIMITS, listener, () => []);
  await commit.start();
});
afterEach(() => commit.stop());

function add(name: string, isUrgent = true): void {
  const { batch } = commit;
  if (batch.routes.length === 0 && name === 'first') {
    batch.routes.push({ id: 1, connector: 'plug-1', channel: 0, machine: null });
  }
  writeEvent(batch.events, 1, { kind: 'power', channel: 0, w: 1, at: 1, receivedAt: 1 });
  batch.noteMessage(1);
  batch.noteEvent({ kind: 'power', at: 1, receivedAt: 1 });
  batch.settled.push((error) => void said.push(error ? `${name} refused` : name));
  commit.schedule(isUrgent);
}

async function stored(): Promise<[number, number][]> {
  return (await writer.journal.batches(0, 1e9)).map(({ firstSeq, events }) => [firstSeq, events]);
}

describe('GroupCommit', () => {
  it('writes what came together in one batch, and calls back in order', async () => {
    for (const name of ['first', 'second', 'third']) add(name);
    expect(said).toEqual([]);
    await until('the callbacks ran', () => said.length === 3);
    expect(said).toEqual(['first', 'second', 'third']);
    expect(await stored()).toEqual([[1, 3]]);
    expect(happened).toEqual(['batch 1: 3']);
  });

  it('lets readings wait for company, but not for ever', async () => {
    add('first', false);
    await until('it was written', () => said.length === 1);
  });

  it('lets the next batch grow while one is under way', async () => {
    writer.isSlow = true;
    add('first');
    await until('the first is under way', () => writer.waiting.length === 1);
    for (const name of ['second', 'third']) add(name);
    commit.after((error) => void said.push(error ? 'after refused' : 'after'));
    expect(said).toEqual([]);
    expect(commit.pendingBytes).toBe(90);
    writer.isSlow = false;
    writer.waiting[0]?.();
    await until('all were written', () => said.length === 4);
    expect(said).toEqual(['first', 'second', 'third', 'after']);
    expect(await stored()).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(commit.pendingBytes).toBe(0);
  });

  it('runs at once what waits for nothing', () => {
    commit.after(() => void said.push('now'));
    expect(said).toEqual(['now']);
  });

  it('refuses all that waits when storage fails, and goes on by itself when it works again', async () => {
    writer.isSlow = true;
    add('first');
    await until('the first is under way', () => writer.waiting.length === 1);
    add('second');
    writer.journal.failure = FULL;
    writer.isSlow = false;
    writer.waiting[0]?.();
    await until('both were refused', () => said.length === 2);
    expect(said).toEqual(['first refused', 'second refused']);
    expect(commit.failure).toBe(FULL);
    commit.after((error) => void said.push(error ? 'third refused' : 'third'));
    expect(said.at(-1)).toBe('third refused');
    expect(await stored()).toEqual([]);
    writer.journal.failure = undefined;
    await until('storage works', () => commit.failure === undefined);
    add('first');
    await until('it was written', () => said.length === 4);
    expect(happened).toEqual(['failed: the disk is full', 'recovered: 1', 'batch 1: 1']);
    expect(await stored()).toEqual([[1, 1]]);
  });

  it('writes what waits before it stops', async () => {
    add('first', false);
    await commit.stop();
    expect(said).toEqual(['first']);
    expect(await stored()).toEqual([[1, 1]]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  JournalBatch,
  JournalDue,
  JournalRetention,
  JournalStore,
  JournalTaken,
  JournalWriter,
} from '../../domain/ports-journal.ts';

/** A journal as the contract needs it: its writer, a reader beside it, and another process after this one. */
export interface JournalUnderTest {
  writer: JournalWriter & JournalRetention;
  /** Called when the writer is open. */
  store(): JournalStore;
  /** What a new process finds. */
  reopen(): Promise<JournalUnderTest>;
  /** From now on (or no longer) there is no room; undefined where that cannot be arranged. */
  fill?: (isFull: boolean) => void;
  remove(): Promise<void>;
}

function batchOf(firstSeq: number, events: number, more: Partial<JournalBatch> = {}): JournalBatch {
  return {
    firstSeq,
    events,
    messages: 1,
    receivedFrom: 100,
    receivedTo: 200,
    atMin: 100,
    atMax: 200,
    eventBytes: new Uint8Array([firstSeq, events]),
    badgeAtMin: null,
    messageBytes: new Uint8Array([9, firstSeq]),
    routes: [],
    seen: [],
    quarantine: [],
    counts: [],
    ...more,
  };
}

const ROUTE = { id: 1, connector: 'plug', channel: 0, machine: 'laser' };
const ROUTE_OF_ITSELF = { id: 2, connector: 'plug', channel: null, machine: null };
const ROUTE_OF_PHASE = { id: 3, connector: 'meter', channel: 'a' as const, machine: 'saw' };

function quarantined(connector: string, payload: string) {
  return { connector, receivedAt: 5, topic: 't', payload, bytes: 3, code: 'json', detail: 'd' };
}

/** What every journal promises. */
export function testJournal(name: string, open: () => Promise<JournalUnderTest>): void {
  describe(`journal in ${name}`, () => {
    let journal: JournalUnderTest;
    beforeEach(async () => {
      journal = await open();
    });
    afterEach(() => journal.remove());

    const ids = async (after: number, bytesMax: number) =>
      (await journal.store().batches(after, bytesMax)).map(({ id }) => id);

    it('is empty at first', async () => {
      const tail = { nextSeq: 1, lastBatch: 0, lastReceivedAt: 0, routes: [], seen: [], recentMessages: [] };
      expect(await journal.writer.open()).toEqual(tail);
      expect(await journal.store().batches(0, 1000)).toEqual([]);
      expect(await journal.store().routes()).toEqual([]);
    });

    it('numbers batches as they come and gives them back', async () => {
      await journal.writer.open();
      expect((await journal.writer.append(batchOf(1, 2))).id).toBe(1);
      expect((await journal.writer.append(batchOf(3, 1))).id).toBe(2);
      const [first, second] = await journal.store().batches(0, 1000);
      expect(first).toMatchObject({ id: 1, firstSeq: 1, events: 2, atMin: 100, atMax: 200, receivedTo: 200 });
      expect([...(first?.eventBytes ?? [])]).toEqual([1, 2]);
      expect(second).toMatchObject({ id: 2, firstSeq: 3, events: 1 });
    });

    it('gives batches until so many bytes are reached, and one at least', async () => {
      await journal.writer.open();
      for (let n = 1; n <= 4; n++) await journal.writer.append(batchOf(n, 1));
      expect(await ids(0, 0)).toEqual([1]);
      expect(await ids(1, 2)).toEqual([2]);
      expect(await ids(1, 3)).toEqual([2, 3]);
      expect(await ids(4, 1000)).toEqual([]);
    });

    it('finds the batches that may hold events of a range', async () => {
      await journal.writer.open();
      await journal.writer.append(batchOf(1, 1, { atMin: 10, atMax: 20 }));
      await journal.writer.append(batchOf(2, 0, { atMin: 10, atMax: 40 }));
      await journal.writer.append(batchOf(2, 1, { atMin: 20, atMax: 40 }));
      const between = async (from: number, to: number) =>
        (await journal.store().batchesBetween(0, from, to, 1000)).map(({ id }) => id);
      expect(await between(0, 10)).toEqual([]);
      expect(await between(0, 11)).toEqual([1]);
      expect(await between(20, 21)).toEqual([1, 3]);
      expect(await between(21, 100)).toEqual([3]);
      expect(await between(41, 100)).toEqual([]);
    });

    it('tells another process where it ends', async () => {
      await journal.writer.open();
      const seen = [{ connector: 'plug', boot: 'b1', ranges: [1, 5] }];
      const routes = [ROUTE, ROUTE_OF_ITSELF, ROUTE_OF_PHASE];
      await journal.writer.append(batchOf(1, 5, { routes, seen }));
      const later = [
        { connector: 'plug', boot: 'b1', ranges: [1, 9] },
        { connector: 'plug', boot: 'b2', ranges: [0, 0] },
      ];
      await journal.writer.append(batchOf(6, 5, { seen: later, receivedTo: 300 }));
      journal = await journal.reopen();
      const tail = await journal.writer.open();
      expect(tail).toMatchObject({ nextSeq: 11, lastBatch: 2, lastReceivedAt: 300, routes });
      expect(tail.seen.toSorted((a, b) => (a.boot < b.boot ? -1 : 1))).toEqual(later);
      expect(tail.recentMessages.map((bytes) => [...bytes])).toEqual([
        [9, 1],
        [9, 6],
      ]);
      expect((await journal.writer.append(batchOf(11, 1))).id).toBe(3);
      expect(await journal.store().routes()).toEqual(routes);
    });

    it('adds counts up', async () => {
      await journal.writer.open();
      const count = (n: number) => ({ connector: 'plug', name: 'messages', n });
      await journal.writer.append(batchOf(1, 1, { counts: [count(2), { ...count(1), name: 'ignored:retained' }] }));
      await journal.writer.append(batchOf(2, 1, { counts: [count(3)] }));
      const counts = await journal.store().counts();
      expect(counts.toSorted((a, b) => b.n - a.n)).toEqual([count(5), { ...count(1), name: 'ignored:retained' }]);
    });

    it('gives what is quarantined, newest first, page by page', async () => {
      await journal.writer.open();
      const quarantine = [quarantined('plug', 'one'), quarantined('saw', 'two'), quarantined('plug', 'three')];
      await journal.writer.append(batchOf(1, 1, { quarantine }));
      const payloads = async (filter: { connector?: string; before?: number; limit: number }) =>
        (await journal.store().quarantine(filter)).map(({ payload }) => payload);
      expect(await payloads({ limit: 2 })).toEqual(['three', 'two']);
      expect(await payloads({ connector: 'plug', limit: 9 })).toEqual(['three', 'one']);
      const [newest] = await journal.store().quarantine({ limit: 1 });
      expect(newest).toMatchObject(quarantined('plug', 'three'));
      expect(await payloads({ before: newest?.id ?? 0, limit: 9 })).toEqual(['two', 'one']);
    });

    it('keeps nothing of a batch that cannot be written whole', async () => {
      await journal.writer.open();
      await journal.writer.append(batchOf(1, 1, { routes: [ROUTE] }));
      const broken = batchOf(2, 1, {
        routes: [ROUTE_OF_PHASE, ROUTE],
        quarantine: [quarantined('plug', 'x')],
        counts: [{ connector: 'plug', name: 'messages', n: 1 }],
      });
      await expect(journal.writer.append(broken)).rejects.toThrow('Cannot');
      expect(await ids(0, 1000)).toEqual([1]);
      expect(await journal.store().routes()).toEqual([ROUTE]);
      expect(await journal.store().quarantine({ limit: 9 })).toEqual([]);
      expect(await journal.store().counts()).toEqual([]);
      expect((await journal.writer.append(batchOf(2, 1))).id).toBe(2);
    });

    const due = {
      messages: (receivedBefore: number, upTo: number): JournalDue => ({ job: 'messages', receivedBefore, upTo }),
      journal: (receivedBefore: number, upTo: number, badgesBefore = 0, badgesUpTo = 0): JournalDue => ({
        job: 'journal',
        receivedBefore,
        upTo,
        badgesBefore,
        badgesUpTo,
      }),
      quarantine: (receivedBefore: number, perConnector: number): JournalDue => ({
        job: 'quarantine',
        receivedBefore,
        perConnector,
      }),
    };

    /** Takes all that is due, and compares it with what was told before. */
    async function retainAll(what: JournalDue): Promise<JournalTaken> {
      const told = await journal.store().due(what);
      const sum: JournalTaken = { count: 0, bytes: 0, packedBytes: 0 };
      for (let taken = await journal.writer.retain(what); taken; taken = await journal.writer.retain(what)) {
        sum.count += taken.count;
        sum.bytes += taken.bytes;
        sum.packedBytes += taken.packedBytes;
      }
      expect(sum).toMatchObject({ count: told.count, bytes: told.bytes });
      expect(await journal.store().due(what)).toEqual({ count: 0, bytes: 0, packedBytes: 0 });
      return sum;
    }

    it('joins old batches into one without their messages, and keeps every event', async () => {
      await journal.writer.open();
      const times = { atMin: 50, atMax: 60, receivedFrom: 90, receivedTo: 95 };
      await journal.writer.append(batchOf(1, 2, times));
      await journal.writer.append(batchOf(3, 1, { badgeAtMin: 130 }));
      await journal.writer.append(batchOf(4, 3));
      await journal.writer.append(batchOf(7, 1, { receivedTo: 300 }));
      expect(await retainAll(due.messages(300, 2))).toMatchObject({ count: 2 });
      const [joined, third] = await journal.store().batches(0, 1000);
      expect(joined).toMatchObject({ id: 2, firstSeq: 1, events: 3, atMin: 50, atMax: 200, receivedTo: 200 });
      expect([...(joined?.eventBytes ?? [])]).toEqual([1, 2, 3, 1]);
      expect(third).toMatchObject({ id: 3, firstSeq: 4 });
      expect(await ids(1, 1000)).toEqual([2, 3, 4]);
      expect(await journal.store().oldest()).toMatchObject({ receivedTo: 200, messagesTo: 200 });
      expect(await retainAll(due.messages(300, 9))).toMatchObject({ count: 1 });
      expect(await ids(0, 1000)).toEqual([2, 3, 4]);
      journal = await journal.reopen();
      const tail = await journal.writer.open();
      expect(tail).toMatchObject({ nextSeq: 8, lastBatch: 4, lastReceivedAt: 300 });
      expect(tail.recentMessages.map((bytes) => [...bytes])).toEqual([[9, 7]]);
      expect(await retainAll(due.journal(0, 0, 131, 2))).toMatchObject({ count: 3 });
    });

    it('lets go of whole batches that are old, as far as they may go', async () => {
      await journal.writer.open();
      for (let n = 1; n <= 4; n++) await journal.writer.append(batchOf(n, 1, { receivedTo: n * 100 }));
      expect(await retainAll(due.journal(301, 2))).toMatchObject({ count: 2 });
      expect(await ids(0, 1000)).toEqual([3, 4]);
      const stretch = { firstBatch: 1, lastBatch: 2, firstSeq: 1, nextSeq: 3, receivedTo: 200 };
      expect(await journal.store().pruned()).toEqual([stretch]);
      await retainAll(due.journal(301, 9));
      expect(await ids(0, 1000)).toEqual([4]);
      expect(await journal.store().pruned()).toEqual([{ ...stretch, lastBatch: 3, nextSeq: 4, receivedTo: 300 }]);
    });

    it('lets go of batches with an old badge before those around them', async () => {
      await journal.writer.open();
      for (let n = 1; n <= 4; n++) await journal.writer.append(batchOf(n, 1, { badgeAtMin: n === 3 ? 50 : n * 100 }));
      expect(await retainAll(due.journal(0, 9, 60, 2))).toMatchObject({ count: 0 });
      expect(await retainAll(due.journal(0, 0, 60, 3))).toMatchObject({ count: 1 });
      expect(await ids(0, 1000)).toEqual([1, 2, 4]);
      expect(await journal.store().pruned()).toMatchObject([{ firstSeq: 3, nextSeq: 4 }]);
      await retainAll(due.journal(1000, 2));
      expect(await journal.store().pruned()).toMatchObject([{ firstSeq: 1, nextSeq: 4, lastBatch: 3 }]);
    });

    it('goes on numbering when everything went', async () => {
      await journal.writer.open();
      const seen = [{ connector: 'plug', boot: 'b1', ranges: [1, 5] }];
      await journal.writer.append(batchOf(1, 5, { routes: [ROUTE], seen }));
      await journal.writer.append(batchOf(6, 2));
      await retainAll(due.journal(1000, 2));
      const { batches, routes } = { batches: await ids(0, 1000), routes: await journal.store().routes() };
      expect({ batches, routes }).toEqual({ batches: [], routes: [ROUTE] });
      journal = await journal.reopen();
      const tail = { nextSeq: 8, lastBatch: 2, lastReceivedAt: 200, routes: [ROUTE], seen, recentMessages: [] };
      expect(await journal.writer.open()).toEqual(tail);
      expect((await journal.writer.append(batchOf(8, 1))).id).toBe(3);
      await journal.writer.wipe();
      expect(await ids(0, 1000)).toEqual([3]);
    });

    it('lets go of old quarantined messages, and of those that one connector has too many of', async () => {
      await journal.writer.open();
      const many = Array.from({ length: 450 }, (_, n) => ({ ...quarantined('flood', `f${n}`), receivedAt: 100 + n }));
      const counts = [{ connector: 'flood', name: 'quarantined:json', n: 450 }];
      await journal.writer.append(batchOf(1, 1, { quarantine: [...many, quarantined('plug', 'old')], counts }));
      await journal.writer.append(batchOf(2, 1, { quarantine: [{ ...quarantined('plug', 'new'), receivedAt: 600 }] }));
      expect(await retainAll(due.quarantine(102, 10))).toMatchObject({ count: 441 });
      const kept = await journal.store().quarantine({ limit: 99 });
      expect(kept.map(({ payload }) => payload)).toEqual([
        'new',
        ...Array.from({ length: 10 }, (_, n) => `f${449 - n}`),
      ]);
      expect(await journal.store().counts()).toEqual(counts);
      expect(await journal.store().oldest()).toMatchObject({ quarantined: 540 });
      expect(await journal.writer.oldest()).toEqual(await journal.store().oldest());
      await retainAll(due.quarantine(1000, 10));
      expect(await journal.store().quarantine({ limit: 99 })).toEqual([]);
    });

    it('refuses to write when it is not open', async () => {
      await journal.writer.open();
      await journal.writer.close();
      await expect(journal.writer.append(batchOf(1, 1))).rejects.toMatchObject({
        name: 'StorageError',
        code: 'closed',
      });
    });

    it('fails when there is no room, and goes on when there is', async (test) => {
      const { fill } = journal;
      if (!fill) return test.skip(`${name} has no way to run out of room here; the tests of the whole process do it`);
      await journal.writer.open();
      await journal.writer.append(batchOf(1, 1));
      fill(true);
      await expect(journal.writer.append(batchOf(2, 1))).rejects.toMatchObject({ name: 'StorageError', code: 'full' });
      expect(await ids(0, 1000)).toEqual([1]);
      fill(false);
      expect(await journal.writer.open()).toMatchObject({ nextSeq: 2, lastBatch: 1 });
      expect((await journal.writer.append(batchOf(2, 1))).id).toBe(2);
    });
  });
}

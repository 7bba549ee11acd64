import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalBatch, JournalStore, JournalWriter } from '../../domain/ports-journal.ts';

/** A journal as the contract needs it: its writer, a reader beside it, and another process after this one. */
export interface JournalUnderTest {
  writer: JournalWriter;
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

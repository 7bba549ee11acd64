import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SeriesReading } from '../domain/ports.ts';
import { SqliteLedger } from '../stores/sqlite/ledger.ts';
import { SeriesBuffer } from './series-buffer.ts';

const ID = 'plug/0/laser';
let folder: string;
let ledger: SqliteLedger;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-series-'));
  ledger = new SqliteLedger(path.join(folder, 'ledger.db'));
  await ledger.putSeries({ id: ID, connector: 'plug', channel: 0, machine: 'laser', main: true, holdMs: null });
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

const reading = (at: number, w: number, wh = Number.NaN): SeriesReading => ({ at, w, wh });
const stored = () => ledger.readings(ID, 0, Number.MAX_SAFE_INTEGER);

describe('SeriesBuffer', () => {
  it('tells from where on something changed', async () => {
    const buffer = new SeriesBuffer(ID, ledger);
    expect(await buffer.add([reading(10, 1), reading(20, 2)])).toBe(10);
    expect(await buffer.add([reading(10, 1)])).toBeNull();
    expect(await buffer.add([reading(20, 1), reading(20, 2)])).toBeNull();
    expect(await buffer.add([reading(20, 3)])).toBe(20);
    expect(await buffer.add([reading(15, 3), reading(30, 1)])).toBe(15);
    await buffer.flush();
    expect(await stored()).toEqual([reading(10, 1), reading(15, 3), reading(20, 3), reading(30, 1)]);
  });

  it('keeps the largest of each at one millisecond', async () => {
    const buffer = new SeriesBuffer(ID, ledger);
    await buffer.add([reading(10, 5, 100)]);
    await buffer.add([reading(10, 4, 101)]);
    await buffer.add([reading(10, Number.NaN, 99)]);
    await buffer.flush();
    expect(await stored()).toEqual([reading(10, 5, 101)]);
  });

  it('holds what a map by instant holds, however the readings come', async () => {
    const step = fc.record({
      // Up to more than a block at once.
      from: fc.nat(3000),
      count: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 500, max: 700 })),
      every: fc.integer({ min: 1, max: 3 }),
      w: fc.nat(3),
      next: fc.constantFrom('nothing', 'flush', 'another'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        await ledger.replaceReadings(ID, 0, Number.MAX_SAFE_INTEGER, []);
        const expected = new Map<number, number>();
        let buffer = new SeriesBuffer(ID, ledger);
        for (const { from, count, every, w, next } of steps) {
          const readings = Array.from({ length: count }, (_, index) => reading(from + index * every, w));
          let changed: number | null = null;
          for (const { at } of readings) {
            if (w <= (expected.get(at) ?? -1)) continue;
            expected.set(at, w);
            changed ??= at;
          }
          expect(await buffer.add(readings)).toBe(changed);
          if (next !== 'nothing') await buffer.flush();
          if (next === 'another') buffer = new SeriesBuffer(ID, ledger);
        }
        await buffer.flush();
        const sorted = [...expected].sort(([a], [b]) => a - b).map(([at, w]) => reading(at, w));
        expect(await stored()).toEqual(sorted);
      }),
      { numRuns: 100 },
    );
  });
});

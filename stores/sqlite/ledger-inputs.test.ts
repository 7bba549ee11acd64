import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SeriesReading } from '../../domain/ports.ts';
import { DAY_MS } from '../../domain/time.ts';
import { SqliteLedger } from './ledger.ts';

const DAY = Math.floor(Date.UTC(2026, 2, 3) / DAY_MS) * DAY_MS;
const SERIES = { id: 'plug/0/laser', connector: 'plug', channel: 0, machine: 'laser', main: true, holdMs: 25_000 };

function noisy(from: number, n: number): SeriesReading[] {
  let seed = 7;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  let wh = 1000;
  return Array.from({ length: n }, (_, index) => {
    const w = Math.round(300 + random() * 20);
    wh = Math.round(wh + w / 360);
    return { at: from + index * 10_000, w, wh };
  });
}

/** Stays loose: it is the newest block. */
const NEWEST = [{ at: DAY + 9 * DAY_MS, w: 1, wh: 1 }];

let folder: string;
let ledger: SqliteLedger;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-pack-'));
  ledger = new SqliteLedger(path.join(folder, 'ledger.db'));
  await ledger.putSeries(SERIES);
});

afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

async function packAll(before: number): Promise<{ days: number; bytes: number; readings: number }> {
  const sum = { days: 0, bytes: 0, readings: 0 };
  for (let day = await ledger.packReadings(before); day; day = await ledger.packReadings(before)) {
    sum.days += 1;
    sum.bytes += day.bytes;
    sum.readings += day.readings;
  }
  return sum;
}

describe('packReadings()', () => {
  it('keeps every reading, in at most 2 bytes each when the watts are noisy', async () => {
    const readings = noisy(DAY, 3 * 8640);
    for (let at = 0; at < readings.length; at += 512) {
      const block = readings.slice(at, at + 512);
      await ledger.replaceReadings(
        SERIES.id,
        (block[0] as SeriesReading).at,
        (block.at(-1) as SeriesReading).at + 1,
        block,
      );
    }
    await ledger.replaceReadings(SERIES.id, DAY + 9 * DAY_MS, DAY + 10 * DAY_MS, NEWEST);
    expect(await ledger.looseReadings(DAY + 4 * DAY_MS)).toMatchObject({ count: readings.length });
    const packed = await packAll(DAY + 4 * DAY_MS);
    expect(await ledger.looseReadings(DAY + 4 * DAY_MS)).toEqual({ count: 0, bytes: 0 });
    expect(packed.readings).toBe(readings.length);
    expect(packed.bytes / packed.readings).toBeLessThanOrEqual(2);
    expect(await ledger.readings(SERIES.id, 0, DAY + 9 * DAY_MS)).toEqual(readings);
    expect(await ledger.readings(SERIES.id, DAY + 1000, DAY + 30_000)).toEqual(readings.slice(1, 3));
  });

  it('leaves what is younger, and packs a day again into which a late reading fell', async () => {
    const readings = noisy(DAY, 1000);
    await ledger.replaceReadings(SERIES.id, DAY, DAY + DAY_MS, readings);
    await ledger.replaceReadings(SERIES.id, DAY + 9 * DAY_MS, DAY + 10 * DAY_MS, NEWEST);
    expect(await ledger.packReadings(DAY)).toBeNull();
    expect((await packAll(DAY + DAY_MS)).readings).toBe(1000);
    const late = { at: DAY + 5, w: 900, wh: Number.NaN };
    await ledger.replaceReadings(SERIES.id, late.at, late.at + 1, [late]);
    expect((await packAll(DAY + DAY_MS)).readings).toBe(1001);
    expect(await ledger.readings(SERIES.id, 0, DAY + DAY_MS)).toEqual([readings[0], late, ...readings.slice(1)]);
  });

  it('leaves the newest block of a series, which may be in use', async () => {
    await ledger.replaceReadings(SERIES.id, DAY, DAY + DAY_MS, noisy(DAY, 600));
    expect(await ledger.packReadings(DAY + DAY_MS)).toMatchObject({ blocks: 1, readings: 512 });
    expect(await ledger.packReadings(DAY + DAY_MS)).toBeNull();
    expect(await ledger.newestBlock(SERIES.id)).toHaveLength(88);
  });

  it('takes a packed day back with its transaction', async () => {
    await ledger.replaceReadings(SERIES.id, DAY, DAY + DAY_MS, noisy(DAY, 100));
    await ledger.replaceReadings(SERIES.id, DAY + 9 * DAY_MS, DAY + 10 * DAY_MS, NEWEST);
    await ledger.commit({ batch: 1, seq: 1 });
    expect(await ledger.packReadings(DAY + DAY_MS)).not.toBeNull();
    await ledger.rollback();
    expect(await ledger.packReadings(DAY + DAY_MS)).not.toBeNull();
    expect(await ledger.readings(SERIES.id, 0, DAY + DAY_MS)).toHaveLength(100);
  });
});

import { rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SeriesReading } from '../../domain/ports.ts';
import { SqliteLedger } from '../../stores/sqlite/ledger.ts';
import { throwAwayFolder } from '../process/running-fabmeter.ts';
import { fill, mayMount, mounted, tries } from '../process/small-disk.ts';

const DAY_MS = 86_400_000;
const DAYS = 40;
const SERIES = { id: 'plug/0/laser', connector: 'plug', channel: 0, machine: 'laser', main: true, holdMs: 25_000 };

if (!mayMount) console.info('skipped: packing on a full disk (mounting is not allowed here)');

function readingsOf(day: number): SeriesReading[] {
  return Array.from({ length: 2000 }, (_, n) => ({
    at: day * DAY_MS + n * 10_000,
    w: (n * 7919 + day) % 10_007,
    wh: Number.NaN,
  }));
}

async function packAll(ledger: SqliteLedger): Promise<void> {
  while (await ledger.packReadings(DAYS * DAY_MS)) await ledger.commit({ batch: 1, seq: 1 });
}

describe.runIf(mayMount)('packing on a full disk', () => {
  it('fails and changes nothing, and goes on when there is room', async () => {
    const folder = mounted(['-t', 'tmpfs', '-o', 'size=8m', 'none'], throwAwayFolder());
    const ledger = new SqliteLedger(path.join(folder, 'ledger.db'));
    await ledger.putSeries(SERIES);
    const all = Array.from({ length: DAYS + 1 }, (_, day) => readingsOf(day)).flat();
    await ledger.replaceReadings(SERIES.id, 0, (DAYS + 1) * DAY_MS, all);
    await ledger.commit({ batch: 1, seq: 1 });
    const filler = path.join(folder, 'filler');
    expect(tries(() => fill(filler))).toBe(false);
    await expect(packAll(ledger)).rejects.toMatchObject({ name: 'StorageError', code: 'full' });
    await ledger.rollback();
    expect(await ledger.readings(SERIES.id, 0, DAYS * DAY_MS * 2)).toEqual(all);
    rmSync(filler);
    await packAll(ledger);
    expect((await ledger.looseReadings(DAYS * DAY_MS)).count).toBe(0);
    expect(await ledger.readings(SERIES.id, 0, DAYS * DAY_MS * 2)).toEqual(all);
    await ledger.close();
  });
});

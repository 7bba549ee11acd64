import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LedgerReader } from '../../domain/ports.ts';
import { TIERS } from '../../domain/tier.ts';
import { activity, testLedgerReader } from '../../test/contracts/ledger-reader.ts';
import { type LedgerWriterUnderTest, testLedgerWriter } from '../../test/contracts/ledger-writer.ts';
import { SqliteLedger } from './ledger.ts';
import { SqliteLedgerReader } from './ledger-reader.ts';

function open(): { folder: string; file: string; ledger: SqliteLedger } {
  const folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-ledger-'));
  const file = path.join(folder, 'ledger.db');
  return { folder, file, ledger: new SqliteLedger(file) };
}

testLedgerReader('SQLite, beside its writer', async () => {
  const { folder, file, ledger } = open();
  const reader = new SqliteLedgerReader(file);
  return {
    reader,
    put: async (machine, { readings, series = [], tiers, ...layers }) => {
      for (const one of series) await ledger.putSeries(one);
      if (readings) await ledger.replaceReadings(readings.series, 0, Number.MAX_SAFE_INTEGER, readings.readings);
      const rows = { activity: [], service: [], sessions: [], energy: [], ...layers };
      await ledger.replaceLayers(machine, null, null, rows);
      for (const tier of tiers ? TIERS : [])
        await ledger.replaceTiers(machine, tier, 0, Number.MAX_SAFE_INTEGER, tiers?.[tier] ?? []);
      await ledger.commit({ batch: 0, seq: 0 });
    },
    remove: async () => {
      await reader.close();
      await ledger.close();
      rmSync(folder, { recursive: true });
    },
  };
});

function underTest(folder: string, file: string, ledger: SqliteLedger): LedgerWriterUnderTest {
  return {
    ledger,
    // Closing takes back what is open, as the next process does after a crash.
    crash: async () => {
      await ledger.close();
      return underTest(folder, file, new SqliteLedger(file));
    },
    remove: async () => {
      await ledger.close();
      rmSync(folder, { recursive: true });
    },
  };
}

testLedgerWriter('SQLite', async () => {
  const { folder, file, ledger } = open();
  return underTest(folder, file, ledger);
});

describe('SqliteLedgerReader.snapshot()', () => {
  it('reads one moment while the writer goes on, several at once too', async () => {
    const { folder, file, ledger } = open();
    const reader = new SqliteLedgerReader(file);
    const write = async (start: number) => {
      const layers = { activity: [activity(start, start + 10)], service: [], sessions: [], energy: [] };
      await ledger.replaceLayers('laser', null, null, layers);
      await ledger.commit({ batch: start, seq: start });
    };
    const count = async (still: LedgerReader) => (await still.activity('laser', 0, 1000)).length;
    await write(10);
    const counts = await reader.snapshot(async (older) => {
      const before = await count(older);
      await write(20);
      const inner = await reader.snapshot(async (newer) => [await count(newer), await count(older)]);
      await write(30);
      return [before, ...inner, await count(older)];
    });
    expect(counts).toEqual([1, 2, 1, 1]);
    expect(await reader.snapshot(count)).toBe(3);
    await reader.close();
    await ledger.close();
    rmSync(folder, { recursive: true });
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { RollupHour } from '../../domain/rollup.ts';
import { MemoryLedger } from '../memory/ledger.ts';
import { SqliteLedger } from './ledger.ts';
import { ROLLUP_COLUMNS } from './ledger-schema.ts';

const HOUR = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'fabmeter-sums-'));
const ledger = new SqliteLedger(join(folder, 'ledger.db'));

afterAll(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

const rollupArb = fc
  .record({ slot: fc.nat(40), n: fc.nat(HOUR), open: fc.boolean(), metered: fc.boolean() })
  .map(({ slot, n, open, metered }): RollupHour => {
    const figures = Object.fromEntries(ROLLUP_COLUMNS.map((name, index) => [name, (n + index) % HOUR]));
    const hidden = ROLLUP_COLUMNS.filter((name) =>
      name.includes('pen') || name === 'outsideMs' ? !open : name.endsWith('Wh') && !metered,
    );
    return {
      machine: 'm',
      lab: 'l',
      hour: slot * HOUR,
      ...figures,
      ...Object.fromEntries(hidden.map((name) => [name, null])),
    } as RollupHour;
  });

it('rollupSums() of SQLite are those of the ledger in memory', async () => {
  const rows = fc.uniqueArray(rollupArb, { selector: ({ hour }) => hour, maxLength: 30 });
  const edges = fc
    .uniqueArray(fc.nat(45), { minLength: 2, maxLength: 6 })
    .map((list) => list.sort((a, b) => a - b).map((slot) => slot * HOUR));
  await fc.assert(
    fc.asyncProperty(rows, edges, async (rollups, at) => {
      rollups.sort((a, b) => a.hour - b.hour);
      const memory = new MemoryLedger();
      memory.of('m').rollups = rollups;
      await ledger.replaceRollups('m', 0, Number.MAX_SAFE_INTEGER, rollups);
      expect(await ledger.rollupSums('m', at)).toEqual(await memory.rollupSums('m', at));
    }),
    { numRuns: 1000 },
  );
  expect(await ledger.rollupSums('never heard', [0, HOUR])).toMatchObject([
    { hours: 0, runningMs: 0, openMs: 0, energyWh: null },
  ]);
});

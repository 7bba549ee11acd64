import { testLedgerReader } from '../../test/contracts/ledger-reader.ts';
import { MemoryLedger } from './ledger.ts';

testLedgerReader('memory', async () => {
  const ledger = new MemoryLedger();
  return {
    reader: ledger,
    put: async (machine, { readings, ...rows }) => {
      Object.assign(ledger.of(machine), rows);
      if (readings) ledger.of(machine).readings.set(readings.series, readings.readings);
    },
    remove: async () => undefined,
  };
});

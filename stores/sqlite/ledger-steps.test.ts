import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FoldState } from '../../domain/fold-state.ts';
import { applyInput, initialFold } from '../../domain/machine-fold.ts';
import { mixedDigest } from '../../ingest/fold-rules.ts';
import { badge, clock, counter, LASER } from '../../test/naive/story.ts';
import { SqliteLedger } from './ledger.ts';
import { LEDGER_STEPS } from './ledger-schema.ts';
import { migrate } from './migrations.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-steps-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function stateOf(isHeld: boolean): FoldState {
  const state = initialFold(clock('08:00'));
  const inputs = [...counter('08:30', 0.1 + 0.2, 1e-7), ...counter('08:40', 17, 2 / 3), ...badge('09:00', 'ada')];
  const emit = { activity() {}, service() {}, session() {}, energy() {} };
  for (const input of isHeld ? [...inputs, ...counter('09:10', 18, 5)] : inputs.slice(0, 2))
    applyInput(state, input, LASER, emit);
  return state;
}

/** As it was kept before there were classes. */
function earlier(state: FoldState): string {
  const { classes: _, ...session } = state.session;
  const { people: __, ...open } = session.open ?? { people: null };
  return JSON.stringify({ ...state, session: { ...session, open: session.open && open } });
}

describe('a ledger from before classes', () => {
  it.each([true, false])(
    'keeps its folds and checkpoints, in the same words as new ones (held: %s)',
    async (isHeld) => {
      const state = stateOf(isHeld);
      expect(state.session.open !== null).toBe(isHeld);
      const file = path.join(folder, 'ledger.db');
      const step = LEDGER_STEPS.findIndex((sql) => sql.includes('$.session.classes'));
      const old = new DatabaseSync(file);
      migrate(old, LEDGER_STEPS.slice(0, step), file);
      old.prepare('INSERT INTO machine(no, id) VALUES (1, ?)').run('laser-1');
      old.prepare('INSERT INTO fold VALUES (1, ?, 0, 0, ?)').run(earlier(state), 'rules');
      old.prepare('INSERT INTO checkpoint VALUES (1, 5, ?)').run(earlier(state));
      old
        .prepare(
          "INSERT INTO session VALUES (1, 7, 'laser-1~7', 9, 'badge', 'idle', 'certain', 0, 0, 2, NULL, 'm', 'a')",
        )
        .run();
      old.close();
      const ledger = new SqliteLedger(file);
      expect((await ledger.load()).folds.map((fold) => fold.state)).toEqual([JSON.stringify(state)]);
      expect((await ledger.checkpointAt('laser-1', 5))?.state).toBe(JSON.stringify(state));
      expect(await ledger.sessions(['laser-1'], 0, 10)).toMatchObject([{ id: 'laser-1~7', people: null }]);
      await ledger.close();
    },
  );
});

describe('a ledger from before maintenance that was not heard', () => {
  const HOUR = 3_600_000;
  const hours = [
    { machine: 1, name: 'nothing unknown', open: HOUR, unknown: 0, maintenance: 1000, both: 0 },
    { machine: 1, name: 'all unknown', open: HOUR, unknown: HOUR, maintenance: 1000, both: 1000 },
    { machine: 1, name: 'all maintenance', open: HOUR, unknown: 1000, maintenance: HOUR, both: 1000 },
    { machine: 1, name: 'not open', open: null, unknown: null, maintenance: null, both: null },
    {
      machine: 2,
      name: 'nobody knows how they meet',
      open: HOUR,
      unknown: 2_000_000,
      maintenance: 2_000_000,
      both: 400_000,
    },
    { machine: 3, name: 'both, long after its maintenance', open: HOUR, unknown: 9, maintenance: 9, both: 0 },
  ];

  async function upgraded(): Promise<SqliteLedger> {
    const file = path.join(folder, 'ledger.db');
    const step = LEDGER_STEPS.findIndex((sql) => sql.includes('ADD COLUMN unknownMaintenanceOpenMs'));
    const old = new DatabaseSync(file);
    migrate(old, LEDGER_STEPS.slice(0, step), file);
    // The fourth is in maintenance now, and the fifth never was.
    for (const no of [1, 2, 3, 4, 5]) {
      old.prepare('INSERT INTO machine(no, id) VALUES (?, ?)').run(no, `laser-${no}`);
      const state = JSON.stringify({ service: { state: no === 4 ? 'maintenance' : 'up' } });
      old.prepare("INSERT INTO fold VALUES (?, ?, 0, 0, 'rules')").run(no, state);
      old.prepare('INSERT INTO tiered VALUES (?)').run(no);
      const service = old.prepare("INSERT INTO service VALUES (?, ?, ?, ?, 'declared')");
      if (no < 4) service.run(no, 0, (no === 3 ? 4 : 5) * HOUR - 1, 'maintenance');
      if (no === 5) service.run(no, 0, 5 * HOUR, 'fault');
      old.prepare("INSERT INTO rollup_day VALUES (?, 0, 'lab', ?)").run(no, new Uint8Array(20 * 8));
    }
    const put = old.prepare(
      `INSERT INTO rollup(machine, hour, lab, offMs, openMs, unknownOpenMs, maintenanceOpenMs) VALUES (?, ?, 'lab', 0, ?, ?, ?)`,
    );
    for (const [index, { machine, open, unknown, maintenance }] of hours.entries())
      put.run(machine, index * HOUR, open, unknown, maintenance);
    old.close();
    return new SqliteLedger(file);
  }

  it.each(hours.map((hour, index) => ({ ...hour, index })))(
    'has of an hour with $name what follows from it',
    async ({ machine, index, both }) => {
      const ledger = await upgraded();
      const range = [index * HOUR, (index + 1) * HOUR] as const;
      expect(await ledger.rollups([`laser-${machine}`], ...range)).toMatchObject([{ unknownMaintenanceOpenMs: both }]);
      expect(await ledger.rollupSums(`laser-${machine}`, range)).toMatchObject([{ unknownMaintenanceOpenMs: both }]);
      await ledger.close();
    },
  );

  it('computes again what does not follow, and adds up again where there was maintenance', async () => {
    const ledger = await upgraded();
    const { folds } = await ledger.load();
    expect(folds.filter(({ rules }) => rules === mixedDigest('rules')).map(({ machine }) => machine)).toEqual([
      'laser-2',
      'laser-4',
    ]);
    const tiered = await Promise.all(folds.map(({ machine }) => ledger.isTiered(machine)));
    expect(tiered).toEqual([false, false, false, false, true]);
    expect(await ledger.tiers('laser-5', 'day', 0, 1)).toMatchObject([{ start: 0, unknownMaintenanceOpenMs: 0 }]);
    await ledger.close();
  });
});

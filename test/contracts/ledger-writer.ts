import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MachineInput } from '../../domain/machine-input.ts';
import type { Series, SeriesReading } from '../../domain/ports.ts';
import type { LedgerWriter, SettledLayers } from '../../domain/ports-ledger.ts';
import { activity, plain, session, tierSum } from './ledger-reader.ts';

/** A ledger's writer as the contract needs it. */
export interface LedgerWriterUnderTest {
  ledger: LedgerWriter;
  /** The process dies; this is what the next one finds. */
  crash(): Promise<LedgerWriterUnderTest>;
  remove(): Promise<void>;
}

const SERIES: Series = {
  id: 'plug/a/laser',
  connector: 'plug',
  channel: 'a',
  machine: 'laser',
  main: true,
  holdMs: 25_000,
};
const FOREVER = Number.MAX_SAFE_INTEGER;
const MARKS = { activity: 20, service: 20, session: 20, energy: 20 };
const BADGE: MachineInput & { kind: 'badge' } = {
  kind: 'badge',
  at: 15,
  reader: 'reader/0',
  token: 't',
  member: null,
  audience: null,
  action: 'tap',
};

function layers(more: Partial<SettledLayers>): SettledLayers {
  return { activity: [], service: [], sessions: [], energy: [], ...more };
}

function readingsOf(from: number, count: number, w = 1): SeriesReading[] {
  return Array.from({ length: count }, (_, index) => ({ at: from + index * 10, w, wh: Number.NaN }));
}

/** What every `LedgerWriter` promises. */
export function testLedgerWriter(name: string, open: () => Promise<LedgerWriterUnderTest>): void {
  describe(`LedgerWriter in ${name}`, () => {
    let underTest: LedgerWriterUnderTest;
    let ledger: LedgerWriter;
    beforeEach(async () => {
      underTest = await open();
      ledger = underTest.ledger;
    });
    afterEach(() => underTest.remove());

    const activityStarts = async () => (await ledger.activity('laser', 0, FOREVER)).map(({ start }) => start);

    it('begins at nothing', async () => {
      expect(await ledger.load()).toEqual({ cursor: { batch: 0, seq: 0 }, folds: [], series: [], online: [] });
      expect(await ledger.firstInputAt('laser', 0)).toBeNull();
      expect(await ledger.newestBlock(SERIES.id)).toEqual([]);
      expect(await ledger.checkpointBefore('laser', FOREVER)).toBeUndefined();
    });

    it('reads what was written before it is committed, and forgets it when it is taken back', async () => {
      await ledger.replaceLayers('laser', null, null, layers({ activity: [activity(10, 20)] }));
      await ledger.commit({ batch: 1, seq: 10 });
      await ledger.replaceLayers('laser', null, null, layers({ activity: [activity(20, 30)] }));
      await ledger.putFold({ machine: 'other', state: '{}', rolledFrom: 0, rolledUntil: 0, rules: 'r' });
      expect(await activityStarts()).toEqual([10, 20]);
      await ledger.rollback();
      expect(await activityStarts()).toEqual([10]);
      expect(await ledger.fold('other')).toBeUndefined();
      expect((await ledger.load()).cursor).toEqual({ batch: 1, seq: 10 });
      await ledger.putFold({ machine: 'other', state: '{}', rolledFrom: 0, rolledUntil: 0, rules: 'r' });
      await ledger.commit({ batch: 2, seq: 11 });
      expect(await ledger.fold('other')).toMatchObject({ state: '{}' });
    });

    it('gives the next process what was committed with the cursor, and nothing else', async () => {
      const fold = { machine: 'laser', state: '{"a":1}', rolledFrom: 3, rolledUntil: 4, rules: 'digest' };
      await ledger.putSeries(SERIES);
      await ledger.putFold(fold);
      await ledger.putOnline('plug', true, 5);
      await ledger.putInputs('laser', [BADGE]);
      await ledger.replaceReadings(SERIES.id, 0, 100, readingsOf(0, 3));
      await ledger.putCheckpoint('laser', { at: 7, state: '{}' });
      await ledger.commit({ batch: 2, seq: 20 });
      await ledger.putFold({ ...fold, state: '{"a":2}' });
      await ledger.putOnline('plug', false, 6);
      await ledger.replaceReadings(SERIES.id, 0, 100, []);
      await ledger.dropCheckpoints('laser', 0, 100);
      underTest = await underTest.crash();
      ledger = underTest.ledger;
      expect(await ledger.load()).toEqual({
        cursor: { batch: 2, seq: 20 },
        folds: [fold],
        series: [SERIES],
        online: [{ connector: 'plug', online: true, at: 5 }],
      });
      expect(await ledger.readings(SERIES.id, 0, 100)).toEqual(readingsOf(0, 3));
      expect(await ledger.inputs('laser', 0, 100)).toEqual([BADGE]);
      expect(await ledger.checkpointAt('laser', 7)).toEqual({ at: 7, state: '{}' });
      expect(await ledger.cursor()).toBe(20);
    });

    it('replaces the layers that start between two watermarks', async () => {
      const all = [10, 20, 30].map((start) => activity(start, start + 10));
      await ledger.replaceLayers('laser', null, null, layers({ activity: all }));
      await ledger.replaceLayers('saw', null, null, layers({ activity: all }));
      const until = { activity: 30, service: 30, session: 30, energy: 30 };
      await ledger.replaceLayers('laser', MARKS, until, layers({ activity: [activity(20, 25), activity(25, 30)] }));
      expect(await activityStarts()).toEqual([10, 20, 25, 30]);
      await ledger.replaceLayers('laser', MARKS, null, layers({}));
      expect(await activityStarts()).toEqual([10]);
      expect(await ledger.activity('saw', 0, FOREVER)).toHaveLength(3);
    });

    it('replaces sessions, service and energy too', async () => {
      const hour = (at: number) => ({ series: SERIES.id, hour: at, wh: 1, recoveredWh: 0 });
      const service = { start: 20, end: 30, state: 'fault' as const, source: 'declared' as const };
      const some = layers({ sessions: [session('laser', 20, 30)], service: [service], energy: [hour(10), hour(20)] });
      await ledger.replaceLayers('laser', null, null, some);
      await ledger.replaceLayers('laser', MARKS, null, layers({}));
      expect(await ledger.sessions(['laser'], 0, FOREVER)).toEqual([]);
      expect(await ledger.service('laser', 0, FOREVER)).toEqual([]);
      expect(await ledger.energy('laser', 0, FOREVER)).toEqual([hour(10)]);
    });

    it('keeps the energy of sessions when it is known', async () => {
      const sessions = [session('laser', 10, 20), session('laser', 30, 40)];
      await ledger.replaceLayers('laser', null, null, layers({ sessions }));
      expect(await ledger.sessionsWithoutEnergy('laser', 39)).toEqual([sessions[0]]);
      await ledger.putSessionEnergy('laser', sessions[0]?.id ?? '', 12.5);
      expect((await ledger.sessionsWithoutEnergy('laser', 40)).map(({ start }) => start)).toEqual([30]);
      expect(await ledger.sessions(['laser'], 0, 20)).toEqual([{ ...sessions[0], energyWh: 12.5 }]);
    });

    it('puts into the place of forgotten badges that something was heard', async () => {
      const badge = (at: number): MachineInput => ({ ...BADGE, at });
      const up: MachineInput = { kind: 'service', at: 15, state: 'up' };
      await ledger.putInputs('laser', [badge(10), badge(15), { ...BADGE, token: 'other' }, badge(20), up]);
      await ledger.putInputs('saw', [badge(10)]);
      expect(await ledger.frozenUntil('laser')).toBeNull();
      expect(await ledger.firstBadgeAt('laser', 11)).toBe(15);
      expect((await ledger.badges('laser', 20)).count).toBe(3);
      expect((await ledger.forgetBadges('laser', 20)).count).toBe(3);
      await ledger.putFrozenUntil('laser', 20);
      const heard = (at: number): MachineInput => ({ kind: 'heard', at });
      expect(await ledger.inputs('laser', 0, 100)).toEqual([heard(10), up, heard(15), badge(20)]);
      expect(await ledger.inputs('saw', 0, 100)).toEqual([badge(10)]);
      expect(await ledger.badges('laser', 20)).toEqual({ count: 0, bytes: 0 });
      expect(await ledger.frozenUntil('laser')).toBe(20);
      expect(await ledger.firstBadgeAt('laser', 0)).toBe(20);
    });

    it('keeps the newest of the old checkpoints of each stretch, and all young ones', async () => {
      for (const at of [10, 12, 19, 21, 25, 31, 35, 41]) await ledger.putCheckpoint('laser', { at, state: '{}' });
      await ledger.putCheckpoint('saw', { at: 10, state: '{}' });
      expect(await ledger.oldCheckpoints('laser', 35, 10)).toEqual({ count: 3, bytes: 6 });
      expect(await ledger.thinCheckpoints('laser', 35, 10)).toEqual({ count: 3, bytes: 6 });
      expect((await ledger.checkpoints('laser', 0)).map(({ at }) => at)).toEqual([19, 25, 31, 35, 41]);
      expect((await ledger.checkpoints('laser', 31)).map(({ at }) => at)).toEqual([31, 35, 41]);
      expect(await ledger.checkpoints('saw', 0)).toHaveLength(1);
    });

    it('tells which machines have a fold, and keeps what was committed when it is synced and wiped', async () => {
      const fold = { state: '{}', rolledFrom: 0, rolledUntil: 0, rules: 'r' };
      for (const machine of ['saw', 'laser']) await ledger.putFold({ machine, ...fold });
      await ledger.commit({ batch: 3, seq: 4 });
      await ledger.sync();
      await ledger.wipe();
      expect(await ledger.foldedMachines()).toEqual(['laser', 'saw']);
      expect((await ledger.load()).cursor).toEqual({ batch: 3, seq: 4 });
    });

    it('takes an input that is there already once, and gives them in order', async () => {
      const up: MachineInput = { kind: 'service', at: 15, state: 'up' };
      const later: MachineInput = { kind: 'service', at: 20, state: 'up' };
      await ledger.putInputs('laser', [later, BADGE, up]);
      await ledger.putInputs('laser', [BADGE]);
      expect(await ledger.inputs('laser', 0, 100)).toEqual([up, BADGE, later]);
      expect(await ledger.inputs('laser', 15, 20)).toEqual([up, BADGE]);
      expect(await ledger.inputs('saw', 0, 100)).toEqual([]);
    });

    it('replaces readings in a range, over blocks of any size, and touches no others', async () => {
      await ledger.putSeries(SERIES);
      await ledger.replaceReadings(SERIES.id, 0, 10_000, readingsOf(0, 1000));
      await ledger.replaceReadings(SERIES.id, 5000, 5020, [{ at: 5005, w: 9, wh: 1 }]);
      const expected = [...readingsOf(0, 500), { at: 5005, w: 9, wh: 1 }, ...readingsOf(5020, 498)];
      expect(await ledger.readings(SERIES.id, 0, FOREVER)).toEqual(expected);
      await ledger.replaceReadings(SERIES.id, 0, FOREVER, []);
      expect(await ledger.readings(SERIES.id, 0, FOREVER)).toEqual([]);
    });

    it('gives the newest block of readings', async () => {
      await ledger.putSeries(SERIES);
      await ledger.replaceReadings(SERIES.id, 0, 30, readingsOf(0, 3));
      expect(await ledger.newestBlock(SERIES.id)).toEqual(readingsOf(0, 3));
    });

    it('finds the first input at or after an instant, readings too', async () => {
      await ledger.putSeries(SERIES);
      await ledger.replaceReadings(SERIES.id, 100, 130, readingsOf(100, 3));
      await ledger.putInputs('laser', [{ ...BADGE, at: 50 }]);
      expect(await ledger.firstInputAt('laser', 0)).toBe(50);
      expect(await ledger.firstInputAt('laser', 51)).toBe(100);
      expect(await ledger.firstInputAt('laser', 121)).toBeNull();
    });

    it('finds checkpoints, replaces and drops them', async () => {
      for (const at of [10, 20, 30]) await ledger.putCheckpoint('laser', { at, state: `"${at}"` });
      await ledger.putCheckpoint('laser', { at: 20, state: '"new"' });
      expect(await ledger.checkpointBefore('laser', 29)).toEqual({ at: 20, state: '"new"' });
      expect(await ledger.checkpointBefore('laser', 30)).toEqual({ at: 30, state: '"30"' });
      expect(await ledger.checkpointBefore('laser', 9)).toBeUndefined();
      expect(await ledger.checkpointAt('laser', 21)).toBeUndefined();
      expect(await ledger.checkpointBefore('saw', 100)).toBeUndefined();
      await ledger.dropCheckpoints('laser', 10, 30);
      expect(await ledger.checkpointBefore('laser', 29)).toBeUndefined();
      expect(await ledger.checkpointAt('laser', 30)).toBeDefined();
    });

    it('changes a series that is known', async () => {
      await ledger.putSeries(SERIES);
      await ledger.putSeries({ ...SERIES, main: false, holdMs: null });
      expect(await ledger.series('laser')).toEqual([{ ...SERIES, main: false, holdMs: null }]);
    });

    it('replaces the sums of one tier, and numbers their members again when a transaction was taken back', async () => {
      const sums = [10, 20, 30].map((start) => tierSum('laser', start, ['ada', `at ${start}`]));
      await ledger.replaceTiers('laser', 'day', 0, 100, sums);
      await ledger.rollback();
      expect(plain(await ledger.tiers('laser', 'day', 0, 100))).toEqual([]);
      await ledger.replaceTiers('laser', 'month', 0, 100, [tierSum('laser', 10, ['bob'])]);
      await ledger.replaceTiers('laser', 'day', 0, 100, sums);
      await ledger.commit({ batch: 1, seq: 1 });
      await ledger.replaceTiers('laser', 'day', 20, 30, [tierSum('laser', 25, ['bob', 'eve'])]);
      const expected = [sums[0], tierSum('laser', 25, ['bob', 'eve']), sums[2]];
      expect(plain(await ledger.tiers('laser', 'day', 0, 100))).toEqual(expected);
      expect(plain(await ledger.tiers('laser', 'month', 0, 100))).toEqual([tierSum('laser', 10, ['bob'])]);
    });

    it('gives visits as corrections left them', async () => {
      const [first, second] = [session('laser', 10, 20), session('laser', 30, 40)];
      await ledger.replaceLayers('laser', null, null, layers({ sessions: [first, second] }));
      const corrected = { ...second, start: 32, end: 50, endCause: 'corrected' as const, member: 'eve' };
      const replaced = [{ id: second.id, start: second.start }];
      await ledger.changeCorrected('laser', { sessions: [], replaced: [] }, { sessions: [corrected], replaced });
      const visits = [first, corrected].map(({ start, end, endCause, member, people }) => ({
        ...{ start, end, endCause, member, people },
      }));
      expect(await ledger.visits('laser', 0, 100)).toEqual(visits);
      expect(await ledger.visits('laser', 0, 31)).toEqual(visits.slice(0, 1));
      expect(await ledger.visits('laser', 45, 60)).toEqual(visits.slice(1));
    });

    it('gives hundreds of machines at one moment as it gives each', async () => {
      const machines = Array.from({ length: 300 }, (_, index) => `machine-${index}`);
      for (const [index, machine] of machines.entries()) {
        const folded = session(machine, 10, 20);
        await ledger.replaceLayers(machine, null, null, layers({ sessions: [folded] }));
        if (index % 100 !== 50) continue;
        const replaced = [{ id: folded.id, start: folded.start }];
        const sessions = index < 200 ? [{ ...folded, start: 12 }] : [];
        await ledger.changeCorrected(machine, { sessions: [], replaced: [] }, { sessions, replaced });
      }
      await ledger.inRebuild('machine-299', () =>
        ledger.replaceLayers('machine-299', null, null, layers({ sessions: [session('machine-299', 11, 20)] })),
      );
      await ledger.takeRebuild('machine-299');
      await ledger.commit({ batch: 1, seq: 1 });
      const asked = [...machines, 'nobody'];
      const starts = await ledger.snapshot(async (still) => {
        const found: string[] = [];
        for (const machine of asked)
          found.push((await still.sessions([machine], 0, 100)).map(({ start }) => start).join());
        return found;
      });
      const expected = new Map([
        ['machine-50', '12'],
        ['machine-150', '12'],
        ['machine-250', ''],
        ['machine-299', '11'],
        ['nobody', ''],
      ]);
      expect(starts).toEqual(asked.map((machine) => expected.get(machine) ?? '10'));
    });

    it('knows of which machines the tiers follow', async () => {
      expect(await ledger.isTiered('laser')).toBe(false);
      await ledger.putTiered('laser');
      await ledger.commit({ batch: 1, seq: 1 });
      underTest = await underTest.crash();
      ledger = underTest.ledger;
      expect([await ledger.isTiered('laser'), await ledger.isTiered('saw')]).toEqual([true, false]);
    });

    describe('another set of computed rows', () => {
      const one = (start: number) => layers({ activity: [activity(start, start + 10)] });
      const fold = (state: string) => ({ machine: 'laser', state, rolledFrom: 0, rolledUntil: 0, rules: state });

      beforeEach(async () => {
        await ledger.putInputs('laser', [BADGE]);
        await ledger.replaceLayers('laser', null, null, one(10));
        await ledger.putFold(fold('old'));
        await ledger.inRebuild('laser', async () => {
          await ledger.replaceLayers('laser', null, null, one(20));
          await ledger.putCheckpoint('laser', { at: 7, state: '{}' });
          await ledger.putFold(fold('new'));
        });
      });

      it('is seen within its work alone, beside the same inputs', async () => {
        expect(await activityStarts()).toEqual([10]);
        expect((await ledger.load()).folds).toEqual([fold('old')]);
        expect(await ledger.checkpointBefore('laser', FOREVER)).toBeUndefined();
        await ledger.inRebuild('laser', async () => {
          expect(await activityStarts()).toEqual([20]);
          expect(await ledger.fold('laser')).toEqual(fold('new'));
          expect(await ledger.inputs('laser', 0, FOREVER)).toEqual([BADGE]);
        });
        expect(await ledger.rebuilds()).toEqual(['laser']);
      });

      it('is nothing of a machine that was never heard of', async () => {
        const rows = async () => [
          ...(await ledger.activity('stranger', 0, FOREVER)),
          ...(await ledger.foldedSessions('stranger', 0, FOREVER)),
          ...(await ledger.inputs('stranger', 0, FOREVER)),
          await ledger.fold('stranger'),
        ];
        expect(await rows()).toEqual([undefined]);
        await ledger.takeRebuild('laser');
        expect(await rows()).toEqual([undefined]);
      });

      it('takes the place of the other with its commit, and not before', async () => {
        await ledger.commit({ batch: 1, seq: 1 });
        await ledger.takeRebuild('laser');
        expect(await activityStarts()).toEqual([20]);
        underTest = await underTest.crash();
        ledger = underTest.ledger;
        expect(await activityStarts()).toEqual([10]);
        await ledger.takeRebuild('laser');
        await ledger.commit({ batch: 1, seq: 1 });
        underTest = await underTest.crash();
        ledger = underTest.ledger;
        expect(await activityStarts()).toEqual([20]);
        expect((await ledger.load()).folds).toEqual([fold('new')]);
        expect(await ledger.inputs('laser', 0, FOREVER)).toEqual([BADGE]);
        expect(await ledger.rebuilds()).toEqual(['laser']);
      });

      it('is dropped piece by piece, and may be made again', async () => {
        await ledger.takeRebuild('laser');
        await ledger.inRebuild('laser', () => ledger.replaceLayers('laser', null, null, one(30)));
        expect(await ledger.dropRebuild('laser', 1)).toBe(false);
        while (!(await ledger.dropRebuild('laser', 1)));
        expect(await ledger.rebuilds()).toEqual([]);
        expect(await activityStarts()).toEqual([20]);
        await ledger.inRebuild('laser', async () => {
          expect(await activityStarts()).toEqual([]);
          expect(await ledger.fold('laser')).toBeUndefined();
          await ledger.replaceLayers('laser', null, null, one(40));
        });
        await ledger.takeRebuild('laser');
        expect(await activityStarts()).toEqual([40]);
      });
    });

    it('refuses to work when it is closed', async () => {
      await ledger.close();
      await ledger.close();
      await expect(ledger.putOnline('plug', true, 1)).rejects.toMatchObject({ name: 'StorageError' });
    });
  });
}

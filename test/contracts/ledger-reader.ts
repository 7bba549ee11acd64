import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from '../../domain/layers.ts';
import type { LedgerReader, Series, SeriesReading } from '../../domain/ports.ts';
import type { Tier, TierSum } from '../../domain/tier.ts';
import { emptySum } from '../../domain/usage-sum.ts';

/** Rows of one machine to put into a ledger. */
export interface LedgerRows {
  activity?: ActivityInterval[];
  service?: ServiceInterval[];
  sessions?: Session[];
  energy?: EnergyHour[];
  series?: Series[];
  tiers?: Record<Tier, TierSum[]>;
  readings?: { series: string; readings: SeriesReading[] };
}

/** A ledger as the contract needs it. */
export interface LedgerUnderTest {
  reader: LedgerReader;
  put(machine: string, rows: LedgerRows): Promise<void>;
  remove(): Promise<void>;
}

/** An interval of activity. */
export function activity(start: number, end: number): ActivityInterval {
  return { start, end, activity: 'running', source: 'power', bridgedMs: 1, censored: start % 2 === 1 };
}

/** A closed session. */
export function session(machine: string, start: number, end: number): Session {
  return {
    id: `${machine}~${start.toString(36)}`,
    machine,
    start,
    end,
    startCause: 'badge',
    endCause: 'badge-out',
    confidence: 'certain',
    runningMs: 1,
    standbyMs: 2,
    unknownMs: 3,
    energyWh: null,
    member: 'ada',
    audience: 'public',
    people: machine === 'saw' ? 12 : null,
  };
}

/** A sum of a day or month; what its lab does not declare and nothing measures is null. */
export function tierSum(machine: string, start: number, members: string[]): TierSum {
  const { windowMs: _, members: __, machines: ___, unmetered: ____, ...nothing } = emptySum();
  return { ...nothing, machine, lab: 'attic', start, offMs: start + 1, openMs: null, recoveredWh: 0.25, members };
}

/** Sums of a tier with their members as tokens. */
export function plain(sums: readonly TierSum[]): TierSum[] {
  return sums.map((sum) => ({ ...sum, members: [...sum.members] }));
}

const SERIES: Series = {
  id: 'plug/0/laser',
  connector: 'plug',
  channel: 0,
  machine: 'laser',
  main: true,
  holdMs: null,
};

/** What every `LedgerReader` promises. */
export function testLedgerReader(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`LedgerReader in ${name}`, () => {
    let ledger: LedgerUnderTest;
    beforeEach(async () => {
      ledger = await open();
    });
    afterEach(() => ledger.remove());

    const starts = (rows: readonly { start: number }[]) => rows.map(({ start }) => start);

    it('knows nothing of a machine that it never heard of', async () => {
      const { reader } = ledger;
      expect(await reader.cursor()).toBe(0);
      expect(await reader.fold('laser')).toBeUndefined();
      for (const list of [
        await reader.activity('laser', 0, 9e12),
        await reader.service('laser', 0, 9e12),
        await reader.sessions(['laser', 'saw'], 0, 9e12),
        await reader.energy('laser', 0, 9e12),
        await reader.rollups(['laser'], 0, 9e12),
        await reader.series('laser'),
        await reader.readings('plug/0/laser', 0, 9e12),
      ])
        expect(list).toEqual([]);
    });

    it.each([
      ['all', 0, 100, [10, 20, 40]],
      ['what ends after its beginning, not at it', 20, 40, [20]],
      ['what begins before its end, not at it', 0, 20, [10]],
      ['one that it lies in, whole', 22, 23, [20]],
      ['nothing in a hole', 30, 40, []],
      ['two that it cuts', 29, 41, [20, 40]],
    ])('gives of activity %s', async (_what, from, to, expected) => {
      await ledger.put('laser', { activity: [activity(10, 20), activity(20, 30), activity(40, 50)] });
      const found = await ledger.reader.activity('laser', from, to);
      expect(starts(found)).toEqual(expected);
      for (const one of found) expect(one).toEqual(activity(one.start, one.end));
    });

    it('gives service intervals that overlap, the one without end too', async () => {
      const service: ServiceInterval[] = [
        { start: 0, end: 10, state: 'up', source: 'declared' },
        { start: 10, end: 20, state: 'fault', source: 'machine' },
        { start: 20, end: null, state: 'up', source: 'declared' },
      ];
      await ledger.put('laser', { service });
      expect(await ledger.reader.service('laser', 0, 100)).toEqual(service);
      expect(starts(await ledger.reader.service('laser', 10, 20))).toEqual([10]);
      expect(starts(await ledger.reader.service('laser', 1000, 1001))).toEqual([20]);
    });

    it('gives sessions of several machines by start, then machine', async () => {
      await ledger.put('saw', { sessions: [session('saw', 10, 20), session('saw', 30, 40)] });
      await ledger.put('laser', { sessions: [session('laser', 10, 30), session('laser', 35, 50)] });
      const ids = async (machines: string[], from: number, to: number) =>
        (await ledger.reader.sessions(machines, from, to)).map(({ machine, start }) => `${machine} ${start}`);
      expect(await ids(['saw', 'laser'], 0, 100)).toEqual(['laser 10', 'saw 10', 'saw 30', 'laser 35']);
      expect(await ids(['saw', 'laser'], 20, 35)).toEqual(['laser 10', 'saw 30']);
      expect(await ids(['saw'], 20, 30)).toEqual([]);
      expect(await ledger.reader.sessions(['saw'], 30, 31)).toEqual([session('saw', 30, 40)]);
    });

    it('gives of sessions who was there and when', async () => {
      const other = { ...session('saw', 30, 40), member: 'eve', people: null };
      await ledger.put('saw', { sessions: [session('saw', 10, 20), other] });
      const first = { start: 10, end: 20, endCause: 'badge-out', member: 'ada', people: 12 };
      const second = { start: 30, end: 40, endCause: 'badge-out', member: 'eve', people: null };
      expect(await ledger.reader.visits('saw', 0, 100)).toEqual([first, second]);
      expect(await ledger.reader.visits('saw', 19, 30)).toEqual([first]);
      expect(await ledger.reader.visits('saw', 20, 31)).toEqual([second]);
      expect(await ledger.reader.visits('laser', 0, 100)).toEqual([]);
    });

    it('gives hours of energy that begin in the range', async () => {
      const energy = [0, 10, 20].map((hour) => ({ series: 'plug/0/laser', hour, wh: hour / 3, recoveredWh: 1 }));
      await ledger.put('laser', { energy });
      expect(await ledger.reader.energy('laser', 10, 20)).toEqual([energy[1]]);
      expect(await ledger.reader.energy('laser', 0, 21)).toEqual(energy);
    });

    it('gives sums of days and months that begin in the range, with their members', async () => {
      const day = [tierSum('laser', 10, ['ada', 'bob']), tierSum('laser', 20, []), tierSum('laser', 30, ['bob'])];
      const month = [tierSum('laser', 10, ['bob', 'ada'])];
      await ledger.put('laser', { tiers: { day, month } });
      await ledger.put('saw', { tiers: { day: [tierSum('saw', 10, ['eve'])], month: [] } });
      const { reader } = ledger;
      expect(plain(await reader.tiers('laser', 'day', 10, 30))).toEqual(day.slice(0, 2));
      expect(plain(await reader.tiers('laser', 'day', 11, 31))).toEqual(day.slice(1));
      expect(plain(await reader.tiers('laser', 'month', 0, 100))).toEqual(month);
      expect(plain(await reader.tiers('saw', 'day', 0, 100))).toEqual([tierSum('saw', 10, ['eve'])]);
      expect(plain(await reader.tiers('drill', 'day', 0, 100))).toEqual([]);
    });

    it('reads in a snapshot what it reads without, and hands on what went wrong', async () => {
      await ledger.put('laser', { activity: [activity(10, 20)] });
      const { reader } = ledger;
      expect(starts(await reader.snapshot((still) => still.activity('laser', 0, 100)))).toEqual([10]);
      const wrong = reader.snapshot(async () => {
        throw new RangeError('no such day');
      });
      await expect(wrong).rejects.toThrow('no such day');
      await ledger.put('laser', { activity: [activity(10, 20), activity(20, 30)] });
      expect(starts(await reader.snapshot((still) => still.activity('laser', 0, 100)))).toEqual([10, 20]);
    });

    it('gives readings in the range, with what was not reported', async () => {
      const readings = [
        { at: 10, w: 1, wh: Number.NaN },
        { at: 20, w: Number.NaN, wh: 2.5 },
        { at: 30, w: -3.25, wh: 3 },
      ];
      await ledger.put('laser', { series: [SERIES], readings: { series: SERIES.id, readings } });
      expect(await ledger.reader.series('laser')).toEqual([SERIES]);
      expect(await ledger.reader.readings(SERIES.id, 10, 30)).toEqual(readings.slice(0, 2));
      expect(await ledger.reader.readings(SERIES.id, 0, 31)).toEqual(readings);
    });
  });
}

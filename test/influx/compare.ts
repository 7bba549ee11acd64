import { expect } from 'vitest';
import type { FoldState } from '../../domain/fold-state.ts';
import type { Session } from '../../domain/layers.ts';
import { finishFold } from '../../domain/machine-fold.ts';
import { MachineReading } from '../../domain/machine-reading.ts';
import { openingIntervals } from '../../domain/opening.ts';
import { type MachineHistory, type RollupHour, rollupHours, type Totals } from '../../domain/rollup.ts';
import { intersectSpans } from '../../domain/spans.ts';
import { stayAt } from '../../domain/stay.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { SLOT_MS } from '../../ingest/export/lab-export.ts';
import { labsOf, machineSettings } from '../../ingest/rules.ts';
import { SqliteLedgerChanges } from '../../stores/sqlite/ledger-changes.ts';
import type { ExportHouse } from './export-house.ts';
import type { Influxd } from './influxd.ts';

const FIGURES: [string, keyof Totals][] = [
  ['running_s', 'runningMs'],
  ['unknown_s', 'unknownMs'],
  ['badged_s', 'badgedMs'],
  ['open_s', 'openMs'],
  ['sessions', 'sessions'],
];

/** The same history in a lab that is open in its public hours only. */
function inPublicHours(history: MachineHistory, from: number, to: number): MachineHistory {
  const opening = openingIntervals(history.stay.lab, from, to)?.filter(({ state }) => state === 'public');
  return { ...history, opening: opening ?? null };
}

/** Expects that InfluxDB says of each machine what queries say: sums, and the state at every exported instant. */
export async function compareWithLedger(house: ExportHouse, influxd: Influxd, settledOnly = false): Promise<void> {
  const ledger = new SqliteLedgerChanges(house.path('ledger.db'));
  for (const [id, { stays, kind, rules }] of machineSettings(house.registry)) {
    const fold = await ledger.fold(id);
    if (!fold) continue;
    const foldState = JSON.parse(fold.state) as FoldState;
    const reading = new MachineReading(id, house.now, ledger, fold, () => finishFold(foldState, house.now, rules));
    const tags = `machine = '${id}'`;
    const sessions = (await reading.sessions(0, Number.MAX_SAFE_INTEGER)).filter(({ end }) => end !== null);
    const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
    expect(await influxd.number(`SELECT sum(sessions) FROM session WHERE ${tags}`)).toBe(sessions.length);
    expect(await influxd.number(`SELECT sum(seconds) FROM session WHERE ${tags}`)).toBeCloseTo(
      sum(sessions.map(({ start, end }) => (end! - start) / 1000)),
      6,
    );
    const to = Math.floor((settledOnly ? fold.rolledUntil : house.now) / HOUR_MS) * HOUR_MS;
    const begun = (await reading.activity(0, Number.MAX_SAFE_INTEGER)).find((one) => one.activity !== 'unknown')?.start;
    const from = fold.rolledUntil > 0 ? fold.rolledFrom : Math.floor((begun ?? to) / HOUR_MS) * HOUR_MS;
    const hours: RollupHour[] = [];
    const publicHours: RollupHour[] = [];
    for (const stay of from < to ? stays : []) {
      if (stay.start >= to || stay.end <= from) continue;
      const history = await reading.history(stay, from, to);
      hours.push(...rollupHours(history, from, to));
      publicHours.push(...rollupHours(inPublicHours(history, from, to), from, to));
    }
    const figures = [
      ...FIGURES.map(([field, figure]) => [field, figure, hours] as const),
      ['public_s', 'openMs', publicHours] as const,
      ['held_public_s', 'heldOpenMs', publicHours] as const,
    ];
    for (const [field, figure, totals] of figures) {
      for (const lab of labsOf({ stays })) {
        const there = totals.filter((hour) => hour.lab === lab);
        const exported = await influxd.number(`SELECT sum(${field}) FROM usage_hour WHERE ${tags} AND lab = '${lab}'`);
        const expected = sum(there.map((hour) => (hour[figure] as number) / (field.endsWith('_s') ? 1000 : 1)));
        expect([lab, field, exported ?? 0]).toEqual([lab, field, expect.closeTo(expected, 6)]);
      }
    }
    const activity = await reading.activity(0, Number.MAX_SAFE_INTEGER);
    const { standbyW = null, runningW = null, stopW = null } = rules.signature ?? {};
    const at = new Set<number>();
    for (const lab of labsOf({ stays })) {
      const where = `${tags} AND lab = '${lab}' AND kind = '${kind}'`;
      const points = await influxd.query(`SELECT * FROM activity WHERE ${where}`);
      const here = points.filter(({ time }) => stayAt(stays, Number(time))?.lab.id === lab);
      const thresholds = here.map((one) => [one.standby_w ?? null, one.running_w ?? null, one.stop_w ?? null]);
      expect(new Set(thresholds.map(String))).toEqual(new Set(here.map(() => `${[standbyW, runningW, stopW]}`)));
      const lies = points.filter(({ time, state }) => {
        const interval = activity.find(({ start, end }) => start <= Number(time) && Number(time) < end);
        return stayAt(stays, Number(time))?.lab.id === lab
          ? interval && interval.activity !== state
          : state !== 'unknown';
      });
      expect(lies).toEqual([]);
      for (const { time } of here) at.add(Number(time));
    }
    const heard = activity.findIndex((interval) => interval.activity !== 'unknown');
    const missing = heard < 0 ? [] : activity.slice(heard).filter(({ start }) => !at.has(start));
    expect(missing.filter(({ start }) => !settledOnly || start < foldState.settled)).toEqual([]);
  }
  if (!settledOnly) await comparePeople(house, influxd, ledger);
  await ledger.close();
}

/** Expects that the people of each lab are counted right at every exported instant, and at every one since the first. */
async function comparePeople(house: ExportHouse, influxd: Influxd, ledger: SqliteLedgerChanges): Promise<void> {
  const settings = [...machineSettings(house.registry)];
  for (const lab of new Set(settings.flatMap(([, setting]) => labsOf(setting)))) {
    const sessions: Session[] = [];
    for (const [id, setting] of settings) {
      const fold = await ledger.fold(id);
      const there = setting.stays.filter((stay) => stay.lab.id === lab);
      if (there.length === 0 || !fold) continue;
      const rest = finishFold(JSON.parse(fold.state) as FoldState, house.now, setting.rules);
      const reading = new MachineReading(id, house.now, ledger, fold, () => rest);
      for (const session of await reading.sessions(0, Number.MAX_SAFE_INTEGER)) {
        const spans = intersectSpans([{ start: session.start, end: session.end ?? house.now }], there);
        sessions.push(...spans.map((span) => ({ ...session, ...span })));
      }
    }
    const points = await influxd.query(`SELECT people FROM occupancy WHERE lab = '${lab}'`);
    const wrong = points.filter(({ time, people }) => {
      const there = sessions.filter(({ start, end }) => start <= Number(time) && Number(time) < (end ?? house.now));
      return new Set(there.map(({ member }) => member)).size !== people;
    });
    expect(wrong).toEqual([]);
    const times = points.map(({ time }) => Number(time));
    expect(times.filter((time, index) => index > 0 && time - (times[index - 1] as number) !== SLOT_MS)).toEqual([]);
    if (sessions.length > 0 && house.registry.connectors.some((connector) => connector.lab === lab))
      expect(times.length).toBeGreaterThan(0);
  }
}

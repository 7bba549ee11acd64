import { describe, expect, it } from 'vitest';
import { type RunningFabmeter, runFabmeter, startFabmeter, throwAwayFolder } from '../process/running-fabmeter.ts';
import {
  type Day,
  payloadsOf,
  REDUCED_MACHINE,
  type Run,
  readDay,
  recordedLab,
  send,
  settled,
} from './recorded-lab.ts';
import { hasRecordings, PROJECTOR_DAY, type Reading, type Recording, readRecordings } from './recordings.ts';

const { recordings, reduced } = hasRecordings
  ? readRecordings(Date.now())
  : { recordings: [], reduced: { readings: [], days: new Map<string, string>() } };
const READINGS = recordings.reduce((sum, { readings }) => sum + readings.length, reduced.readings.length);
const SINGLE = 'breadcutter';
const PER_MESSAGE = 500;
const HOLD_MS = 60_000;

/** What the first process said, for the tests after it. */
const days = new Map<string, Day>();

/** The messages of each machine: lists, and single readings for one of them. */
function messages(order: <T>(list: readonly T[]) => readonly T[]): [string, string[]][] {
  const all = [...recordings, { machine: REDUCED_MACHINE, readings: reduced.readings }];
  return all.map(({ machine, readings }) => {
    const numbered = readings.map((reading, seq) => ({ ...reading, seq }));
    return [machine, payloadsOf(order(numbered), machine.startsWith(SINGLE) ? 1 : PER_MESSAGE)];
  });
}

/** Any order, the same every time. */
function shuffled<T>(list: readonly T[]): T[] {
  const mixed = [...list];
  let state = 7;
  for (let index = mixed.length - 1; index > 0; index--) {
    state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647;
    const other = state % (index + 1);
    [mixed[index], mixed[other]] = [mixed[other] as T, mixed[index] as T];
  }
  return mixed;
}

async function sendAll(fabmeter: RunningFabmeter, all: readonly [string, string[]][]): Promise<void> {
  for (const [machine, payloads] of all) await send(fabmeter, machine, payloads);
  await settled(fabmeter);
}

async function readAll(fabmeter: RunningFabmeter): Promise<Map<string, Day>> {
  const read = new Map<string, Day>();
  for (const { machine, day } of recordings) read.set(machine, await readDay(fabmeter, machine, day));
  for (const [date, day] of reduced.days) read.set(date, await readDay(fabmeter, REDUCED_MACHINE, day));
  return read;
}

/** Stored events that are not about connections. */
async function powerEvents(fabmeter: RunningFabmeter): Promise<number> {
  const stored = await fabmeter.metric('fabmeter_events_stored_total');
  const online = (await fabmeter.events()).filter(({ kind }) => kind === 'online');
  return stored - online.length;
}

async function stopAndVerify(fabmeter: RunningFabmeter, data: string): Promise<void> {
  expect(await fabmeter.stop()).toMatchObject({ code: 0 });
  const verified = await runFabmeter(['verify', '--data', data]);
  expect(verified.out).toMatch(
    new RegExp(`^verified \\d+ events of ${recordings.length + 1} machines: everything agrees$`, 'm'),
  );
  expect(verified.code).toBe(0);
}

function dayOf(machine: string): Day {
  const [, day] = [...days].find(([name]) => name.startsWith(machine)) ?? [];
  if (!day) throw new Error(`nothing was read of ${machine}: the recordings were not sent`);
  return day;
}

function lengthsS(runs: readonly Run[]): number[] {
  return runs.map(({ startS, endS }) => endS - startS);
}

/**
 * The runs of the reference by our rule, which differs twice. A run ends at the first reading below `stopW`, the
 * reference counts it to the last one above. And a dip is as long as it was seen, from its first reading to the next
 * one above; the reference measures it from the last reading above, so that a dip of just under `stopAfterS` parts two
 * of its sessions which are one run of ours (once, on the coffee maker).
 */
function expectedRuns({ reference, readings, offsetS, begin }: Recording): Run[] {
  const stamps = readings.map(({ at }) => (at - begin) / 1000);
  const runs: Run[] = [];
  for (const { start, last_above_lo } of reference.sessions) {
    const lastS = offsetS(last_above_lo);
    const endS = stamps.reduce((first, at) => (at > lastS && at < first ? at : first), Number.POSITIVE_INFINITY);
    const before = runs.at(-1);
    if (before && offsetS(start) - before.endS < reference.off_delay_s) before.endS = endS;
    else runs.push({ startS: offsetS(start), endS });
  }
  return runs;
}

/** Watt hours of readings that hold until the next one, and `HOLD_MS` at most. */
function integralWh(readings: readonly Reading[], isHole: 'held' | 'left out'): number {
  return readings.reduce((wh, { at, w }, index) => {
    const gapMs = (readings[index + 1]?.at ?? at) - at;
    const heldMs = isHole === 'held' ? Math.min(gapMs, HOLD_MS) : gapMs > HOLD_MS ? 0 : Math.max(gapMs, 0);
    return wh + (w * heldMs) / 3_600_000;
  }, 0);
}

/** What we make of a recording: in order of time, of several readings of one instant the largest. */
function inOrder(readings: readonly Reading[]): Reading[] {
  const largest = new Map<number, number>();
  for (const { at, w } of readings) largest.set(at, Math.max(w, largest.get(at) ?? 0));
  return [...largest].map(([at, w]) => ({ at, w })).sort((a, b) => a.at - b.at);
}

if (!hasRecordings) it.skip('sends no recordings: ../shared/data/power is not here', () => undefined);

describe.skipIf(!hasRecordings)('recorded days of real machines, sent over MQTT', () => {
  it('are taken in order and, repeated, counted once; verify agrees', { timeout: 240_000 }, async () => {
    expect(recordings).toHaveLength(8);
    const data = throwAwayFolder();
    const fabmeter = await startFabmeter({ data, registry: recordedLab(recordings) });
    const all = messages((readings) => readings);
    await sendAll(fabmeter, all);
    for (const [name, day] of await readAll(fabmeter)) days.set(name, day);
    expect(await powerEvents(fabmeter)).toBe(READINGS);
    await sendAll(fabmeter, all);
    expect(await readAll(fabmeter)).toEqual(days);
    expect(await powerEvents(fabmeter)).toBe(READINGS);
    await stopAndVerify(fabmeter, data);
  });

  it('shuffled give the same numbers; verify agrees', { timeout: 240_000 }, async () => {
    const data = throwAwayFolder();
    const fabmeter = await startFabmeter({ data, registry: recordedLab(recordings) });
    await sendAll(fabmeter, messages(shuffled));
    expect(await readAll(fabmeter)).toEqual(days);
    await stopAndVerify(fabmeter, data);
  });

  it.each(recordings)('$machine has the runs of the reference', (recording) => {
    const { runs, usage } = dayOf(recording.machine);
    expect(runs).toEqual(expectedRuns(recording));
    expect(usage.runningS).toBe(lengthsS(runs).reduce((sum, length) => sum + length, 0));
  });

  it.each(recordings)('$machine has the energy of the reference', ({ machine, readings, reference, begin }) => {
    const { usage } = dayOf(machine);
    // The reference takes the rows as they stand: of one instant the last counts, time that comes again counts twice,
    // and holes of more than 60 s add nothing. It is rounded to 0.1 Wh.
    expect(integralWh(readings, 'left out')).toBeCloseTo(reference.kwh_gapcap60 * 1000, 1);
    // We take the largest of one instant and each instant once, and a reading holds its 60 s into a hole.
    const midnight = { at: begin + 24 * 3_600_000, w: 0 };
    expect(usage.energyWh).toBeCloseTo(integralWh([...inOrder(readings), midnight], 'held'), 2);
  });

  it.each(recordings)('$machine has a day of 24 hours', ({ machine }) => {
    const { offS, standbyS, runningS, unknownS } = dayOf(machine).usage;
    expect(offS + standbyS + runningS + unknownS).toBe(86_400);
  });

  it('a washing machine has two cycles, not 126 crossings of a threshold', () => {
    expect(lengthsS(dayOf('washing-2011-12-17').runs)).toEqual([7323, 8922]);
  });

  it('a hole of 8072 s is unknown, but for the 60 s that the reading before it holds', () => {
    expect(Math.max(...lengthsS(dayOf('hairdryer').unknown))).toBe(8072 - 60);
  });

  it('one sample of a bread cutter is a run', () => {
    expect(lengthsS(dayOf('breadcutter').runs)).toEqual([5, 4, 9, 5, 6, 1, 2, 1]);
  });

  it('38 pulses of a thermostat are one use of an iron', () => {
    expect(dayOf('iron').runs).toHaveLength(1);
  });

  it('a projector behind a deadband of 5 W and a heartbeat of 300 s has the same runs', () => {
    const full = dayOf('videoprojector-2012-02-08');
    const few = dayOf(PROJECTOR_DAY);
    expect(few.runs).toHaveLength(2);
    for (const [index, { startS, endS }] of full.runs.entries()) {
      expect(Math.abs((few.runs[index]?.startS ?? 0) - startS)).toBeLessThanOrEqual(300);
      expect(Math.abs((few.runs[index]?.endS ?? 0) - endS)).toBeLessThanOrEqual(300);
    }
    expect(Math.abs(few.usage.energyWh - full.usage.energyWh)).toBeLessThanOrEqual(5 * 24);
    expect(reduced.days.size).toBe(19);
  });
});

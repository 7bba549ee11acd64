import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Calibration, type CalibrationInput, calibrate } from './calibration.ts';
import { traitsOf } from './kind.ts';
import type { SeriesReading } from './ports.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';

const FOLDER = new URL('../../shared/data/power/', import.meta.url);
const isThere = existsSync(FOLDER);
const SEVEN_DAYS = 7 * DAY_MS;

const reading = (at: number, w: number): SeriesReading => ({ at, w, wh: Number.NaN });

/** A reading each minute of `days` days: `onW` during the first `runMin` minutes of each of `runs` evenly spread runs, else `offW`. */
function machine(days: number, runs: number, { onW = 200, offW = 2, runMin = 60, noise = 0 } = {}): CalibrationInput {
  const until = days * DAY_MS;
  const every = runs === 0 ? Number.POSITIVE_INFINITY : until / runs;
  const readings: SeriesReading[] = [];
  for (let at = 0; at < until; at += MINUTE_MS) {
    // A run does not begin with the first reading: nothing would be seen of what comes before it.
    const isOn = (at + every / 2) % every < runMin * MINUTE_MS;
    const wobble = 1 + noise * Math.sin(at / 7919);
    readings.push(reading(at, (isOn ? onW : offW) * wobble));
  }
  return { series: [{ holdMs: 150_000, readings }], until, traits: { stopAfterMs: 180_000 }, current: null };
}

function reasonOf(calibration: Calibration): string {
  return calibration.kind === 'refusal' ? calibration.reason : calibration.kind;
}

describe('calibrate() on made-up machines', () => {
  it('proposes Otsu’s threshold with stop at 0.8 and start at 1.25 of it', () => {
    const calibration = calibrate(machine(2, 4));
    const { split } = calibration.evidence;
    // Halfway, by factor, between the bin of all below 5 W and the bin of 200 W.
    expect(split?.thresholdW).toBeCloseTo(33.4, 1);
    expect(calibration).toMatchObject({
      kind: 'proposal',
      signature: { standbyW: 5, runningW: 41.8, stopW: 26.7, runAfterMs: 0, stopAfterMs: 180_000, bridgeMs: 600_000 },
    });
    expect(calibration.evidence.runs).toHaveLength(4);
    expect(calibration.evidence.after).toMatchObject({ runs: 4, runningMs: 4 * HOUR_MS, unknownMs: 0 });
    expect(calibration.evidence.before).toBeNull();
  });

  it('says what would change against the thresholds that hold now', () => {
    const current = { standbyW: 1, runningW: 900, stopW: 720, runAfterMs: 0, stopAfterMs: 60_000, bridgeMs: 600_000 };
    const { before, after } = calibrate({ ...machine(2, 4), current }).evidence;
    expect(before).toEqual({ runs: 0, runningMs: 0, standbyMs: 2 * DAY_MS, offMs: 0, unknownMs: 0 });
    expect(after).toEqual({
      runs: 4,
      runningMs: 4 * HOUR_MS,
      standbyMs: 0,
      offMs: 2 * DAY_MS - 4 * HOUR_MS,
      unknownMs: 0,
    });
  });

  it.each([
    ['no reading at all', 'not-enough-time', machine(0, 0)],
    ['two runs in six days', 'not-enough-time', machine(6, 2)],
    ['three runs in one day', 'proposal', machine(1, 3)],
    ['two runs in seven days', 'too-few-runs', machine(7, 2)],
    ['three runs in seven days', 'proposal', machine(7, 3)],
    ['seven days of nothing', 'single-mode', machine(7, 0, { offW: 0 })],
    ['seven days of one noisy level', 'single-mode', machine(7, 0, { offW: 100, noise: 0.3 })],
    ['a level that is never off, and runs', 'proposal', machine(2, 4, { offW: 40, onW: 900, noise: 0.1 })],
    ['runs hardly above idling', 'single-mode', machine(7, 7, { offW: 100, onW: 118 })],
  ])('%s: %s', (_, expected, input) => {
    const calibration = calibrate(input);
    expect(reasonOf(calibration)).toBe(expected);
    if (calibration.kind === 'refusal') expect(calibration.sentence.length).toBeGreaterThan(20);
  });

  it('joins pulses that are nearer to each other than the off-delay of the kind', () => {
    // On for a minute, off for two, all day.
    const readings = Array.from({ length: 1440 }, (_, minute) =>
      reading(minute * MINUTE_MS, minute % 3 === 0 ? 800 : 0),
    );
    const input = (stopAfterMs: number): CalibrationInput => ({
      ...machine(0, 0),
      series: [{ holdMs: 150_000, readings }],
      until: DAY_MS,
      traits: { stopAfterMs },
    });
    expect(calibrate(input(traitsOf('heat-press', {}).stopAfterMs)).evidence.after?.runs).toBe(1);
    const { runs, after } = calibrate(input(traitsOf('band-saw', {}).stopAfterMs)).evidence;
    expect(after?.runs).toBe(480);
    // The newest are listed.
    expect(runs).toHaveLength(100);
    expect(runs.at(-1)?.start).toBe(DAY_MS - 3 * MINUTE_MS);
  });

  it('adds up main channels, each as long as it is known', () => {
    const { series, until, traits } = machine(2, 4);
    const [{ readings } = { readings: [] }] = series;
    const halves = readings.map(({ at, w }) => reading(at, w / 2));
    const two = calibrate({
      series: [
        { holdMs: 150_000, readings: halves },
        { holdMs: null, readings: halves },
      ],
      until,
      traits,
      current: null,
    });
    expect(two).toMatchObject({ kind: 'proposal', signature: { runningW: 41.8 } });
    const swapped = calibrate({
      series: [
        { holdMs: 150_000, readings: readings.slice(0, 1000) },
        { holdMs: 150_000, readings: readings.slice(1000) },
      ],
      until,
      traits,
      current: null,
    });
    expect(swapped.evidence.after?.runningMs).toBe(4 * HOUR_MS);
  });

  it('parts any two levels that are far enough from each other, and partitions the time', () => {
    const arb = fc.record({
      offW: fc.double({ min: 0, max: 50, noNaN: true }),
      factor: fc.double({ min: 2.5, max: 100, noNaN: true }),
      runs: fc.integer({ min: 3, max: 8 }),
      runMin: fc.integer({ min: 1, max: 90 }),
    });
    fc.assert(
      fc.property(arb, ({ offW, factor, runs, runMin }) => {
        const onW = Math.max(offW, 5) * factor;
        const calibration = calibrate(machine(1, runs, { offW, onW, runMin }));
        const { evidence } = calibration;
        expect(calibration.kind).toBe('proposal');
        expect(evidence.split!.thresholdW).toBeGreaterThan(Math.max(offW, 5) * 0.99);
        expect(evidence.split!.thresholdW).toBeLessThan(onW);
        expect(evidence.split!.separability).toBeGreaterThan(0.9);
        const { runningMs, standbyMs, offMs, unknownMs } = evidence.after!;
        expect(runningMs + standbyMs + offMs + unknownMs).toBe(DAY_MS);
        expect(evidence.bins.reduce((sum, { ms }) => sum + ms, 0)).toBe(evidence.knownMs);
      }),
      { numRuns: 1000 },
    );
  });
});

interface Reference {
  file: string;
  lo_w: number;
  hi_w: number;
  off_delay_s: number;
  sessions: unknown[];
}

const references: Reference[] = isThere
  ? (JSON.parse(readFileSync(new URL('reference-sessions.json', FOLDER), 'utf8')) as Reference[])
  : [];

/** The recordings' wall time is read as if it were UTC: all of a day lies on one side of a clock change. */
function dayOf(file: string): SeriesReading[] {
  const largest = new Map<number, number>();
  const lines = gunzipSync(readFileSync(new URL(file, FOLDER)))
    .toString()
    .trim()
    .split('\n');
  for (const line of lines) {
    const [time = '', w] = line.split(';');
    const [, day, month, year, clock] = /^(\d+)\/(\d+)\/(\d+) (.*)$/.exec(time) ?? [];
    const at = Date.parse(`${year}-${month}-${day}T${clock}Z`);
    largest.set(at, Math.max(largest.get(at) ?? 0, Number(w)));
  }
  return [...largest].sort(([a], [b]) => a - b).map(([at, w]) => reading(at, w));
}

/** A week of the same day. */
function week(day: readonly SeriesReading[]): SeriesReading[] {
  return Array.from({ length: 8 }, (_, count) => day.map(({ at, w }) => reading(at + count * DAY_MS, w))).flat();
}

function calibrateRecording(readings: readonly SeriesReading[], kind: string, current: CalibrationInput['current']) {
  const until = readings.at(-1)?.at ?? 0;
  return calibrate({ series: [{ holdMs: 60_000, readings }], until, traits: traitsOf(kind, {}), current });
}

/** Reference sessions, the runs of the day under proposed thresholds, and whether that is enough for a proposal. */
const DAYS: [string, string, number, string][] = [
  ['videoprojector-2012', 'projector', 2, 'not-enough-time'],
  ['washing-2011', 'washing-machine', 2, 'not-enough-time'],
  ['washing-2012', 'washing-machine', 2, 'not-enough-time'],
  // With 60 s of delay there are five: two of them are less than 180 s apart.
  ['printer-2011', 'printer', 4, 'proposal'],
  // 38 pulses of a thermostat are one use.
  ['iron-2011', 'heat-press', 1, 'not-enough-time'],
  ['breadcutter-2012', 'band-saw', 8, 'proposal'],
  ['coffeemaker-2012', 'coffee-machine', 24, 'proposal'],
  ['hairdryer-2011', 'heat-gun', 2, 'not-enough-time'],
];

// Skipped where ../shared/data/power is absent: the recordings are not part of the project.
describe.skipIf(!isThere)('calibrate() on real recordings', () => {
  it('has a case for each', () => expect(DAYS.length).toBe(references.length));

  it.each(DAYS)('%s as a %s: %d runs in a day, %s', (name, kind, runs, expected) => {
    const reference = references.find(({ file }) => file.startsWith(name))!;
    const current = {
      standbyW: 1,
      runningW: reference.hi_w,
      stopW: reference.lo_w,
      runAfterMs: 0,
      stopAfterMs: reference.off_delay_s * 1000,
      bridgeMs: 600_000,
    };
    const day = dayOf(reference.file);
    const calibration = calibrateRecording(day, kind, current);
    expect(calibration.evidence.after?.runs).toBe(runs);
    expect(reasonOf(calibration)).toBe(expected);
    // Within 10 min of what a person chose for this machine, or within 4 % where it runs for hours.
    const { before, after } = calibration.evidence;
    const slackMs = Math.max(10 * MINUTE_MS, 0.04 * before!.runningMs);
    expect(Math.abs(after!.runningMs - before!.runningMs)).toBeLessThanOrEqual(slackMs);
    const later = calibrateRecording(week(day), kind, null);
    expect(later.kind).toBe('proposal');
    expect(later.evidence.to - later.evidence.from!).toBeGreaterThanOrEqual(SEVEN_DAYS);
  });

  it('finds the projector’s 32 runs in 19 days of a plug with a deadband', () => {
    const text = readFileSync(new URL('videoprojector-19-days-deadband5W-heartbeat300s.csv', FOLDER), 'utf8');
    const readings = text
      .trim()
      .split('\n')
      .map((line) => line.split(/[;,]/))
      .filter(([, w]) => w !== undefined && Number.isFinite(Number(w)))
      .map(([time = '', w]) => reading(Date.parse(`${time.replace(' ', 'T')}Z`), Number(w)));
    expect(readings).toHaveLength(6065);
    const until = readings.at(-1)!.at;
    const traits = traitsOf('projector', {});
    const calibration = calibrate({ series: [{ holdMs: 750_000, readings }], until, traits, current: null });
    expect(calibration).toMatchObject({ kind: 'proposal', signature: { runningW: 49.6, stopW: 31.8, standbyW: 5 } });
    expect(calibration.evidence.runs).toHaveLength(32);
    expect(calibration.evidence.split?.separability).toBeGreaterThan(0.99);
  });
});

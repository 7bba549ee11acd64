import type { KindTraits } from './kind.ts';
import type { ActivityInterval } from './layers.ts';
import { applyInput, finishFold, initialFold } from './machine-fold.ts';
import type { MachineInput, MachineRules, Signature } from './machine-input.ts';
import { FLOOR_W, type PowerBin, PowerHistogram, type PowerSplit } from './power-histogram.ts';
import { type MainSeries, powerSteps } from './power-steps.ts';
import { DAY_MS } from './time.ts';

/** Hysteresis around Otsu's threshold (`usage-model.md` §2.2). */
const STOP_FACTOR = 0.8;
const START_FACTOR = 1.25;
/** What a proposal needs: this many runs; or so much time to say that there are fewer. */
const RUNS_MIN = 3;
const PATIENCE_MS = 7 * DAY_MS;
const BRIDGE_MS = 600_000;
/** How many runs the evidence lists, newest last; all are counted. */
const RUNS_LISTED_MAX = 100;

/** The readings of a machine that has no thresholds yet, or whose thresholds are in doubt. */
export interface CalibrationInput {
  /** Its main channels. */
  series: readonly MainSeries[];
  /** UTC ms: what the last readings hold to at most. */
  until: number;
  traits: Pick<KindTraits, 'stopAfterMs'>;
  /** What holds now; null when nothing does. */
  current: Signature | null;
}

/** What a signature makes of the readings, in ms. */
export interface SignatureEffect {
  runs: number;
  runningMs: number;
  standbyMs: number;
  offMs: number;
  unknownMs: number;
}

/** What a proposal, or a refusal, rests on. */
export interface CalibrationEvidence {
  /** From the first reading to `until` (UTC ms); null when there is no reading. */
  from: number | null;
  to: number;
  knownMs: number;
  bins: PowerBin[];
  split: PowerSplit | null;
  /** Runs under the thresholds that the split gives. */
  runs: { start: number; end: number; censored: boolean }[];
  /** With the signature that holds now; null when none does. */
  before: SignatureEffect | null;
  /** With the thresholds that the split gives; null without a split. */
  after: SignatureEffect | null;
}

/** Why no thresholds are proposed. */
export type CalibrationRefusal = 'not-enough-time' | 'single-mode' | 'too-few-runs';

/** Thresholds for a person to confirm, or why there are none; with evidence either way. */
export type Calibration = { evidence: CalibrationEvidence } & (
  | { kind: 'proposal'; signature: Signature }
  | { kind: 'refusal'; reason: CalibrationRefusal; sentence: string }
);

/** Proposes thresholds for a machine from its own readings (`usage-model.md` §2.2). */
export function calibrate(input: CalibrationInput): Calibration {
  const steps = powerSteps(input.series, input.until);
  const histogram = new PowerHistogram();
  for (const { start, end, w } of steps) histogram.add(w, end - start);
  const split = histogram.split();
  const from = steps[0]?.start ?? null;
  const signature = split && signatureFrom(split.thresholdW, input.traits);
  const after = signature && from !== null ? activityUnder(signature, input, from) : null;
  const runs = (after ?? []).filter(({ activity }) => activity === 'running');
  const evidence: CalibrationEvidence = {
    from,
    to: input.until,
    knownMs: steps.reduce((sum, { start, end }) => sum + end - start, 0),
    bins: histogram.bins(),
    split,
    runs: runs.slice(-RUNS_LISTED_MAX).map(({ start, end, censored }) => ({ start, end, censored })),
    before: input.current && from !== null ? effectOf(activityUnder(input.current, input, from)) : null,
    after: after && effectOf(after),
  };
  const reason = refusalOf(evidence, runs.length);
  if (reason !== null || !signature) {
    const why = reason ?? 'single-mode';
    return { kind: 'refusal', reason: why, sentence: sentenceOf(why, evidence, runs.length), evidence };
  }
  return { kind: 'proposal', signature, evidence };
}

function signatureFrom(thresholdW: number, { stopAfterMs }: CalibrationInput['traits']): Signature {
  const stopW = tenths(thresholdW * STOP_FACTOR);
  return {
    standbyW: Math.min(FLOOR_W, stopW),
    runningW: tenths(thresholdW * START_FACTOR),
    stopW,
    runAfterMs: 0,
    stopAfterMs,
    bridgeMs: BRIDGE_MS,
  };
}

function refusalOf({ from, to, split }: CalibrationEvidence, runs: number): CalibrationRefusal | null {
  const hasTwoModes = split?.hasTwoModes ?? false;
  if (hasTwoModes && runs >= RUNS_MIN) return null;
  if (from === null || to - from < PATIENCE_MS) return runs >= RUNS_MIN ? 'single-mode' : 'not-enough-time';
  return hasTwoModes ? 'too-few-runs' : 'single-mode';
}

function sentenceOf(reason: CalibrationRefusal, { from, to }: CalibrationEvidence, runs: number): string {
  const days = from === null ? 0 : Math.floor((to - from) / DAY_MS);
  const seen = `${runs} ${runs === 1 ? 'run' : 'runs'} in ${days} ${days === 1 ? 'day' : 'days'}`;
  switch (reason) {
    case 'not-enough-time':
      return `Too early to tell: ${seen} so far. Thresholds are proposed after ${RUNS_MIN} runs, or this is said again after ${PATIENCE_MS / DAY_MS} days.`;
    case 'single-mode':
      return 'The power has one level only: nothing tells running from not running. Check that the plug is on the right machine, or set the thresholds by hand.';
    case 'too-few-runs':
      return `Only ${seen}: at least ${RUNS_MIN} are needed. Use the machine, or set the thresholds by hand.`;
  }
}

/** What a signature would make of the same readings; null when there is none. */
export function signatureEffect(signature: Signature, input: CalibrationInput): SignatureEffect | null {
  const from = powerSteps(input.series, input.until)[0]?.start;
  return from === undefined ? null : effectOf(activityUnder(signature, input, from));
}

/** The activity layer that the fold makes of the readings. */
function activityUnder(signature: Signature, { series, until }: CalibrationInput, from: number): ActivityInterval[] {
  const rules: MachineRules = {
    machine: 'calibration',
    signature,
    session: { idleTimeoutMs: DAY_MS, graceMs: 0, maxMs: DAY_MS, repeatMs: 0 },
    ratedW: Number.MAX_VALUE,
    hasActivity: true,
    nextClosing: () => null,
  };
  const state = initialFold(from);
  const activity: ActivityInterval[] = [];
  const emit = { activity: (one: ActivityInterval) => activity.push(one), service() {}, session() {}, energy() {} };
  for (const input of inputsOf(series, until)) applyInput(state, input, rules, emit);
  return [...activity, ...finishFold(state, until, rules).activity];
}

function inputsOf(series: readonly MainSeries[], until: number): MachineInput[] {
  return series
    .flatMap(({ holdMs, readings }, index) =>
      readings
        .filter(({ at, w }) => at < until && !Number.isNaN(w))
        .map(({ at, w }) => ({
          kind: 'reading' as const,
          at,
          series: `main-${index}`,
          main: true,
          w,
          wh: null,
          holdMs,
        })),
    )
    .sort((a, b) => a.at - b.at);
}

function effectOf(activity: readonly ActivityInterval[]): SignatureEffect {
  const msOf = (name: string) =>
    activity.reduce((sum, { start, end, activity: one }) => (one === name ? sum + end - start : sum), 0);
  return {
    runs: activity.filter((one) => one.activity === 'running').length,
    runningMs: msOf('running'),
    standbyMs: msOf('standby'),
    offMs: msOf('off'),
    unknownMs: msOf('unknown'),
  };
}

/** Tenths of a watt: no plug measures better. */
function tenths(watts: number): number {
  return Math.round(watts * 10) / 10;
}

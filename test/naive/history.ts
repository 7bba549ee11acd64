import fc from 'fast-check';
import type { MachineInput, MachineRules } from '../../domain/machine-input.ts';

/** Watts around every threshold of `arbitraryRules`. */
const LEVELS = [0, 3, 20, 60, 79, 80, 96, 119, 120, 400];
const HOLDS = [25_000, 25_000, 25_000, 60_000, null];

const CLOSING_MS = 1_800_000;

/** Rules with short delays, so that a history of two hours meets all of them. */
export const arbitraryRules: fc.Arbitrary<MachineRules> = fc
  .record({
    hasSignature: fc.constantFrom(true, true, true, true, true, true, true, false),
    standbyW: fc.constantFrom(20, 60),
    runAfterS: fc.constantFrom(0, 0, 20, 60),
    stopAfterS: fc.constantFrom(0, 30, 60, 180),
    bridgeS: fc.constantFrom(0, 60, 600),
    idleTimeoutS: fc.constantFrom(60, 300, 900),
    graceS: fc.constantFrom(0, 60, 300),
    maxS: fc.constantFrom(900, 3600, 86_400),
    repeatS: fc.constantFrom(0, 5),
    hasActivity: fc.constantFrom(true, true, true, true, false),
  })
  .map((pick) => ({
    machine: 'laser-1',
    signature: pick.hasSignature
      ? {
          standbyW: pick.standbyW,
          runningW: 120,
          stopW: 80,
          runAfterMs: pick.runAfterS * 1000,
          stopAfterMs: pick.stopAfterS * 1000,
          bridgeMs: pick.bridgeS * 1000,
        }
      : null,
    session: {
      idleTimeoutMs: pick.idleTimeoutS * 1000,
      graceMs: pick.graceS * 1000,
      maxMs: pick.maxS * 1000,
      repeatMs: pick.repeatS * 1000,
    },
    ratedW: 25_000,
    hasActivity: pick.hasActivity,
    nextClosing: (at: number) => (Math.floor(at / CLOSING_MS) + 1) * CLOSING_MS,
  }));

/** The seconds of a week. */
export const WEEK_S = 7 * 86_400;

const GAPS_S = [0, 10, 30, 60, 65, 75, 80, 84, 85, 120, 600, 605, 615, 620, 625, 700];

/** Stretches in which the plug keeps reporting: how often, how long, and around which level. */
const stretch = (gapsS: number[]) =>
  fc.record({
    // With a hold of 25 s, 60 to 85 and 600 to 625 give holes around the bridges of `arbitraryRules`.
    gapS: fc.constantFrom(...gapsS),
    everyS: fc.constantFrom(1, 5, 10, 20, 24, 25, 26, 40),
    levels: fc.array(fc.constantFrom(...LEVELS), { minLength: 1, maxLength: 8 }),
    times: fc.integer({ min: 1, max: 6 }),
    // What the counter does at the beginning of the stretch, beside counting.
    counterWh: fc.constantFrom(0, 0, 0, 0, -1, -2, -900, 5000, 100_000),
  });

function readings(series: string, main: boolean, seconds: number): fc.Arbitrary<MachineInput[]> {
  const holds = fc.constantFrom(...HOLDS);
  const isLong = seconds > 10_000;
  const some = stretch(isLong ? [...GAPS_S, 3600, 20_000] : GAPS_S);
  const stretches = fc.array(some, isLong ? { minLength: 20, maxLength: 60 } : { maxLength: 12 });
  return fc.tuple(holds, fc.boolean(), stretches).map(([holdMs, hasCounter, stretches]) => {
    const inputs: MachineInput[] = [];
    let second = 0;
    let wh = 1000;
    for (const { gapS, everyS, levels, times, counterWh } of stretches) {
      second += gapS;
      wh = Math.max(wh + counterWh, 0);
      for (let time = 0; time < times; time++) {
        for (const w of levels) {
          second += everyS;
          if (second >= seconds) return inputs;
          wh += (w * everyS) / 3600;
          const counted = hasCounter && second % 3 === 0 ? Math.round(wh) : null;
          inputs.push({ kind: 'reading', at: second * 1000, series, main, w, wh: counted, holdMs });
        }
      }
    }
    return inputs;
  });
}

/** Whole seconds, most often on a multiple of 5 so that things meet at one instant. */
function instant(seconds: number): fc.Arbitrary<number> {
  const last = Math.floor((seconds - 1) / 5);
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: last }).map((five) => five * 5000) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: seconds - 1 }).map((second) => second * 1000) },
  );
}

function badges(seconds: number): fc.Arbitrary<MachineInput[]> {
  const who = fc.constantFrom(
    { token: 'ta', member: 'ada', audience: 'student' },
    { token: 'tb', member: 'bob', audience: 'public' },
    { token: 'tb', member: 'bob of another year', audience: 'public' },
    { token: 'tc', member: 'ada', audience: 'student' },
    { token: 'tx', member: null, audience: null },
    { token: 'tk', member: 'class', audience: 'student', class: { people: 12, takes: true, isHere: true } },
    { token: 'tk', member: 'class', audience: 'student', class: { people: 9, takes: true, isHere: false } },
    {
      token: 'tk',
      member: 'class of next year',
      audience: 'student',
      class: { people: 8, takes: false, isHere: true },
    },
    { token: 'tl', member: 'other class', audience: 'public', class: { people: 5, takes: true, isHere: true } },
    // No class any more.
    { token: 'tl', member: 'other class', audience: 'public' },
  );
  const badge = fc
    .tuple(instant(seconds), who, fc.constantFrom('r1', 'r1', 'r2'), fc.constantFrom('tap', 'tap', 'tap', 'in', 'out'))
    .map(([at, person, reader, action]) => {
      return { kind: 'badge', at, reader, ...person, action: action as 'tap' } satisfies MachineInput;
    });
  return fc.array(badge, { maxLength: 12 });
}

function others(seconds: number): fc.Arbitrary<MachineInput[]> {
  const service = fc
    .tuple(instant(seconds), fc.constantFrom('up', 'up', 'fault', 'maintenance', 'absent'))
    .map(([at, state]) => ({ kind: 'service', at, state: state as 'up' }) satisfies MachineInput);
  const online = fc.tuple(instant(seconds), fc.boolean()).map(([at, is]) => {
    return {
      kind: 'online',
      at,
      connector: 'plug',
      series: ['main', 'second'],
      main: true,
      online: is,
    } satisfies MachineInput;
  });
  const reset = instant(seconds).map((at) => ({ kind: 'energy-reset', at, series: 'main' }) satisfies MachineInput);
  return fc.array(fc.oneof(service, online, reset), { maxLength: 6 });
}

function reports(seconds: number): fc.Arbitrary<MachineInput[]> {
  const states = ['off', 'idle', 'starting', 'running', 'running', 'paused', 'finished', 'failed', 'fault'] as const;
  const report = fc
    .tuple(instant(seconds), fc.constantFrom(...states), fc.constantFrom(60_000, 300_000, null))
    .map(([at, state, holdMs]) => ({ kind: 'state', at, state, holdMs }) satisfies MachineInput);
  return fc.array(report, { maxLength: 10 });
}

/** Everything that can happen to one machine within `seconds`, in no order, with some of it twice. */
export function arbitraryHistory(seconds: number): fc.Arbitrary<MachineInput[]> {
  return fc
    .tuple(
      readings('main', true, seconds),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant<MachineInput[]>([]) },
        { weight: 1, arbitrary: readings('second', true, seconds) },
        { weight: 1, arbitrary: readings('extraction', false, seconds) },
      ),
      badges(seconds),
      others(seconds),
      fc.oneof({ weight: 2, arbitrary: fc.constant<MachineInput[]>([]) }, { weight: 1, arbitrary: reports(seconds) }),
    )
    .map((lists) => lists.flat());
}

const PIECE_S = 7200;

/**
 * A week of one machine: days of two busy hours and more, some of them one upon the other, with silence between them, and
 * what repeats and arrives in disorder.
 */
export const arbitraryWeek: fc.Arbitrary<MachineInput[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: (WEEK_S - PIECE_S) / 300 }), arbitraryHistory(PIECE_S)), {
    minLength: 8,
    maxLength: 16,
  })
  .map((pieces) =>
    pieces.flatMap(([fives, inputs]) => inputs.map((input) => ({ ...input, at: input.at + fives * 300_000 }))),
  )
  .chain((inputs) => fc.subarray(inputs, { maxLength: 50 }).map((again) => [...again, ...inputs.toReversed()]));

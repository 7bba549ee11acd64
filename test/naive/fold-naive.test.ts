import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { energyBetween } from '../../domain/energy-window.ts';
import { compareInputs } from '../../domain/input-order.ts';
import { type FoldRest, initialFold } from '../../domain/machine-fold.ts';
import type { MachineInput, MachineRules } from '../../domain/machine-input.ts';
import { naiveEnergy } from './energy.ts';
import { arbitraryHistory, arbitraryRules, arbitraryWeek, WEEK_S } from './history.ts';
import { naiveMachine } from './machine.ts';
import { runFold } from './run-fold.ts';
import { LASER } from './story.ts';

const RUNS = Number(process.env.RUNS ?? 1000);

/** What the weeks must have met, so that they show anything. */
const MET = [
  ...['off', 'standby', 'running', 'unknown', 'up', 'fault', 'maintenance', 'absent', 'badge', 'run'],
  ...['badge-out', 'handover', 'idle', 'presumed', 'max', 'service', 'censored'],
];

function compare(inputs: MachineInput[], rules: MachineRules, seconds: number): FoldRest {
  const fold = runFold(inputs, rules, 0, seconds * 1000);
  const naive = naiveMachine(inputs, rules, seconds);
  const bySecond: string[] = [];
  for (const { start, end, activity } of fold.activity) {
    for (let second = start / 1000; second < end / 1000; second++) bySecond[second] = activity;
  }
  const stretches = (list: string[]) =>
    list.flatMap((one, second) => (one === list[second - 1] ? [] : [[second, one]]));
  expect(stretches(bySecond)).toEqual(stretches(naive.activity));
  expect(bySecond.length).toBe(seconds);
  const service: string[] = [];
  for (const { start, end, state } of fold.service) {
    for (let second = start / 1000; second < (end ?? seconds * 1000) / 1000; second++) service[second] = state;
  }
  expect(stretches(service)).toEqual(stretches(naive.service));
  const sessions = fold.sessions.map(({ id: _id, machine: _machine, energyWh: _energyWh, ...session }) => session);
  expect(sessions).toEqual(naive.sessions);
  return fold;
}

function compareEnergy(inputs: MachineInput[], rules: MachineRules, seconds: number): void {
  const fold = runFold(inputs, rules, 0, seconds * 1000).energy;
  for (const series of ['main', 'second', 'extraction']) {
    const naive = naiveEnergy(inputs, series, rules, seconds);
    for (let hour = 0; hour < seconds / 3600; hour++) {
      const row = fold.find((one) => one.series === series && one.hour === hour * 3_600_000);
      const total = (list: number[]) => list.slice(hour * 3600, (hour + 1) * 3600).reduce((sum, wh) => sum + wh, 0);
      expect(row?.wh ?? 0).toBeCloseTo(total(naive.wh), 6);
      expect(row?.recoveredWh ?? 0).toBeCloseTo(total(naive.recoveredWh), 6);
    }
  }
}

/** What a session used is what its seconds used. */
function compareSessionEnergy(inputs: MachineInput[], rules: MachineRules, sessions: FoldRest['sessions']): void {
  const inOrder = [...inputs].sort(compareInputs);
  const naive = ['main', 'second', 'extraction'].map((series) => naiveEnergy(inputs, series, rules, WEEK_S));
  for (const { start, end } of sessions) {
    if (end === null) continue;
    const total = (list: number[]) => list.slice(start / 1000, end / 1000).reduce((sum, wh) => sum + wh, 0);
    const wh = naive.reduce((sum, one) => sum + total(one.wh) + total(one.recoveredWh), 0);
    expect(energyBetween(initialFold(0), inOrder, start, end, rules) ?? 0).toBeCloseTo(wh, 6);
  }
}

describe('the fold and the usage model written second by second', () => {
  it('agree on activity, service and sessions of any two hours', () => {
    const seconds = 7200;
    fc.assert(
      fc.property(arbitraryHistory(seconds), arbitraryRules, (inputs, rules) => {
        compare(inputs, rules, seconds);
      }),
      { numRuns: RUNS },
    );
  });

  it('agree on energy of any two hours', () => {
    const seconds = 7200;
    fc.assert(
      fc.property(arbitraryHistory(seconds), arbitraryRules, (inputs, rules) => compareEnergy(inputs, rules, seconds)),
      { numRuns: RUNS },
    );
  });

  it.each([399, 400, 401])('agree on a dip before a silence that begins at 400 s, looked at after %d s', (seconds) => {
    const reading = (at: number, w: number): MachineInput => ({
      ...{ kind: 'reading', at: at * 1000, series: 'main', main: true, w, wh: null, holdMs: 25_000 },
    });
    compare([reading(300, 400), reading(325, 400), reading(350, 80), reading(375, 20)], LASER, seconds);
  });

  it('agree on whole days', { timeout: 240_000 }, () => {
    const seconds = 86_400;
    fc.assert(
      fc.property(arbitraryHistory(seconds), arbitraryRules, (inputs, rules) => {
        compare(inputs, rules, seconds);
        compareEnergy(inputs, rules, seconds);
      }),
      { numRuns: Math.ceil(RUNS / 20) },
    );
  });

  it('agree on weeks with badges, holes, faults, repeats and disorder', { timeout: 240_000 }, () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(arbitraryWeek, arbitraryRules, (inputs, rules) => {
        const { activity, sessions, service } = compare(inputs, rules, WEEK_S);
        compareEnergy(inputs, rules, WEEK_S);
        compareSessionEnergy(inputs, rules, sessions);
        for (const { activity: one } of activity) met.add(one);
        for (const { state } of service) met.add(state);
        for (const { startCause, endCause } of sessions) met.add(startCause).add(endCause);
      }),
      { numRuns: Math.ceil(RUNS / 25) },
    );
    expect([...met]).toEqual(expect.arrayContaining(MET));
  });
});

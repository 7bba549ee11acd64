import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MachineInput, MachineRules } from '../../domain/machine-input.ts';
import { arbitraryHistory, arbitraryRules } from './history.ts';
import { naiveMachine } from './machine.ts';
import { runFold } from './run-fold.ts';

function compare(inputs: MachineInput[], rules: MachineRules, seconds: number): void {
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
}

describe('the fold and the usage model written second by second', () => {
  it('agree on activity, service and sessions of any two hours', () => {
    const seconds = 7200;
    fc.assert(
      fc.property(arbitraryHistory(seconds), arbitraryRules, (inputs, rules) => compare(inputs, rules, seconds)),
      { numRuns: Number(process.env.RUNS ?? 1000) },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { LASER, online, power, says, tell, watts } from '../test/naive/story.ts';
import type { MachineInput, MachineRules, Signature } from './machine-input.ts';

interface Story {
  name: string;
  parts: MachineInput[][];
  until?: string;
  signature?: Partial<Signature>;
  rules?: Partial<MachineRules>;
  activity: string[];
}

const stories: Story[] = [
  {
    name: 'off below standbyW, standby from it on, running from runningW on',
    parts: [
      power('09:00', '09:10', 19.9),
      power('09:10', '09:20', 20),
      power('09:20', '09:30', 120),
      power('09:30', '09:40', 0),
    ],
    until: '09:40',
    activity: ['09:00-09:10 off', '09:10-09:20 standby', '09:20-09:30 running', '09:30-09:40 off'],
  },
  {
    name: 'a run goes on between stopW and runningW, and begins only at runningW',
    parts: [
      power('09:00', '09:10', 119),
      power('09:10', '09:11', 120),
      power('09:11', '09:20', 96),
      power('09:20', '09:30', 95.9),
    ],
    until: '09:30',
    activity: ['09:00-09:10 standby', '09:10-09:20 running', '09:20-09:30 standby'],
  },
  {
    name: 'one sample is a run',
    parts: [power('09:00', '09:10', 2), watts('09:10', 400), power('09:10:01', '09:20', 2)],
    until: '09:20',
    activity: ['09:00-09:10 off', '09:10-09:10:01 running', '09:10:01-09:20 off'],
  },
  {
    name: 'one sample is no run when a run takes 20 s',
    parts: [power('09:00', '09:10', 30), watts('09:10', 400), power('09:10:10', '09:20', 30)],
    until: '09:20',
    signature: { runAfterMs: 20_000 },
    activity: ['09:00-09:20 standby'],
  },
  {
    name: 'a run that takes 20 s begins at its first reading',
    parts: [power('09:00', '09:10', 30), watts('09:10', 400), watts('09:10:10', 96), power('09:10:20', '09:20', 30)],
    until: '09:20',
    signature: { runAfterMs: 20_000 },
    activity: ['09:00-09:10 standby', '09:10-09:10:20 running', '09:10:20-09:20 standby'],
  },
  {
    name: 'a stretch that meets a hole before runAfterS was no run',
    parts: [power('09:00', '09:10', 30), watts('09:10', 400)],
    until: '09:20',
    signature: { runAfterMs: 26_000 },
    activity: ['09:00-09:10:25 standby'],
  },
  {
    name: 'a dip shorter than stopAfterS is part of the run',
    parts: [
      power('09:00', '09:10', 200),
      power('09:10', '09:10:50', 0),
      watts('09:10:59', 96),
      power('09:11:00', '09:20', 200),
    ],
    until: '09:20',
    activity: ['09:00-09:20 running'],
  },
  {
    name: 'a dip of stopAfterS ends the run at its first reading',
    parts: [
      power('09:00', '09:10', 200),
      power('09:10', '09:10:30', 30),
      power('09:10:30', '09:11', 0),
      power('09:11', '09:20', 200),
    ],
    until: '09:20',
    activity: ['09:00-09:10 running', '09:10-09:10:30 standby', '09:10:30-09:11 off', '09:11-09:20 running'],
  },
  {
    name: 'a dip that meets a hole ends the run at its first reading, and not censored',
    parts: [power('09:00', '09:10', 200), watts('09:10', 0), power('09:10:40', '09:20', 200)],
    until: '09:20',
    activity: ['09:00-09:10 running', '09:10-09:10:25 off', '09:10:25-09:10:40 unknown', '09:10:40-09:20 running'],
  },
  {
    name: 'a hole of bridgeS while running counts as running',
    parts: [power('09:00', '09:10', 200), watts('09:20:15', 96), power('09:20:20', '09:30', 200)],
    until: '09:30',
    activity: ['09:00-09:30 running bridged 600'],
  },
  {
    name: 'a hole longer than bridgeS ends the run where it begins, censored',
    parts: [power('09:00', '09:10', 200), watts('09:20:16', 200), power('09:20:20', '09:30', 200)],
    until: '09:30',
    activity: ['09:00-09:10:15 running censored', '09:10:15-09:20:16 unknown', '09:20:16-09:30 running'],
  },
  {
    name: 'a short hole whose first reading afterwards is below stopW ends the run where it begins',
    parts: [power('09:00', '09:10', 200), watts('09:12', 95), power('09:12:10', '09:20', 200)],
    until: '09:20',
    activity: [
      '09:00-09:10:15 running censored',
      '09:10:15-09:12 unknown',
      '09:12-09:12:10 standby',
      '09:12:10-09:20 running',
    ],
  },
  {
    name: 'after a hole that was not bridged a new run needs runningW again',
    parts: [power('09:00', '09:10', 200), power('09:30', '09:40', 100)],
    until: '09:40',
    activity: ['09:00-09:10:15 running censored', '09:10:15-09:30 unknown', '09:30-09:40 standby'],
  },
  {
    name: 'silence is unknown after the hold, and never idleness',
    parts: [power('09:00', '09:10', 30)],
    until: '10:00',
    activity: ['09:00-09:10:15 standby'],
  },
  {
    name: 'of several readings at one millisecond the largest counts',
    parts: [
      power('09:00', '09:10', 0),
      watts('09:10', 0),
      watts('09:10', 150),
      watts('09:10', 30),
      power('09:10:10', '09:20', 0),
    ],
    until: '09:20',
    activity: ['09:00-09:10 off', '09:10-09:10:10 running', '09:10:10-09:20 off'],
  },
  {
    name: 'without a signature power says nothing',
    parts: [power('09:00', '09:10', 200)],
    rules: { signature: null },
    activity: [],
  },
];

describe('activity from power', () => {
  it('has stories', () => expect(stories.length).toBeGreaterThan(10));

  it.each(stories)('$name', ({ parts, until, signature, rules, activity }) => {
    const all = { ...LASER, signature: { ...(LASER.signature as Signature), ...signature }, ...rules };
    expect(tell(parts, until ?? '10:00', all).activity).toEqual(activity);
  });
});

const onChange = (at: string, w: number): MachineInput[] =>
  watts(at, w).map((one) => ({ ...one, holdMs: null }) as MachineInput);

const holds: Story[] = [
  {
    name: 'a reading on change holds while the connector is online',
    parts: [onChange('09:00', 30), onChange('11:00', 200), onChange('12:00', 30)],
    until: '13:00',
    activity: ['09:00-11:00 standby', '11:00-12:00 running', '12:00-13:00 standby'],
  },
  {
    name: 'a reading on change ends when the connector goes offline, and its return does not revive it',
    parts: [onChange('09:00', 30), online('10:00', false), online('10:30', true), onChange('11:00', 0)],
    until: '12:00',
    activity: ['09:00-10:00 standby', '10:00-11:00 unknown', '11:00-12:00 off'],
  },
  {
    name: 'a periodic reading holds for its time, whatever the connector does',
    parts: [power('09:00', '09:10', 30), online('09:09:55', false)],
    until: '10:00',
    activity: ['09:00-09:10:15 standby'],
  },
  {
    name: 'a reading at the very end of the hold leaves no hole',
    parts: [watts('09:00', 30), watts('09:00:25', 30)],
    until: '10:00',
    activity: ['09:00-09:00:50 standby'],
  },
  {
    name: 'only the main channel decides',
    parts: [
      power('09:00', '09:10', 30),
      power('09:00', '09:10', 900).map((one) => ({ ...one, series: 'plug/1', main: false }) as MachineInput),
    ],
    until: '10:00',
    activity: ['09:00-09:10:15 standby'],
  },
];

describe('how long a reading holds', () => {
  it('has stories', () => expect(holds.length).toBeGreaterThan(3));

  it.each(holds)('$name', ({ parts, until, activity }) => {
    expect(tell(parts, until ?? '10:00').activity).toEqual(activity);
  });
});

const reports: Story[] = [
  {
    name: "the machine's own word wins over power while it is fresh",
    parts: [
      power('09:00', '10:00', 200),
      says('09:10', 'idle', 600),
      says('09:15', 'running', 600),
      says('09:20', 'off', 600),
    ],
    until: '10:00',
    activity: [
      '09:00-09:10 running',
      '09:10-09:15 standby by itself',
      '09:15-09:20 running by itself',
      '09:20-09:30 off by itself',
      '09:30-10:00 running',
    ],
  },
  {
    name: 'a word that holds while online ends when the connector goes',
    parts: [says('09:00', 'running', null), online('09:30', false), online('09:40', true)],
    activity: ['09:00-09:30 running by itself censored'],
  },
  ...(['starting', 'idle', 'paused', 'finished', 'cancelled', 'failed', 'fault'] as const).map((state) => ({
    name: `${state} is standby`,
    parts: [says('09:00', state)],
    activity: ['09:00-09:01 standby by itself'],
  })),
];

describe('activity that the machine reports', () => {
  it('has stories', () => expect(reports.length).toBeGreaterThan(8));

  it.each(reports)('$name', ({ parts, until, activity }) => {
    expect(tell(parts, until ?? '10:00').activity).toEqual(activity);
  });
});

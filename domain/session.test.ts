import { describe, expect, it } from 'vitest';
import { collect } from '../test/naive/run-fold.ts';
import { badge, clock, declared, LASER, power, SEWING, says, tell, watts } from '../test/naive/story.ts';
import { compareInputs } from './input-order.ts';
import { applyInput, initialFold } from './machine-fold.ts';
import type { MachineInput, MachineRules } from './machine-input.ts';
import { type BadgeReply, badgeReply } from './machine-view.ts';

interface Story {
  name: string;
  parts: MachineInput[][];
  until?: string;
  session?: Partial<MachineRules['session']>;
  rules?: MachineRules;
  sessions: string[];
}

const idle = power('08:00', '09:00', 30);
const IDLE = 30;
const RUN = 200;

const badges: Story[] = [
  {
    name: 'tap opens, tap closes',
    parts: [power('08:00', '10:00', IDLE), badge('09:00', 'ada'), badge('09:10', 'ada')],
    sessions: ['09:00-09:10 ada badge badge-out certain ran 0'],
  },
  {
    name: 'in opens, out closes',
    parts: [power('08:00', '10:00', IDLE), badge('09:00', 'ada', 'in'), badge('09:10', 'ada', 'out')],
    sessions: ['09:00-09:10 ada badge badge-out certain ran 0'],
  },
  { name: 'out on a free machine does nothing', parts: [idle, badge('09:00', 'ada', 'out')], sessions: [] },
  {
    name: 'in by who holds it does nothing',
    parts: [
      power('08:00', '10:00', IDLE),
      badge('09:00', 'ada', 'in'),
      badge('09:05', 'ada', 'in'),
      badge('09:10', 'ada', 'out'),
    ],
    sessions: ['09:00-09:10 ada badge badge-out certain ran 0'],
  },
  {
    name: 'tap by another hands over at one instant',
    parts: [power('08:00', '10:00', IDLE), badge('09:00', 'ada'), badge('09:10', 'bob'), badge('09:14', 'bob')],
    sessions: ['09:00-09:10 ada badge handover certain ran 0', '09:10-09:14 bob badge badge-out certain ran 0'],
  },
  {
    name: 'in by another hands over',
    parts: [power('08:00', '10:00', IDLE), badge('09:00', 'ada'), badge('09:10', 'bob', 'in'), badge('09:14', 'bob')],
    sessions: ['09:00-09:10 ada badge handover certain ran 0', '09:10-09:14 bob badge badge-out certain ran 0'],
  },
  {
    name: 'out by another does nothing',
    parts: [power('08:00', '10:00', IDLE), badge('09:00', 'ada'), badge('09:05', 'bob', 'out'), badge('09:10', 'ada')],
    sessions: ['09:00-09:10 ada badge badge-out certain ran 0'],
  },
  {
    name: 'an unknown badge opens nothing and ends nothing',
    parts: [
      power('08:00', '10:00', IDLE),
      badge('08:50', 'stranger'),
      badge('09:00', 'ada'),
      badge('09:05', 'stranger'),
      badge('09:10', 'ada'),
    ],
    sessions: ['09:00-09:10 ada badge badge-out certain ran 0'],
  },
  {
    name: 'reads within 5 s of the last are one, and each starts the 5 s again',
    parts: [
      power('08:00', '10:00', IDLE),
      ...['09:00', '09:00:04', '09:00:09', '09:00:14'].map((at) => badge(at, 'ada')),
      badge('09:10', 'ada'),
    ],
    sessions: ['09:00-09:10 ada badge badge-out certain ran 0'],
  },
  {
    name: 'a read after more than 5 s is another',
    parts: [power('08:00', '10:00', IDLE), badge('09:00', 'ada'), badge('09:00:06', 'ada')],
    sessions: ['09:00-09:00:06 ada badge badge-out certain ran 0'],
  },
  {
    name: 'a repeat is one by badge and by reader',
    parts: [
      power('08:00', '10:00', IDLE),
      badge('09:00', 'ada'),
      badge('09:00:02', 'bob'),
      badge('09:00:04', 'bob', 'tap', 'other'),
    ],
    sessions: [
      '09:00-09:00:02 ada badge handover certain ran 0',
      '09:00:02-09:00:04 bob badge badge-out certain ran 0',
    ],
  },
  {
    name: 'opened and ended at one instant is no session',
    parts: [
      power('08:00', '10:00', IDLE),
      badge('09:00', 'ada', 'in'),
      badge('09:00', 'bob', 'tap'),
      badge('09:10', 'bob'),
    ],
    sessions: ['09:00-09:10 bob badge badge-out certain ran 0'],
  },
];

const runs: Story[] = [
  { name: "a run that nobody badged for is nobody's", parts: [idle, power('09:00', '10:00', RUN)], sessions: [] },
  {
    name: "a badge within graceS of the run's beginning gets the run",
    parts: [idle, power('09:00', '09:30', RUN), badge('09:05', 'ada'), badge('09:20', 'ada')],
    sessions: ['09:00-09:20 ada run badge-out certain ran 1200'],
  },
  {
    name: 'a badge later than graceS does not',
    parts: [idle, power('09:00', '09:30', RUN), badge('09:05:01', 'ada'), badge('09:20', 'ada')],
    sessions: ['09:05:01-09:20 ada badge badge-out certain ran 899'],
  },
  {
    name: 'a badge when the run is over does not',
    parts: [
      idle,
      power('09:00', '09:02', RUN),
      power('09:02', '10:00', IDLE),
      badge('09:03', 'ada'),
      badge('09:10', 'ada'),
    ],
    sessions: ['09:03-09:10 ada badge badge-out certain ran 0'],
  },
  {
    name: 'the run is shared no earlier than the end of the session before',
    parts: [
      power('08:00', '09:00', IDLE),
      power('09:00', '09:30', RUN),
      badge('08:55', 'ada'),
      badge('09:02', 'ada'),
      badge('09:04', 'bob'),
      badge('09:30', 'bob'),
    ],
    sessions: ['08:55-09:02 ada badge badge-out certain ran 120', '09:02-09:30 bob run badge-out certain ran 1680'],
  },
  {
    name: 'a handover takes over at the badge, however young the run',
    parts: [
      power('08:00', '09:00', IDLE),
      power('09:00', '09:30', RUN),
      badge('08:55', 'ada'),
      badge('09:02', 'bob'),
      badge('09:10', 'bob'),
    ],
    sessions: ['08:55-09:02 ada badge handover certain ran 120', '09:02-09:10 bob badge badge-out certain ran 480'],
  },
  {
    name: 'a badge at the instant at which the run begins gets the run',
    parts: [idle, power('09:00', '09:30', RUN), badge('09:00', 'ada'), badge('09:20', 'ada')],
    sessions: ['09:00-09:20 ada run badge-out certain ran 1200'],
  },
  {
    name: 'a badge at the instant at which the run ends does not',
    parts: [
      power('08:00', '08:58', IDLE),
      power('08:58', '09:00', RUN),
      power('09:00', '10:00', IDLE),
      badge('09:00', 'ada'),
      badge('09:10', 'ada'),
    ],
    sessions: ['09:00-09:10 ada badge badge-out certain ran 0'],
  },
  {
    name: 'a badge sees what begins at its instant, even where that decides what was before',
    parts: [
      power('08:00', '08:58', RUN),
      watts('09:00', IDLE),
      says('09:00', 'running', 1800),
      badge('09:00', 'ada'),
      badge('09:10', 'ada'),
    ],
    sessions: ['09:00-09:10 ada run badge-out certain ran 600'],
  },
];

const forgotten: Story[] = [
  {
    name: 'idle for 900 s after a run: ends with the run, inferred',
    parts: [
      power('08:00', '09:10', IDLE),
      power('09:10', '09:30', RUN),
      power('09:30', '12:00', IDLE),
      badge('09:00', 'ada'),
    ],
    sessions: ['09:00-09:30 ada badge idle inferred ran 1200'],
  },
  {
    name: 'idle for 900 s without a run: ends when the timer is full, doubtful',
    parts: [power('08:00', '12:00', IDLE), badge('09:00', 'ada')],
    sessions: ['09:00-09:15 ada badge idle doubtful ran 0'],
  },
  {
    name: 'a run resets the timer',
    parts: [
      power('08:00', '09:14', IDLE),
      watts('09:14', RUN),
      power('09:14:10', '09:29', IDLE),
      watts('09:29', RUN),
      power('09:29:10', '12:00', IDLE),
      badge('09:00', 'ada'),
    ],
    sessions: ['09:00-09:29:10 ada badge idle inferred ran 20'],
  },
  {
    name: 'unknown stops the timer without resetting it',
    parts: [power('08:00', '09:10', IDLE), power('10:10', '12:00', IDLE), badge('09:00', 'ada')],
    sessions: ['09:00-10:14:45 ada badge idle doubtful ran 0'],
  },
  {
    name: 'who comes back after such an end opens a new session',
    parts: [power('08:00', '12:00', IDLE), badge('09:00', 'ada'), badge('09:15', 'ada'), badge('09:20', 'ada')],
    sessions: ['09:00-09:15 ada badge idle doubtful ran 0', '09:15-09:20 ada badge badge-out certain ran 0'],
  },
  {
    name: 'still running at maxS: ends there',
    parts: [power('08:00', '14:00', RUN), badge('09:00', 'ada')],
    session: { maxMs: 3_600_000 },
    sessions: ['09:00-10:00 ada badge max doubtful ran 3600'],
  },
  {
    name: 'not running at maxS: ends with the last run',
    parts: [power('08:00', '09:50', RUN), power('09:50', '14:00', IDLE), badge('09:00', 'ada')],
    session: { maxMs: 3_600_000 },
    sessions: ['09:00-09:50 ada badge max doubtful ran 3000'],
  },
  {
    name: 'a hole longer than bridgeS after the last run: censored',
    parts: [power('08:00', '09:20', RUN), power('09:50', '09:55', IDLE), badge('09:00', 'ada')],
    session: { maxMs: 3_600_000 },
    sessions: ['09:00-09:20:15 ada badge censored doubtful ran 1215'],
  },
  {
    name: 'a hole of bridgeS after the last run is overlooked',
    parts: [power('08:00', '09:50', RUN), watts('09:49:55', IDLE), badge('09:00', 'ada')],
    session: { maxMs: 3_620_000 },
    sessions: ['09:00-09:49:55 ada badge max doubtful ran 2995'],
  },
  {
    name: 'no run and a long hole: at maxS, censored',
    parts: [power('08:00', '09:05', IDLE), badge('09:00', 'ada')],
    session: { maxMs: 3_600_000 },
    sessions: ['09:00-10:00 ada badge censored doubtful ran 0'],
  },
  {
    name: 'a long hole before the last run does not matter',
    parts: [
      power('08:00', '09:05', IDLE),
      power('09:30', '09:50', RUN),
      power('09:50', '14:00', IDLE),
      badge('09:00', 'ada'),
    ],
    session: { maxMs: 3_600_000 },
    sessions: ['09:00-09:50 ada badge max doubtful ran 1200'],
  },
  {
    name: 'a print of 20 h is one session',
    parts: [power('08:00', '28:50', RUN), power('28:50', '34:00', IDLE), badge('09:00', 'ada')],
    until: '34:00',
    sessions: ['09:00-28:50 ada badge idle inferred ran 71400'],
  },
  {
    name: 'the open session has no end',
    parts: [power('08:00', '09:10', RUN), badge('09:00', 'ada')],
    until: '09:10',
    sessions: ['09:00- ada badge open certain ran 600'],
  },
];

const service: Story[] = [
  {
    name: 'a declared fault ends the session',
    parts: [power('08:00', '10:00', RUN), badge('09:00', 'ada'), declared('09:10', 'fault')],
    sessions: ['09:00-09:10 ada badge service certain ran 600'],
  },
  {
    name: 'absent ends the session',
    parts: [power('08:00', '10:00', RUN), badge('09:00', 'ada'), declared('09:10', 'absent')],
    sessions: ['09:00-09:10 ada badge service certain ran 600'],
  },
  {
    name: 'a fault that the machine reports ends the session',
    parts: [power('08:00', '10:00', RUN), badge('09:00', 'ada'), says('09:10', 'fault')],
    sessions: ['09:00-09:10 ada badge service certain ran 600'],
  },
  {
    name: 'maintenance does not',
    parts: [
      power('08:00', '10:00', IDLE),
      badge('09:00', 'ada'),
      declared('09:05', 'maintenance'),
      badge('09:10', 'ada'),
    ],
    sessions: ['09:00-09:10 ada badge badge-out certain ran 0'],
  },
  {
    name: 'a badge on a machine that is down opens nothing; when it is up again it does',
    parts: [
      power('08:00', '10:00', IDLE),
      declared('09:00', 'fault'),
      badge('09:10', 'ada'),
      declared('09:20', 'up'),
      badge('09:30', 'ada'),
      badge('09:40', 'ada'),
    ],
    sessions: ['09:30-09:40 ada badge badge-out certain ran 0'],
  },
  {
    name: 'an end that follows from a rule comes before a badge of the same instant',
    parts: [power('08:00', '12:00', IDLE), badge('09:00', 'ada'), badge('09:15', 'bob'), badge('09:20', 'bob')],
    sessions: ['09:00-09:15 ada badge idle doubtful ran 0', '09:15-09:20 bob badge badge-out certain ran 0'],
  },
];

const noPower: Story[] = [
  {
    name: 'tap to tap',
    parts: [badge('09:00', 'ada'), badge('11:00', 'ada')],
    rules: SEWING,
    until: '20:00',
    sessions: ['09:00-11:00 ada badge badge-out certain ran 0'],
  },
  {
    name: 'forgotten: at 4 h',
    parts: [badge('09:00', 'ada')],
    rules: SEWING,
    until: '20:00',
    sessions: ['09:00-13:00 ada badge presumed doubtful ran 0'],
  },
  {
    name: 'forgotten: when the lab closes',
    parts: [badge('16:30', 'ada')],
    rules: SEWING,
    until: '20:00',
    sessions: ['16:30-18:00 ada badge presumed doubtful ran 0'],
  },
];

const all = [...badges, ...runs, ...forgotten, ...service, ...noPower];

describe('sessions', () => {
  it('have stories', () => expect(all.length).toBeGreaterThan(35));

  it.each(all)('$name', ({ parts, until, session, rules, sessions }) => {
    const base = rules ?? LASER;
    expect(tell(parts, until ?? '14:00', { ...base, session: { ...base.session, ...session } }).sessions).toEqual(
      sessions,
    );
  });

  it('keep machine, audience, sums and a stable id', () => {
    const { rest } = tell(
      [
        power('08:00', '09:10', IDLE),
        power('09:10', '09:20', RUN),
        power('09:20', '09:30', IDLE),
        badge('09:00', 'ada'),
        badge('09:40', 'ada'),
      ],
      '10:00',
    );
    expect(rest.sessions).toEqual([
      {
        id: `laser-1~${clock('09:00').toString(36)}`,
        machine: 'laser-1',
        start: clock('09:00'),
        end: clock('09:40'),
        startCause: 'badge',
        endCause: 'badge-out',
        confidence: 'certain',
        runningMs: 600_000,
        standbyMs: 1_215_000,
        unknownMs: 585_000,
        energyWh: null,
        member: 'ada',
        audience: 'public',
        people: null,
      },
    ]);
  });
});

describe('the service layer', () => {
  const stories: { name: string; parts: MachineInput[][]; service: string[] }[] = [
    { name: 'is up', parts: [], service: ['00:00- up'] },
    {
      name: 'is what people declare',
      parts: [declared('09:00', 'fault'), declared('10:00', 'maintenance'), declared('11:00', 'up')],
      service: ['00:00-09:00 up', '09:00-10:00 fault', '10:00-11:00 maintenance', '11:00- up'],
    },
    {
      name: "is a fault from the machine's report to its next that is none",
      parts: [says('09:00', 'fault'), says('09:30', 'fault'), says('10:00', 'idle')],
      service: ['00:00-09:00 up', '09:00-10:00 fault by itself', '10:00- up'],
    },
    {
      name: 'is what people declared, whatever the machine says',
      parts: [declared('09:00', 'maintenance'), says('09:10', 'fault'), declared('10:00', 'up')],
      service: ['00:00-09:00 up', '09:00-10:00 maintenance', '10:00- up'],
    },
  ];

  it('has stories', () => expect(stories.length).toBeGreaterThan(3));

  it.each(stories)('$name', ({ parts, service: lines }) => {
    expect(tell(parts, '12:00').service).toEqual(lines);
  });
});

describe('badgeReply()', () => {
  const cases: {
    name: string;
    before: MachineInput[][];
    at: string;
    who?: string;
    action?: 'in' | 'out';
    reply: BadgeReply | null;
  }[] = [
    { name: 'a free machine', before: [], at: '09:00', reply: 'opened' },
    { name: 'the same member', before: [badge('08:50', 'ada')], at: '09:00', reply: 'closed' },
    { name: 'another member', before: [badge('08:50', 'bob')], at: '09:00', reply: 'handover' },
    { name: 'a repeat', before: [badge('08:59:57', 'ada')], at: '09:00', reply: null },
    { name: 'an unknown badge', before: [], at: '09:00', who: 'stranger', reply: 'unknown-badge' },
    { name: 'a machine that is down', before: [declared('08:00', 'fault')], at: '09:00', reply: 'machine-down' },
    {
      name: 'a session that ended by itself',
      before: [power('07:00', '09:00', IDLE), badge('08:00', 'ada')],
      at: '09:00',
      reply: 'opened',
    },
    { name: 'in by who holds it', before: [badge('08:50', 'ada')], at: '09:00', action: 'in', reply: 'opened' },
    { name: 'out on a free machine', before: [], at: '09:00', action: 'out', reply: 'closed' },
    {
      name: 'a dip that waits to be decided',
      before: [power('08:00', '08:59:30', RUN), power('08:59:30', '09:00', 0)],
      at: '09:00',
      reply: 'opened',
    },
  ];

  it('has cases', () => expect(cases.length).toBeGreaterThan(5));

  it.each(cases)('$name: $reply', ({ before, at, who, action, reply }) => {
    const state = initialFold(clock('00:00'));
    for (const input of before.flat().sort(compareInputs)) applyInput(state, input, LASER, collect().emit);
    const text = JSON.stringify(state);
    const [input] = badge(at, who ?? 'ada', action ?? 'tap');
    expect(badgeReply(state, input as MachineInput & { kind: 'badge' }, LASER)).toBe(reply);
    expect(JSON.stringify(state)).toBe(text);
  });
});

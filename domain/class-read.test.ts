import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryHistory, arbitraryRules } from '../test/naive/history.ts';
import { runFold } from '../test/naive/run-fold.ts';
import { badge, clock, declared, LASER, power, SEWING, tell } from '../test/naive/story.ts';
import type { FoldState } from './fold-state.ts';
import { compareInputs } from './input-order.ts';
import { applyInput, finished, initialFold } from './machine-fold.ts';
import type { ClassRead, MachineInput, MachineRules } from './machine-input.ts';
import { type BadgeReply, badgeReply, nextChangeAt, sessionAt } from './machine-view.ts';

const HERE: ClassRead = { people: 12, takes: true, isHere: true };
const [IDLE, RUN] = [30, 200];
const idle = power('08:00', '20:00', IDLE);

/** The badge of class 6b is read. */
function taught(
  at: string,
  { action = 'tap', reader = 'reader', name = '6b', ...more }: Partial<ClassRead> & Said = {},
): MachineInput[] {
  return badge(at, name, action, reader).map((one) => ({ ...one, class: { ...HERE, ...more } }) as MachineInput);
}
interface Said {
  action?: 'tap' | 'in' | 'out';
  reader?: string;
  name?: string;
}

interface Story {
  name: string;
  parts: MachineInput[][];
  rules?: MachineRules;
  sessions: string[];
}

const STORIES: Story[] = [
  {
    name: 'tap opens, tap closes, and nothing is idle in between',
    parts: [idle, taught('09:00'), taught('11:00')],
    sessions: ['09:00-11:00 6b badge badge-out certain ran 0'],
  },
  {
    name: 'in opens, in again does nothing, out closes, out again does nothing',
    parts: [
      idle,
      taught('09:00', { action: 'in' }),
      taught('09:30', { action: 'in' }),
      taught('10:00', { action: 'out' }),
      taught('10:30', { action: 'out' }),
    ],
    sessions: ['09:00-10:00 6b badge badge-out certain ran 0'],
  },
  {
    name: 'begins with its badge, also in the midst of a run',
    parts: [power('08:58', '09:30', RUN), power('09:30', '12:00', IDLE), taught('09:00'), taught('10:00')],
    sessions: ['09:00-10:00 6b badge badge-out certain ran 1800'],
  },
  {
    name: 'a repeat within 5 s does nothing, whatever the machine says of repeats',
    parts: [idle, taught('09:00'), taught('09:00:05'), taught('09:00:09'), taught('10:00')],
    rules: { ...LASER, session: { ...LASER.session, repeatMs: 0 } },
    sessions: ['09:00-10:00 6b badge badge-out certain ran 0'],
  },
  {
    name: 'after 5 s it is another read, also where the machine has a longer time for repeats',
    parts: [idle, taught('09:00'), taught('09:00:06'), taught('10:00'), taught('10:30')],
    rules: { ...LASER, session: { ...LASER.session, repeatMs: 60_000 } },
    sessions: ['09:00-09:00:06 6b badge badge-out certain ran 0', '10:00-10:30 6b badge badge-out certain ran 0'],
  },
  {
    name: 'takes the machine from whoever holds it',
    parts: [idle, badge('09:00', 'ada'), taught('09:10'), taught('10:00')],
    sessions: ['09:00-09:10 ada badge handover certain ran 0', '09:10-10:00 6b badge badge-out certain ran 0'],
  },
  {
    name: 'ends nothing that a member took over',
    parts: [idle, taught('09:00'), badge('09:30', 'ada'), taught('09:40'), badge('09:42', 'ada')],
    sessions: ['09:00-09:30 6b badge handover certain ran 0', '09:30-09:42 ada badge badge-out certain ran 0'],
  },
  {
    name: 'a member who leaves does not give the machine back to the class',
    parts: [
      idle,
      taught('09:00'),
      badge('09:30', 'ada'),
      badge('09:35', 'ada'),
      taught('10:00'),
      taught('11:00'),
      taught('12:00'),
    ],
    sessions: [
      '09:00-09:30 6b badge handover certain ran 0',
      '09:30-09:35 ada badge badge-out certain ran 0',
      '11:00-12:00 6b badge badge-out certain ran 0',
    ],
  },
  {
    name: 'a fault ends it here; the class goes on, so that the next badge ends it',
    parts: [
      idle,
      taught('09:00'),
      declared('09:30', 'fault'),
      declared('09:40', 'up'),
      taught('10:00'),
      taught('10:30'),
      taught('11:00'),
    ],
    sessions: ['09:00-09:30 6b badge service certain ran 0', '10:30-11:00 6b badge badge-out certain ran 0'],
  },
  {
    name: 'opens nothing on a broken machine, and stays in step',
    parts: [
      idle,
      declared('08:30', 'fault'),
      taught('09:00'),
      declared('09:30', 'up'),
      taught('10:00'),
      taught('11:00'),
      taught('12:00'),
    ],
    sessions: ['11:00-12:00 6b badge badge-out certain ran 0'],
  },
  {
    name: 'a machine that it does not take stays whose it is',
    parts: [idle, badge('09:00', 'ada'), taught('09:05', { takes: false }), badge('09:10', 'ada'), taught('10:00')],
    sessions: ['09:00-09:10 ada badge badge-out certain ran 0'],
  },
  {
    name: 'a machine that it takes no more is let go all the same',
    parts: [idle, taught('09:00'), taught('10:00', { takes: false }), taught('11:00'), taught('12:00')],
    sessions: ['09:00-10:00 6b badge badge-out certain ran 0', '11:00-12:00 6b badge badge-out certain ran 0'],
  },
  {
    name: 'forgotten, the machine ran: it ends with the last run before 12 h are over',
    parts: [power('08:00', '09:30', RUN), power('09:30', '22:00', IDLE), taught('09:00')],
    sessions: ['09:00-09:30 6b badge max doubtful ran 1800'],
  },
  {
    name: 'forgotten, nothing measures: at closing time; then the next badge opens',
    parts: [taught('13:00'), taught('19:00'), taught('19:30')],
    rules: SEWING,
    sessions: ['13:00-18:00 6b badge presumed doubtful ran 0', '19:00-19:30 6b badge badge-out certain ran 0'],
  },
  {
    name: 'a badge at the very instant of closing time opens another',
    parts: [taught('13:00'), taught('18:00'), taught('19:00')],
    rules: SEWING,
    sessions: ['13:00-18:00 6b badge presumed doubtful ran 0', '18:00-19:00 6b badge badge-out certain ran 0'],
  },
  {
    name: 'lasts longer than a member may',
    parts: [taught('09:00'), taught('17:00')],
    rules: SEWING,
    sessions: ['09:00-17:00 6b badge badge-out certain ran 0'],
  },
  {
    name: 'two classes hand over, and each ends its own',
    parts: [idle, taught('09:00'), taught('09:30', { name: '5a' }), taught('10:00'), taught('10:30', { name: '5a' })],
    sessions: ['09:00-09:30 6b badge handover certain ran 0', '09:30-10:30 5a badge badge-out certain ran 0'],
  },
];

describe('the badge of a class', () => {
  it.each(STORIES)('$name', ({ parts, rules, sessions }) => {
    expect(tell(parts, '23:00', rules ?? LASER).sessions).toEqual(sessions);
  });

  it('gives its sessions the head-count that was declared at the beginning', () => {
    const { rest } = tell([idle, taught('09:00'), taught('10:00', { people: 9 }), badge('11:00', 'ada')], '11:10');
    expect(rest.sessions.map(({ people }) => people)).toEqual([12, null]);
  });

  it.each<[string, MachineInput[][], MachineInput[], BadgeReply | null]>([
    ['opens', [], taught('09:00'), 'opened'],
    ['takes over', [badge('08:50', 'ada')], taught('09:00'), 'handover'],
    ['closes', [taught('08:50')], taught('09:00'), 'closed'],
    ['repeats', [taught('08:59:57')], taught('09:00'), null],
    ['comes in again', [taught('08:50')], taught('09:00', { action: 'in' }), 'opened'],
    ['leaves when it is not there', [], taught('09:00', { action: 'out' }), 'closed'],
    ['opens other machines than this one', [], taught('09:00', { takes: false }), 'opened'],
    ['opens while this one is broken', [declared('08:30', 'fault')], taught('09:00'), 'opened'],
    ['closes what a member took', [taught('08:40'), badge('08:50', 'ada')], taught('09:00'), 'closed'],
  ])('tells its reader that it %s', (_, before, read, reply) => {
    const state = initialFold(clock('00:00'));
    for (const input of [power('08:00', '09:00', IDLE), ...before].flat().sort(compareInputs))
      applyInput(state, input, LASER, NOWHERE);
    expect(badgeReply(state, read[0] as MachineInput & { kind: 'badge' }, LASER)).toBe(reply);
  });

  it('is not looked at again before the class must be over', () => {
    const state = initialFold(clock('00:00'));
    for (const input of [...power('08:00', '09:10', IDLE, 60), ...taught('09:00')].sort(compareInputs))
      applyInput(state, input, LASER, NOWHERE);
    expect(sessionAt(state, clock('09:05'), LASER)?.people).toBe(12);
    expect(nextChangeAt(state, clock('09:12'), LASER)).toBe(clock('21:00'));
  });
});

const NOWHERE = { activity() {}, service() {}, session() {}, energy() {} };

describe('laws of classes, over any two hours of three machines', () => {
  const SECONDS = 7200;
  const END = SECONDS * 1000;
  const isTaught = (input: MachineInput) => input.kind === 'badge' && input.class !== undefined;
  const machine = fc.record({ history: arbitraryHistory(SECONDS), rules: arbitraryRules });

  it('all machines agree at each read on whether a class is on, whatever else happened to each', () => {
    let underWay = 0;
    fc.assert(
      fc.property(arbitraryHistory(SECONDS), fc.array(machine, { minLength: 2, maxLength: 3 }), (common, machines) => {
        const reads = common.filter(isTaught);
        const stands = machines.map(({ history, rules }) => {
          // What is read of a badge that is no class any more concerns its reader's machine alone.
          const own = history.filter((input) => input.kind !== 'badge' || !input.token.match(/^t[kl]$/));
          const state = initialFold(0);
          const on: string[] = [];
          for (const input of [...own, ...reads].sort(compareInputs)) {
            applyInput(state, input, rules, NOWHERE);
            if (isTaught(input)) on.push(classesAt(state, input.at, rules));
          }
          return on;
        });
        for (const on of stands) expect(on).toEqual(stands[0]);
        underWay += stands[0]?.filter((one) => one !== '').length ?? 0;
      }),
      { numRuns: Number(process.env.RUNS ?? 1000) },
    );
    expect(underWay).toBeGreaterThan(500);
  });

  it('a class has one beginning on all its machines, and no session of it outlives its deadline', () => {
    fc.assert(
      fc.property(machine, ({ history, rules }) => {
        const reads = new Set(history.filter(isTaught).map(({ at }) => at));
        for (const { start, end, people, startCause } of runFold(history, rules, 0, END).sessions) {
          if (people === null) continue;
          expect(reads.has(start)).toBe(true);
          expect(startCause).toBe('badge');
          expect(end ?? END).toBeLessThanOrEqual(rules.nextClosing(start) ?? END);
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 1000) },
    );
  });

  /** Which classes are on at an instant, in words. */
  function classesAt(state: FoldState, at: number, rules: MachineRules): string {
    const { classes } = finished(state, at, rules, NOWHERE).state.session;
    return classes
      .filter(({ deadline }) => deadline > at)
      .map(({ badge: token, member, deadline }) => `${token} of ${member} until ${deadline}`)
      .join(', ');
  }
});

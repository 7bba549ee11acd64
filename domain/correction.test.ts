import { describe, expect, it } from 'vitest';
import { applyCorrections, checkCorrection } from './correction.ts';
import { type CorrectionRecord, namedSpan, readSessionId } from './correction-record.ts';
import type { CorrectionChange } from './event.ts';
import type { ActivityInterval, Session } from './layers.ts';

const MINUTE_MS = 60_000;
/** 09:00 in UTC. */
const NINE = Date.parse('2026-11-16T09:00:00Z');
const NOW = NINE + 600 * MINUTE_MS;

function minutes(m: number): number {
  return NINE + m * MINUTE_MS;
}

function session(from: number, to: number | null, more: Partial<Session> = {}): Session {
  const start = minutes(from);
  return {
    id: `laser-1~${start.toString(36)}`,
    machine: 'laser-1',
    start,
    end: to === null ? null : minutes(to),
    startCause: 'badge',
    endCause: 'idle',
    confidence: 'doubtful',
    runningMs: 0,
    standbyMs: ((to ?? from) - from) * MINUTE_MS,
    unknownMs: 0,
    energyWh: 12,
    member: 'ada',
    audience: 'public',
    people: null,
    ...more,
  };
}

function did(from: number, to: number, activity: ActivityInterval['activity']): ActivityInterval {
  return { start: minutes(from), end: minutes(to), activity, source: 'power', bridgedMs: 0, censored: false };
}

/** Ada twice, Bob, and Ada who still works. */
const FOLDED = [
  session(0, 60),
  session(80, 120),
  session(150, 200, { member: 'bob', endCause: 'badge-out', confidence: 'certain' }),
  session(580, null, { confidence: 'certain', endCause: 'open' }),
];
const [FIRST, SECOND, BOBS, OPEN] = FOLDED.map(({ id }) => id) as [string, string, string, string];
const ACTIVITY = [did(0, 10, 'standby'), did(10, 30, 'running'), did(30, 75, 'off'), did(75, 100, 'running')];

let nextSeq = 1;
function record(sessionId: string, change: CorrectionChange, more: Partial<CorrectionRecord> = {}): CorrectionRecord {
  const seq = nextSeq++;
  return { seq, id: `c${seq}`, session: sessionId, change, author: 'manager', reason: 'asked her', at: NOW, ...more };
}

/** `from-to running/standby/unknown`, in minutes, of each session in effect. */
function told(sessions: readonly Session[]): string[] {
  const m = (ms: number) => ms / MINUTE_MS;
  return sessions.map(({ id, start, end, confidence, endCause, runningMs, standbyMs, unknownMs, energyWh }) => {
    const name = id.replace(FIRST, 'first').replace(SECOND, 'second').replace(BOBS, "bob's").replace(OPEN, 'open');
    const range = `${m(start - NINE)}-${end === null ? 'open' : m(end - NINE)}`;
    return `${name} ${range} ${endCause} ${confidence} ${m(runningMs)}/${m(standbyMs)}/${m(unknownMs)} ${energyWh} Wh`;
  });
}

const REST = told(FOLDED.slice(1));
const STORIES: [string, (() => CorrectionRecord)[], string[]][] = [
  ['nothing is corrected', [], told(FOLDED)],
  [
    'a confirmed session keeps all but its doubt',
    [() => record(FIRST, { action: 'confirm' })],
    ['first 0-60 idle certain 0/60/0 12 Wh', ...REST],
  ],
  [
    'a forgotten badge-out ends earlier',
    [() => record(FIRST, { action: 'correct', end: minutes(30) })],
    ['first 0-30 corrected certain 20/10/0 null Wh', ...REST],
  ],
  [
    'a session begins later and ends later; what nobody saw is unknown',
    [() => record(SECOND, { action: 'correct', start: minutes(90), end: minutes(140) })],
    [
      REST.length ? (told(FOLDED)[0] as string) : '',
      'second 90-140 corrected certain 10/0/40 null Wh',
      ...REST.slice(1),
    ],
  ],
  [
    'the same times again are certain, and its energy stays',
    [() => record(FIRST, { action: 'correct', start: minutes(0), end: minutes(60) })],
    ['first 0-60 corrected certain 20/10/0 12 Wh', ...REST],
  ],
  ['a dismissed session is gone', [() => record(FIRST, { action: 'dismiss' })], REST],
  [
    'a split session is two',
    [() => record(FIRST, { action: 'split', at: minutes(20) })],
    ['first.1 0-20 corrected certain 10/10/0 null Wh', 'first.2 20-60 corrected certain 10/0/0 null Wh', ...REST],
  ],
  [
    'a part is split and dismissed like any other',
    [
      () => record(FIRST, { action: 'split', at: minutes(20) }),
      () => record(`${FIRST}.2`, { action: 'split', at: minutes(40) }),
      () => record(`${FIRST}.1`, { action: 'dismiss' }),
    ],
    ['first.2.1 20-40 corrected certain 10/0/0 null Wh', 'first.2.2 40-60 corrected certain 0/0/0 null Wh', ...REST],
  ],
  [
    'two sessions of one member become one, with the time between them',
    [() => record(FIRST, { action: 'merge', other: SECOND })],
    ['first 0-120 corrected certain 45/10/20 null Wh', ...REST.slice(1)],
  ],
  [
    'a session may take the place of a dismissed one',
    [() => record(SECOND, { action: 'dismiss' }), () => record(FIRST, { action: 'correct', end: minutes(100) })],
    ['first 0-100 corrected certain 45/10/0 null Wh', ...REST.slice(1)],
  ],
];

describe('corrections', () => {
  it('have stories', () => expect(STORIES.length).toBeGreaterThan(8));

  it.each(STORIES)('%s', (_story, records, expected) => {
    const made = records.map((make) => make());
    const { sessions, outcomes } = applyCorrections(FOLDED, made, ACTIVITY);
    expect(told(sessions)).toEqual(expected);
    expect([...outcomes.values()].map(({ state }) => state)).toEqual(made.map(() => 'applied'));
    expect(told(applyCorrections(FOLDED, made.toReversed(), ACTIVITY).sessions)).toEqual(expected);
  });
});

const REFUSED: [string, string, string, RegExp, () => CorrectionRecord, (() => CorrectionRecord)[]?][] = [
  [
    'ends before it begins',
    'bad-range',
    'end',
    /end before it begins/,
    () => record(FIRST, { action: 'correct', end: minutes(-1) }),
  ],
  [
    'ends when it begins',
    'bad-range',
    'end',
    /end before it begins/,
    () => record(FIRST, { action: 'correct', end: minutes(0) }),
  ],
  [
    'overlaps the next session',
    'conflict',
    'end',
    /overlaps the session/,
    () => record(FIRST, { action: 'correct', end: minutes(81) }),
  ],
  [
    'overlaps the session before',
    'conflict',
    'start',
    /overlaps the session/,
    () => record(SECOND, { action: 'correct', start: minutes(59) }),
  ],
  [
    'overlaps the open session',
    'conflict',
    'end',
    /to now/,
    () => record(BOBS, { action: 'correct', end: minutes(590) }),
  ],
  ['ends in the future', 'bad-range', 'end', /in the future/, () => record(BOBS, { action: 'correct', end: NOW + 1 })],
  ['lasts for years', 'bad-range', 'end', /longer than 31 days/, () => record(FIRST, { action: 'correct', start: 0 })],
  [
    'changes nothing',
    'bad-request',
    'start',
    /give `start`, `end` or both/,
    () => record(FIRST, { action: 'correct' }),
  ],
  [
    'is about no session',
    'not-found',
    'session',
    /no session "laser-1~0"/,
    () => record('laser-1~0', { action: 'dismiss' }),
  ],
  ['is about the open session', 'conflict', 'session', /still open/, () => record(OPEN, { action: 'dismiss' })],
  ['has no reason', 'bad-request', 'reason', /say why/, () => record(FIRST, { action: 'dismiss' }, { reason: ' ' })],
  [
    'splits at the beginning',
    'bad-range',
    'at',
    /not inside the session/,
    () => record(FIRST, { action: 'split', at: minutes(0) }),
  ],
  [
    'splits at the end',
    'bad-range',
    'at',
    /not inside the session/,
    () => record(FIRST, { action: 'split', at: minutes(60) }),
  ],
  [
    'joins the session to itself',
    'bad-request',
    'other',
    /another session/,
    () => record(FIRST, { action: 'merge', other: FIRST }),
  ],
  [
    'joins what is not there',
    'not-found',
    'other',
    /no session/,
    () => record(FIRST, { action: 'merge', other: 'laser-1~1' }),
  ],
  ['joins two members', 'conflict', 'other', /somebody else/, () => record(SECOND, { action: 'merge', other: BOBS })],
  [
    'joins the later to the earlier',
    'bad-request',
    'other',
    /is the earlier one/,
    () => record(SECOND, { action: 'merge', other: FIRST }),
  ],
  ['joins the open session', 'conflict', 'other', /still open/, () => record(SECOND, { action: 'merge', other: OPEN })],
  [
    'joins across somebody else',
    'conflict',
    'other',
    /lies between/,
    () => record(`${SECOND}.1`, { action: 'merge', other: `${SECOND}.2` }),
    [
      () => record(SECOND, { action: 'split', at: minutes(100) }),
      () => record(`${SECOND}.2`, { action: 'correct', start: minutes(210), end: minutes(220) }),
    ],
  ],
  [
    'undoes what is not there',
    'not-found',
    'correction',
    /no correction "c0"/,
    () => record(FIRST, { action: 'undo', correction: 'c0' }),
  ],
  [
    'undoes what was said of another session',
    'not-found',
    'correction',
    /no correction "one" of this session/,
    () => record(SECOND, { action: 'undo', correction: 'one' }),
    [() => record(FIRST, { action: 'dismiss' }, { id: 'one' })],
  ],
  [
    'undoes twice',
    'conflict',
    'correction',
    /undone already/,
    () => record(FIRST, { action: 'undo', correction: 'one' }),
    [
      () => record(FIRST, { action: 'dismiss' }, { id: 'one' }),
      () => record(FIRST, { action: 'undo', correction: 'one' }),
    ],
  ],
  [
    'undoes an undo',
    'conflict',
    'correction',
    /itself an undo/,
    () => record(FIRST, { action: 'undo', correction: 'two' }),
    [
      () => record(FIRST, { action: 'dismiss' }, { id: 'one' }),
      () => record(FIRST, { action: 'undo', correction: 'one' }, { id: 'two' }),
    ],
  ],
  [
    'undoes what another is built on',
    'conflict',
    'correction',
    /"two" is built on this one/,
    () => record(FIRST, { action: 'undo', correction: 'one' }),
    [
      () => record(FIRST, { action: 'split', at: minutes(20) }, { id: 'one' }),
      () => record(`${FIRST}.1`, { action: 'dismiss' }, { id: 'two' }),
    ],
  ],
];

describe('a correction is refused, and changes nothing, when it', () => {
  it('has stories', () => expect(REFUSED.length).toBeGreaterThan(20));

  it.each(REFUSED)('%s', (_story, code, path, sentence, make, before = []) => {
    const records = before.map((one) => one());
    const added = make();
    const failure = checkCorrection(FOLDED, records, added, ACTIVITY);
    expect(failure).toMatchObject({ code, complaints: [{ path }] });
    expect(failure?.sentence).toMatch(sentence);
    if (added.change.action === 'undo' || added.reason.trim() === '') return;
    const changed = applyCorrections(FOLDED, [...records, added], ACTIVITY);
    expect(changed.sessions).toEqual(applyCorrections(FOLDED, records, ACTIVITY).sessions);
    expect(changed.outcomes.get(added.id)).toEqual({ state: 'refused', failure });
  });
});

describe('an undo', () => {
  it('restores what was, and the record stays', () => {
    const dismissed = record(FIRST, { action: 'dismiss' }, { id: 'one' });
    const undo = record(FIRST, { action: 'undo', correction: 'one' }, { id: 'two' });
    expect(checkCorrection(FOLDED, [dismissed], undo, ACTIVITY)).toBeNull();
    const { sessions, outcomes } = applyCorrections(FOLDED, [undo, dismissed], ACTIVITY);
    expect(sessions).toEqual(FOLDED);
    expect([...outcomes]).toEqual([
      ['one', { state: 'undone', by: 'two' }],
      ['two', { state: 'applied' }],
    ]);
  });

  it('frees the way for the same correction again', () => {
    const records = [
      record(FIRST, { action: 'dismiss' }, { id: 'one' }),
      record(FIRST, { action: 'undo', correction: 'one' }),
    ];
    const again = record(FIRST, { action: 'dismiss' });
    expect(checkCorrection(FOLDED, records, again, ACTIVITY)).toBeNull();
    expect(applyCorrections(FOLDED, [...records, again], ACTIVITY).sessions).toEqual(FOLDED.slice(1));
  });
});

describe('a correction that was made twice', () => {
  it('counts once', () => {
    const split = record(FIRST, { action: 'split', at: minutes(20) });
    const { sessions } = applyCorrections(FOLDED, [split, { ...split, seq: nextSeq++ }], ACTIVITY);
    expect(sessions).toHaveLength(5);
  });
});

describe('ids of sessions', () => {
  it.each([
    ['laser-1~mi1ltc00', { machine: 'laser-1', root: 'laser-1~mi1ltc00', start: Number.parseInt('mi1ltc00', 36) }],
    ['a.b~z.1.2', { machine: 'a.b', root: 'a.b~z', start: 35 }],
    ['a.b', undefined],
    ['a~', undefined],
    ['a~1.3', undefined],
    ['a~1.1.', undefined],
    [`a~${'z'.repeat(12)}`, undefined],
  ])('%s', (id, read) => expect(readSessionId(id)).toEqual(read));

  it('tell where a correction has an effect', () => {
    expect(namedSpan(record(FIRST, { action: 'correct', end: minutes(30) }))).toEqual({
      start: minutes(0),
      end: minutes(30) + 1,
    });
    expect(namedSpan(record(FIRST, { action: 'merge', other: `${SECOND}.1` }))).toEqual({
      start: minutes(0),
      end: minutes(80) + 1,
    });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { ActivityInterval, Session } from '../../domain/layers.ts';
import { ALL_READS, apiFixture, TOKEN } from '../../test/api-fixture.ts';

const MINUTE_MS = 60_000;
/** Monday morning in Paris; the fixture's clock stands on Wednesday. */
const NINE = Date.parse('2026-03-02T08:00:00Z');
const FIRST = `laser-1~${NINE.toString(36)}`;
const SECOND = `laser-1~${(NINE + 120 * MINUTE_MS).toString(36)}`;

type Row = Record<string, unknown>;
type History = { folded: Row | null; sessions: Row[]; corrections: Row[] };

let fixture: ReturnType<typeof apiFixture>;

function session(fromMinutes: number, more: Partial<Session> = {}): Session {
  const start = NINE + fromMinutes * MINUTE_MS;
  return {
    id: `laser-1~${start.toString(36)}`,
    machine: 'laser-1',
    start,
    end: start + 60 * MINUTE_MS,
    startCause: 'badge',
    endCause: 'idle',
    confidence: 'doubtful',
    runningMs: 0,
    standbyMs: 60 * MINUTE_MS,
    unknownMs: 0,
    energyWh: 5,
    member: 'm-ada',
    audience: 'public',
    people: null,
    ...more,
  };
}

function did(from: number, to: number, activity: ActivityInterval['activity']): ActivityInterval {
  const [start, end] = [NINE + from * MINUTE_MS, NINE + to * MINUTE_MS];
  return { start, end, activity, source: 'power', bridgedMs: 0, censored: false };
}

beforeEach(() => {
  fixture = apiFixture();
  const rows = fixture.ledger.of('laser-1');
  rows.sessions.push(
    session(0),
    session(120, { endCause: 'max' }),
    session(240, { confidence: 'certain', endCause: 'badge-out' }),
  );
  rows.activity.push(did(0, 20, 'running'), did(20, 400, 'standby'));
});

async function post(id: string, body: unknown, token = TOKEN): Promise<Response> {
  return fixture.app.request(`/api/v1/sessions/${encodeURIComponent(id)}/corrections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function json<T = History>(response: Response | Promise<Response>): Promise<T> {
  const answer = await response;
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json()) as T;
}

async function inReview(query = ''): Promise<unknown[]> {
  const { sessions } = await json<{ sessions: Row[] }>(fixture.get(`/api/v1/review${query}`));
  return sessions.map(({ id }) => id);
}

describe('the review queue', () => {
  it('holds doubtful sessions, the newest first, and says why in both languages', async () => {
    const { sessions, next } = await json<{ sessions: Row[]; next: null }>(fixture.get('/api/v1/review'));
    expect(sessions.map(({ id, why }) => [id, (why as Row).code])).toEqual([
      [SECOND, 'too-long'],
      [FIRST, 'never-ran'],
    ]);
    expect(next).toBeNull();
    for (const { why } of sessions as { why: { fr: string; en: string } }[]) {
      expect(why.fr).toMatch(/badgé|tourné/);
      expect(why.en).toMatch(/Nobody|never/);
    }
  });

  it('comes page by page', async () => {
    const first = await json<{ sessions: Row[]; next: string }>(fixture.get('/api/v1/review?limit=1'));
    expect(first.sessions.map(({ id }) => id)).toEqual([SECOND]);
    expect(await inReview(`?limit=1&after=${first.next}`)).toEqual([FIRST]);
  });

  it('comes as CSV', async () => {
    const response = await fixture.get('/api/v1/review', { accept: 'text/csv' });
    const lines = (await response.text()).split('\r\n');
    expect(lines[0]).toMatch(/^id,machine,lab,.*,why,why_fr,why_en$/);
    expect(lines).toHaveLength(4);
  });

  it.each([
    ['?lab=pastuer', 404, /did you mean "pasteur"/],
    ['?after=x', 400, /not a cursor/],
    ['?limit=0', 400, /limit/],
    ['?from=2026-01-01', 400, /no parameter "from"/],
  ])('refuses %s', async (query, status, detail) => {
    const response = await fixture.get(`/api/v1/review${query}`);
    expect(response.status).toBe(status);
    expect(((await response.json()) as { detail: string }).detail).toMatch(detail);
  });

  const DECISIONS: [string, unknown][] = [
    ['confirmed', { action: 'confirm', reason: 'saw her' }],
    ['corrected', { action: 'correct', end: '2026-03-02T08:20:00Z', reason: 'camera of the corridor' }],
    ['dismissed', { action: 'dismiss', reason: 'a test of the reader' }],
    ['split', { action: 'split', at: '2026-03-02T08:30:00Z', reason: 'two projects' }],
    ['joined', { action: 'merge', other: SECOND, reason: 'she only had lunch' }],
  ];

  it.each(DECISIONS)('is left by a session that is %s, until that is undone', async (_what, body) => {
    const { corrections } = await json(post(FIRST, body));
    expect(corrections).toMatchObject([{ session: FIRST, author: 'admin', state: 'applied' }]);
    expect(await inReview()).not.toContain(FIRST);
    const undone = await json(post(FIRST, { action: 'undo', correction: corrections[0]?.id, reason: 'wrong one' }));
    expect(undone.corrections.map(({ state }) => state)).toEqual(['undone', 'applied']);
    expect(await inReview()).toContain(FIRST);
  });
});

describe('a corrected session', () => {
  it('tells what was recorded, what is in effect, and who says so why', async () => {
    const end = '2026-03-02T08:30:00.000Z';
    const posted = await json(post(FIRST, { action: 'correct', end, reason: ' She left at half past. ' }));
    expect(posted.folded).toMatchObject({ id: FIRST, endCause: 'idle', confidence: 'doubtful', standbyS: 3600 });
    expect(posted.sessions).toMatchObject([
      { id: FIRST, end, endCause: 'corrected', confidence: 'certain', runningS: 1200, standbyS: 600, member: 'm-ada' },
    ]);
    expect(posted.corrections).toMatchObject([
      { at: '2026-03-04T12:00:00.000Z', action: 'correct', end, author: 'admin', reason: 'She left at half past.' },
    ]);
    expect(await json(fixture.get(`/api/v1/sessions/${FIRST}`))).toEqual(posted);
    const listed = await json<{ sessions: Row[] }>(fixture.get('/api/v1/sessions?from=2026-03-02&to=2026-03-03'));
    expect(listed.sessions[0]).toMatchObject({ id: FIRST, end, confidence: 'certain' });
  });

  it('gives its corrections as CSV', async () => {
    await json(post(FIRST, { action: 'split', at: '2026-03-02T08:30:00Z', reason: 'a, b' }));
    const lines = (await (await fixture.get(`/api/v1/sessions/${FIRST}`, { accept: 'text/csv' })).text()).split('\r\n');
    expect(lines[0]).toBe(
      'id,at,session,action,start,end,splitAt,other,correction,author,reason,state,undoneBy,detail,people',
    );
    expect(lines[1]).toMatch(/,split,,,2026-03-02T08:30:00\.000Z,,,admin,"a, b",applied,,,$/);
  });

  it('changes the usage of its day', async () => {
    const usage = async () => {
      const route = '/api/v1/usage?from=2026-03-02&to=2026-03-03&machine=laser-1';
      const { rows } = await json<{ rows: Row[] }>(fixture.get(route));
      return rows.map(({ badgedS, sessions, doubtful }) => ({ badgedS, sessions, doubtful }));
    };
    expect(await usage()).toEqual([{ badgedS: 10_800, sessions: 3, doubtful: 2 }]);
    await json(post(FIRST, { action: 'correct', end: '2026-03-02T08:30:00Z', reason: 'x' }));
    expect(await usage()).toEqual([{ badgedS: 9000, sessions: 3, doubtful: 1 }]);
    await json(post(SECOND, { action: 'dismiss', reason: 'x' }));
    expect(await usage()).toEqual([{ badgedS: 5400, sessions: 2, doubtful: 0 }]);
  });

  it('that was dismissed stays visible in its history', async () => {
    const { folded, sessions } = await json(post(FIRST, { action: 'dismiss', reason: 'x' }));
    expect(folded).toMatchObject({ id: FIRST });
    expect(sessions).toEqual([]);
  });

  it('that was joined tells of both, from either', async () => {
    const posted = await json(post(FIRST, { action: 'merge', other: SECOND, reason: 'x' }));
    expect(posted.sessions.map(({ id }) => id)).toEqual([FIRST]);
    const other = await json(fixture.get(`/api/v1/sessions/${SECOND}`));
    expect(other.folded).toMatchObject({ id: SECOND });
    expect(other.sessions).toEqual(posted.sessions);
    expect(other.corrections).toEqual(posted.corrections);
  });

  it('keeps no badge number out of a reason', async () => {
    const { corrections } = await json(post(FIRST, { action: 'confirm', reason: 'badge 04:A2:2B:1C:5D:80 of Ada' }));
    expect(corrections[0]?.reason).toMatch(/^badge ‹\d+› of Ada$/);
    expect(JSON.stringify(fixture.ledger.of('laser-1').corrections)).not.toContain('A2:2B');
  });

  it('that no longer fits what was heard since says so', async () => {
    await json(post(FIRST, { action: 'correct', end: '2026-03-02T09:45:00Z', reason: 'x' }));
    fixture.ledger.of('laser-1').sessions.splice(1, 0, session(90));
    const { sessions, corrections } = await json(fixture.get(`/api/v1/sessions/${FIRST}`));
    expect(sessions).toMatchObject([{ id: FIRST, confidence: 'doubtful' }]);
    expect(corrections).toMatchObject([{ state: 'refused', detail: expect.stringMatching(/overlaps the session/) }]);
  });
});

describe('a correction', () => {
  it.each<[string, string, unknown, number, string, string, RegExp]>([
    [
      'ends before it begins',
      FIRST,
      { action: 'correct', end: '2026-03-02T07:00:00Z', reason: 'x' },
      400,
      'bad-range',
      'end',
      /before it begins/,
    ],
    [
      'overlaps',
      FIRST,
      { action: 'correct', end: '2026-03-02T10:30:00Z', reason: 'x' },
      409,
      'conflict',
      'end',
      /overlaps/,
    ],
    [
      'ends in the future',
      SECOND,
      { action: 'correct', end: '2026-03-05T10:30:00Z', reason: 'x' },
      400,
      'bad-range',
      'end',
      /future/,
    ],
    ['has no reason', FIRST, { action: 'dismiss' }, 400, 'bad-request', 'reason', /reason/],
    ['has an empty reason', FIRST, { action: 'dismiss', reason: '  ' }, 400, 'bad-request', 'reason', /say why/],
    [
      'has a time that is none',
      FIRST,
      { action: 'split', at: 'noon', reason: 'x' },
      400,
      'bad-request',
      'at',
      /"noon" is not a time/,
    ],
    ['is of no known kind', FIRST, { action: 'delete', reason: 'x' }, 400, 'bad-request', 'action', /./],
    [
      'names another machine',
      FIRST,
      { action: 'correct', machine: 'saw', reason: 'x' },
      400,
      'bad-request',
      'machine',
      /machine/,
    ],
    [
      'undoes nothing',
      FIRST,
      { action: 'undo', correction: 'abc', reason: 'x' },
      404,
      'not-found',
      'correction',
      /no correction "abc"/,
    ],
    [
      'is about no session',
      'laser-1~zzz',
      { action: 'dismiss', reason: 'x' },
      404,
      'not-found',
      'session',
      /no session/,
    ],
    ['is about no machine', 'laser-2~zzz', { action: 'dismiss', reason: 'x' }, 404, 'not-found', 'id', /no session/],
  ])('that %s is refused, and nothing changes', async (_what, id, body, status, code, path, detail) => {
    const response = await post(id, body);
    const problem = (await response.json()) as { code: string; detail: string; complaints: { path: string }[] };
    expect([response.status, problem.code, problem.complaints[0]?.path]).toEqual([status, code, path]);
    expect(problem.detail).toMatch(detail);
    expect(fixture.ledger.of('laser-1').corrections).toEqual([]);
  });

  it('is checked against those posted at the same time', async () => {
    const bodies = [
      { action: 'correct', end: '2026-03-02T09:50:00Z', reason: 'x' },
      { action: 'split', at: '2026-03-02T09:40:00Z', reason: 'x' },
      { action: 'dismiss', reason: 'x' },
    ];
    const statuses = (await Promise.all(bodies.map((body) => post(FIRST, body)))).map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 404]);
  });

  it('needs a token', async () => {
    expect((await post(FIRST, { action: 'dismiss', reason: 'x' }, 'wrong')).status).toBe(401);
  });

  it('shows its author and its reason to nobody who may only read usage', async () => {
    const open = apiFixture({ anonymousMay: ALL_READS.difference(new Set(['journal:read'])) });
    open.ledger.of('laser-1').sessions.push(session(0));
    await open.app.request(`/api/v1/sessions/${FIRST}/corrections`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'confirm', reason: 'saw Ada' }),
    });
    const text = await (await open.app.request(`/api/v1/sessions/${FIRST}`)).text();
    expect(JSON.parse(text).corrections).toMatchObject([{ author: null, reason: null, state: 'applied' }]);
    expect(text).not.toContain('m-ada');
    expect((await open.app.request('/api/v1/sessions/laser-1~0')).status).toBe(404);
  });
});

describe('the head-count of a class', () => {
  const onPrinter = FIRST.replace('laser-1', 'printer-1');

  beforeEach(() => {
    const taught = { member: 'm-6b', people: 12, confidence: 'certain', endCause: 'badge-out' } as const;
    fixture.ledger.of('laser-1').sessions = [session(0, taught), session(120)];
    fixture.ledger.of('printer-1').sessions = [session(0, { ...taught, id: onPrinter, machine: 'printer-1' })];
  });

  const people = async () => {
    const query = '/api/v1/sessions?from=2026-03-02&to=2026-03-03&lab=pasteur';
    const { sessions } = await json<{ sessions: Row[] }>(fixture.get(query));
    return sessions.map((one) => one.people);
  };

  it('is corrected, and that undone, on all of its machines', async () => {
    expect(await people()).toEqual([12, 12, null]);
    const { corrections, sessions } = await json(post(onPrinter, { action: 'people', people: 9, reason: 'three ill' }));
    expect(corrections).toMatchObject([{ action: 'people', people: 9, reason: 'three ill', state: 'applied' }]);
    expect(sessions).toMatchObject([{ people: 9, confidence: 'certain', endCause: 'badge-out' }]);
    expect(await people()).toEqual([9, 9, null]);
    await json(post(FIRST, { action: 'undo', correction: corrections[0]?.id, reason: 'they came' }));
    expect(await people()).toEqual([12, 12, null]);
  });

  it('is that of all parts of a class that was split, on whichever machine', async () => {
    await json(post(onPrinter, { action: 'split', at: '2026-03-02T08:20:00Z', reason: 'x' }));
    await json(post(FIRST, { action: 'split', at: '2026-03-02T08:30:00Z', reason: 'x' }));
    const { corrections } = await json(post(`${FIRST}.1`, { action: 'people', people: 9, reason: 'three ill' }));
    expect(await people()).toEqual([9, 9, 9, 9, null]);
    await json(post(`${FIRST}.2`, { action: 'undo', correction: corrections.at(-1)?.id, reason: 'they came' }));
    expect(await people()).toEqual([12, 12, 12, 12, null]);
  });

  it('stands in the CSV of sessions', async () => {
    const query = '/api/v1/sessions?from=2026-03-02&to=2026-03-03&lab=pasteur';
    const lines = (await (await fixture.get(query, { accept: 'text/csv' })).text()).split('\r\n');
    expect(lines[0]).toMatch(/,people$/);
    expect(lines.slice(1, 4).map((line) => line.split(',').at(-1))).toEqual(['12', '12', '']);
  });

  it.each([
    [SECOND, { action: 'people', people: 9, reason: 'x' }, 409, /session of one member/],
    [FIRST, { action: 'people', people: 0, reason: 'x' }, 400, /people/],
    [FIRST, { action: 'people', people: 501, reason: 'x' }, 400, /people/],
    [FIRST, { action: 'people', people: 9, reason: ' ' }, 400, /say why/],
  ])('of %s as %j is refused', async (id, body, status, detail) => {
    const response = await post(id, body);
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(detail)]);
    expect(await people()).toEqual([12, 12, null]);
  });

  it('waits until the class is over on all machines', async () => {
    const [first] = fixture.ledger.of('printer-1').sessions as [Session];
    fixture.ledger.of('printer-1').sessions = [{ ...first, end: null, endCause: 'open' }];
    const response = await post(FIRST, { action: 'people', people: 9, reason: 'x' });
    expect(await response.text()).toContain(`the session \\"${onPrinter}\\" is still open`);
    expect(fixture.ledger.of('laser-1').corrections).toEqual([]);
  });
});

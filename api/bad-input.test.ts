import { describe, expect, it } from 'vitest';
import type { Session } from '../domain/layers.ts';
import { apiFixture, REGISTRY, TOKEN } from '../test/api-fixture.ts';

interface Parameter {
  name: string;
  in: 'query' | 'path';
  required?: boolean;
  schema: { type?: string; enum?: string[]; maxLength?: number; maximum?: number };
}

interface Operation {
  path: string;
  parameters: Parameter[];
}

const SESSION: Session = {
  ...{ id: 'laser-1~0', machine: 'laser-1', start: Date.parse('2026-03-02T10:00:00Z'), startCause: 'badge' },
  ...{ end: Date.parse('2026-03-02T11:00:00Z'), endCause: 'idle', confidence: 'doubtful', runningMs: 0, standbyMs: 0 },
  ...{ unknownMs: 0, energyWh: null, member: 'ada', audience: 'public', people: null },
};
SESSION.id = `laser-1~${SESSION.start.toString(36)}`;

/** A value that each required parameter takes. */
const GOOD: Record<string, string> = {
  from: '2026-03-01',
  to: '2026-03-03',
  machine: 'laser-1',
  lab: 'pasteur',
  kind: 'laser-cutter',
  id: 'laser-1',
};
/** What names something of the registry, with a name that is almost one. */
const ALMOST: Record<string, [string, string]> = {
  machine: ['lasr-1', 'laser-1'],
  lab: ['pasteurr', 'pasteur'],
  kind: ['laser-cuter', 'laser-cutter'],
};
/** A path is filled with these. */
const IDS: Record<string, string> = { '/api/v1/sessions/{id}': SESSION.id, '/api/v1/definitions/{id}': 'utilisation' };

async function operations(): Promise<Operation[]> {
  const document = await (await apiFixture().app.request('/openapi.json')).json();
  return Object.entries(document.paths as Record<string, { get?: { parameters?: Parameter[] } }>).flatMap(
    ([path, { get }]) => (get && path.startsWith('/api/v1/') ? [{ path, parameters: get.parameters ?? [] }] : []),
  );
}

function urlOf({ path, parameters }: Operation, changed: Record<string, string> = {}, more = ''): string {
  const required = parameters.filter((one) => one.required && one.in === 'query').map(({ name }) => name);
  const query = new URLSearchParams({
    ...Object.fromEntries(required.map((name) => [name, GOOD[name] as string])),
    ...changed,
  });
  return `${path.replace('{id}', IDS[path] ?? (GOOD.id as string))}?${query}${more}`;
}

const ALL = await operations();
const RANGED = ALL.filter(({ parameters }) => parameters.some(({ name }) => name === 'from'));

function house() {
  const made = apiFixture();
  made.ledger.of('laser-1').sessions.push(SESSION);
  return made;
}

/** Every answer is a problem with a code, a path and a sentence; nothing broke on the way. */
async function expectProblem(url: string, path: string | null, words: string | RegExp, status = 400) {
  const { get, state } = house();
  const response = await get(url);
  const text = await response.text();
  expect(response.status, `${url} → ${text}`).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = JSON.parse(text);
  expect(body.code, url).toMatch(/^[a-z-]+$/);
  expect(body.detail, url).toMatch(words);
  expect(body.detail, url).not.toMatch(/Invalid|received|undefined|expected string/);
  if (path !== null)
    expect(
      body.complaints.map((one: { path: string }) => one.path),
      url,
    ).toContain(path);
  expect(state.errors, url).toEqual([]);
  expect(state.registry).toBe(REGISTRY);
}

describe('every GET of the API', () => {
  it('is known to this file, and takes what is right', async () => {
    expect(ALL.length).toBeGreaterThan(15);
    expect(RANGED.length).toBeGreaterThan(8);
    for (const operation of ALL) {
      const { get, close } = house();
      const response = await get(urlOf(operation));
      expect(response.status, urlOf(operation)).toBe(200);
      await response.body?.cancel();
      close();
    }
  });

  it.each(RANGED.map((one) => [one.path, one] as const))('%s refuses ranges that are none', async (_, one) => {
    await expectProblem(urlOf(one, { from: '1900-01-01', to: '2100-01-01' }), 'to', /longer than \d+ years/);
    await expectProblem(urlOf(one, { from: '2026-03-03', to: '2026-03-01' }), 'from', 'before `to`');
    await expectProblem(urlOf(one, { from: '2026-03-01', to: '2026-03-01' }), 'from', 'before `to`');
    await expectProblem(urlOf(one, { from: '2026-02-30', to: '2026-03-03' }), 'from', 'is not a time; write 2026');
    await expectProblem(urlOf(one, { from: '2026-03-01', to: '2026-03-02T00:00:00' }), 'to', 'is not a time');
    await expectProblem(urlOf(one, { from: '2026-03-01T00:00:00+99:00', to: '2026-03-02' }), 'from', 'is not a time');
    await expectProblem(urlOf(one, { from: '+275760-09-13', to: '2026-03-02' }), 'from', 'is not a time');
    await expectProblem(urlOf(one, { from: '', to: '2026-03-02' }), 'from', 'is not a time');
    await expectProblem(urlOf(one, { from: '1'.repeat(5000), to: '2026-03-02' }), 'from', 'at most 40 characters');
    await expectProblem(urlOf(one, {}, '&from=2026-03-02&from=2026-03-01&to=2026-03-05'), 'from', /given \d times/);
  });

  const named = ALL.flatMap((one) =>
    one.parameters.flatMap(({ name }) => (Object.hasOwn(ALMOST, name) ? [[one.path, name, one] as const] : [])),
  );
  it.each(named)('%s refuses a %s that is not there', async (_, name, one) => {
    const [almost, meant] = ALMOST[name] as [string, string];
    await expectProblem(urlOf(one, { [name]: almost }), name, `did you mean "${meant}"?`, 404);
    await expectProblem(urlOf(one, { [name]: 'x'.repeat(2000) }), name, 'at most 63 characters');
    await expectProblem(urlOf(one, { [name]: '' }), name, 'at least 1 character');
    await expectProblem(urlOf(one, { [name]: 'a\0b' }), name, 'no ', 404);
  });

  const chosen = ALL.flatMap((one) =>
    one.parameters.flatMap(({ name, schema }) => (schema.enum ? [[one.path, name, one, schema.enum] as const] : [])),
  );
  it.each(chosen)('%s refuses a %s that is not there', async (_, name, one, choices) => {
    const last = choices.at(-1) as string;
    await expectProblem(urlOf(one, { [name]: `${last}x` }), name, `did you mean "${last}"?`);
    await expectProblem(urlOf(one, { [name]: 'q7' }), name, `must be one of "${choices[0]}"`);
  });

  const counted = ALL.flatMap((one) =>
    one.parameters.flatMap(({ name, schema }) =>
      schema.type === 'integer' && schema.maximum ? [[one.path, name, one, schema.maximum] as const] : [],
    ),
  );
  it.each(counted)('%s refuses a %s that is no such number', async (_, name, one, most) => {
    await expectProblem(urlOf(one, { [name]: String(most + 1) }), name, `at most ${most}`);
    await expectProblem(urlOf(one, { [name]: 'many' }), name, 'must be a number');
    await expectProblem(urlOf(one, { [name]: '1.5' }), name, 'a whole number');
  });

  it.each(ALL.map((one) => [one.path, one] as const))(
    '%s refuses a parameter that it does not know',
    async (_, one) => {
      await expectProblem(urlOf(one, { metric: 'oee' }), 'metric', 'no parameter "metric"');
    },
  );

  it.each(ALL.filter(({ path }) => path.includes('{')).map((one) => [one.path, one] as const))(
    '%s refuses a name that is not there',
    async (_, { path, parameters }) => {
      const url = (id: string) => urlOf({ path: path.replace('{id}', encodeURIComponent(id)), parameters });
      await expectProblem(url('utilisatio'), null, /no (machine|session|definition) "utilisatio"/, 404);
      await expectProblem(url('x'.repeat(2000)), 'id', 'at most');
    },
  );
});

const NOW = '2026-03-04T12:00:00Z';
const reason = 'a test';
const CORRECTIONS = `/api/v1/sessions/${encodeURIComponent(SESSION.id)}/corrections`;
const SERVICE = '/api/v1/machines/laser-1/service';

/** Path, body, status, path of the complaint, words. */
const WRITES: [string, string, unknown, number, string | null, string | RegExp][] = [
  [
    'ends before it begins',
    CORRECTIONS,
    { action: 'correct', end: '2026-03-02T09:00:00Z', reason },
    400,
    'end',
    'before',
  ],
  ['ends in the future', CORRECTIONS, { action: 'correct', end: '2026-04-01T09:00:00Z', reason }, 400, 'end', 'future'],
  ['ends at no time', CORRECTIONS, { action: 'correct', end: 'noon', reason }, 400, 'end', '"noon" is not a time'],
  [
    'parts outside',
    CORRECTIONS,
    { action: 'split', at: '2026-03-03T09:00:00Z', reason },
    400,
    'at',
    /inside|within|between/,
  ],
  [
    'joins what is not there',
    CORRECTIONS,
    { action: 'merge', other: 'laser-1~zz', reason },
    404,
    'other',
    'no session',
  ],
  [
    'undoes what is not there',
    CORRECTIONS,
    { action: 'undo', correction: 'none', reason },
    404,
    'correction',
    'no correction',
  ],
  ['says no reason', CORRECTIONS, { action: 'confirm' }, 400, 'reason', 'is missing'],
  ['says an empty reason', CORRECTIONS, { action: 'confirm', reason: ' ' }, 400, 'reason', 'say why'],
  ['does what cannot be done', CORRECTIONS, { action: 'delete', reason }, 400, 'action', 'must be "confirm"'],
  ['says too much', CORRECTIONS, { action: 'confirm', reason, start: NOW }, 400, 'start', 'unknown key "start"'],
  [
    'is of no session',
    '/api/v1/sessions/laser-1~zz/corrections',
    { action: 'confirm', reason },
    404,
    null,
    'no session',
  ],
  [
    'is of no machine',
    '/api/v1/sessions/lasr-1~zz/corrections',
    { action: 'confirm', reason },
    404,
    'id',
    'no session',
  ],
  ['begins in the future', SERVICE, { state: 'fault', from: '2026-03-05' }, 400, 'from', 'in the future'],
  ['begins before the lab', SERVICE, { state: 'fault', from: '2025-12-01' }, 400, 'from', 'before the lab began'],
  ['begins at no time', SERVICE, { state: 'fault', from: 'yesterday' }, 400, 'from', 'is not a time'],
  ['is no state', SERVICE, { state: 'faulty' }, 400, 'state', 'did you mean "fault"?'],
  ['has a long note', SERVICE, { state: 'fault', note: 'x'.repeat(501) }, 400, 'note', 'at most 500'],
  [
    'is of a machine that is not there',
    '/api/v1/machines/lasr-1/service',
    { state: 'fault' },
    404,
    'machine',
    'did you mean',
  ],
  ['is no object', SERVICE, 'fault', 400, 'document', 'must be a group of keys, not text'],
];

describe('what is declared', () => {
  it.each(WRITES)('is refused when it %s', async (_, path, body, status, where, words) => {
    const { app, ledger, state } = house();
    const before = structuredClone(ledger.of('laser-1'));
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const response = await app.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
    const problem = await response.json();
    expect(response.status, JSON.stringify(problem)).toBe(status);
    expect(problem.detail).toMatch(words);
    if (where !== null) expect(problem.complaints).toContainEqual(expect.objectContaining({ path: where }));
    expect(ledger.of('laser-1')).toEqual(before);
    expect(state.errors).toEqual([]);
  });
});

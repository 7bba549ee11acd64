import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../domain/layers.ts';
import { ALL_READS, apiFixture, REGISTRY, TOKEN } from '../test/api-fixture.ts';
import { NEEDS, type Need } from './need.ts';

const RANGE = 'from=2026-03-01&to=2026-03-03';

/** The session that routes about one session are asked for. */
const SESSION: Session = {
  id: 'laser-1~0',
  machine: 'laser-1',
  start: 0,
  end: 1000,
  startCause: 'badge',
  endCause: 'idle',
  confidence: 'doubtful',
  runningMs: 0,
  standbyMs: 0,
  unknownMs: 1000,
  energyWh: null,
  member: 'm-ada',
  audience: 'public',
  people: null,
};

/** Every route with a request that succeeds and the need that it declares. */
const SIGNATURE = { standbyW: 20, runningW: 150 };

const ROUTES: [string, string, Need, RequestInit?][] = [
  ['GET', '/healthz', 'open'],
  ['GET', '/readyz', 'open'],
  ['GET', '/metrics', 'open'],
  ['GET', '/docs', 'open'],
  ['GET', '/docs/start.js', 'open'],
  ['GET', '/openapi.json', 'open'],
  ['GET', '/api/v1/machines', 'floor:read'],
  ['GET', '/api/v1/machines/laser-1', 'floor:read'],
  ['GET', '/api/v1/live', 'floor:read'],
  ['GET', '/api/v1/labs', 'floor:read'],
  ['GET', '/api/v1/connectors', 'floor:read'],
  ['GET', `/api/v1/usage?${RANGE}`, 'usage:read'],
  ['GET', `/api/v1/usage/explain?machine=laser-1&${RANGE}`, 'usage:read'],
  ['GET', `/api/v1/sessions?${RANGE}`, 'usage:read'],
  ['GET', `/api/v1/activity?machine=laser-1&${RANGE}`, 'usage:read'],
  ['GET', `/api/v1/power?machine=laser-1&${RANGE}`, 'usage:read'],
  ['GET', `/api/v1/uptime?${RANGE}`, 'usage:read'],
  ['GET', `/api/v1/occupancy?lab=pasteur&${RANGE}`, 'usage:read'],
  ['GET', `/api/v1/saturation?kind=laser-cutter&${RANGE}`, 'usage:read'],
  ['GET', '/api/v1/sessions/laser-1~0', 'usage:read'],
  ['GET', '/api/v1/review', 'usage:read'],
  ['GET', `/api/v1/machines/laser-1/service?${RANGE}`, 'usage:read'],
  ['POST', '/api/v1/machines/laser-1/service', 'service:write', json({ state: 'fault' })],
  ['POST', '/api/v1/sessions/laser-1~0/corrections', 'sessions:write', json({ action: 'dismiss', reason: 'a test' })],
  ['GET', `/api/v1/charter?lab=pasteur&${RANGE}`, 'usage:read'],
  ['GET', `/api/v1/cost?${RANGE}`, 'usage:read'],
  ['GET', '/api/v1/definitions', 'open'],
  ['GET', '/api/v1/definitions/utilisation', 'open'],
  ['GET', '/api/v1/events', 'journal:read'],
  ['GET', '/api/v1/quarantine', 'journal:read'],
  ['GET', '/api/v1/registry', 'registry:read'],
  ['PUT', '/api/v1/registry', 'registry:write', json(REGISTRY)],
  ['GET', '/api/v1/registry/changes', 'registry:read'],
  ['GET', '/api/v1/proposals', 'registry:read'],
  ['GET', '/api/v1/machines/laser-1/signature', 'registry:read'],
  ['POST', '/api/v1/machines/laser-1/signature', 'registry:write', json({ signature: SIGNATURE, reason: 'a test' })],
  ['POST', '/api/v1/setup', 'open', json({ key: 'right-key' })],
];

function json(body: unknown): RequestInit {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

describe('access', () => {
  it('is declared by every route, and this file knows them all', () => {
    const { app } = apiFixture();
    const declared = app.openAPIRegistry.definitions.flatMap((definition) =>
      definition.type === 'route'
        ? [definition.route as unknown as { method: string; path: string; 'x-needs'?: Need }]
        : [],
    );
    expect(declared.length).toBeGreaterThan(0);
    for (const route of declared) expect(NEEDS, route.path).toContain(route['x-needs']);
    const known = ROUTES.map(([method, path, need]) => `${method} ${path.split('?')[0]} ${need}`);
    const told = declared.map(
      ({ method, path, 'x-needs': need }) =>
        `${method.toUpperCase()} ${path.replace('/sessions/{id}', '/sessions/laser-1~0').replace('/definitions/{id}', '/definitions/utilisation').replace('{id}', 'laser-1').replace('{file}', 'start.js')} ${need}`,
    );
    expect(told.sort()).toEqual(known.sort());
    const served = app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
    expect(new Set(served).size).toBe(ROUTES.length);
  });

  it.each(ROUTES)('%s %s needs what it says (%s)', async (method, path, need, init = {}) => {
    const { app, close, ledger } = apiFixture();
    ledger.of('laser-1').sessions.push(SESSION);
    const nobody = await app.request(path, { method, ...init });
    expect(nobody.status).toBe(need === 'open' ? 200 : 401);
    if (need !== 'open') expect(await nobody.json()).toMatchObject({ code: 'unauthenticated', status: 401 });
    const administrator = { ...init, headers: { ...init.headers, authorization: `Bearer ${TOKEN}` } };
    expect((await app.request(path, { method, ...administrator })).status).toBe(200);
    const { app: demo, close: closeDemo, ledger: other } = apiFixture({ anonymousMay: ALL_READS });
    other.of('laser-1').sessions.push(SESSION);
    expect((await demo.request(path, { method, ...init })).status).toBe(need.endsWith(':write') ? 401 : 200);
    close();
    closeDemo();
  });

  it.each(['Bearer wrong', 'Basic YTpi', 'Bearer', 'Bearer a b'])(
    'refuses the header "%s" even where anybody may read',
    async (header) => {
      const { app } = apiFixture({ anonymousMay: ALL_READS });
      const response = await app.request('/api/v1/machines', { headers: { authorization: header } });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    },
  );
});

const PROBLEMS: [string, string, number, string, string][] = [
  [
    'an unknown parameter',
    `/api/v1/usage?${RANGE}&machin=laser-1`,
    400,
    'bad-parameter',
    'no parameter "machin"; did you mean "machine"?',
  ],
  ['a parameter where none is known', '/api/v1/machines/laser-1?lab=x', 400, 'bad-parameter', 'none is known here'],
  ['from after to', '/api/v1/usage?from=2026-03-03&to=2026-03-01', 400, 'bad-range', 'before `to`'],
  ['from equal to to', '/api/v1/usage?from=2026-03-03&to=2026-03-03', 400, 'bad-range', 'before `to`'],
  ['101 years', '/api/v1/usage?from=1950-01-01&to=2051-01-01', 400, 'bad-range', '100 years'],
  [
    'a date that is none',
    '/api/v1/usage?from=2026-02-30&to=2026-03-03',
    400,
    'bad-parameter',
    '"2026-02-30" is not a time',
  ],
  ['an instant without a zone', '/api/v1/usage?from=2026-03-01T00:00:00&to=2026-03-03', 400, 'bad-parameter', 'from:'],
  ['a missing from', '/api/v1/usage?to=2026-03-03', 400, 'bad-parameter', 'from'],
  [
    'an unknown machine',
    `/api/v1/usage?${RANGE}&machine=lasr-1`,
    404,
    'not-found',
    'no machine "lasr-1"; did you mean "laser-1"?',
  ],
  [
    'an unknown lab',
    `/api/v1/sessions?${RANGE}&lab=pasteurr`,
    404,
    'not-found',
    'no lab "pasteurr"; did you mean "pasteur"?',
  ],
  ['an unknown kind', `/api/v1/usage?${RANGE}&kind=laser-cuter`, 404, 'not-found', 'did you mean "laser-cutter"?'],
  ['an unknown machine in a path', '/api/v1/machines/lasr-1', 404, 'not-found', 'did you mean "laser-1"?'],
  ['an unknown connector', '/api/v1/events?connector=plg-1', 404, 'not-found', 'did you mean "plug-1"?'],
  ['an unknown period', `/api/v1/usage?${RANGE}&period=dya`, 400, 'bad-parameter', 'period'],
  ['too many points', `/api/v1/power?machine=laser-1&${RANGE}&points=5001`, 400, 'bad-parameter', 'points'],
  ['a cursor that is none', `/api/v1/sessions?${RANGE}&after=x`, 400, 'bad-parameter', 'cursor'],
  ['too many rows', '/api/v1/usage?from=1970-01-01&to=2026-01-01&period=hour', 400, 'bad-range', 'rows'],
  ['an unknown path', '/api/v1/machine', 404, 'not-found', 'did you mean "/api/v1/machines"?'],
];

describe('problems', () => {
  it.each(PROBLEMS)('%s', async (_, path, status, code, sentence) => {
    const { get } = apiFixture();
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const body = await response.json();
    expect(body).toMatchObject({ status, code, type: `urn:fabmeter:problem:${code}` });
    expect(`${body.detail} ${JSON.stringify(body.complaints)}`).toContain(sentence);
  });

  it('a method that is not possible names those that are', async () => {
    const { app } = apiFixture({ anonymousMay: new Set(NEEDS) });
    const response = await app.request('/api/v1/registry', { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, PUT, HEAD');
    expect(await response.json()).toMatchObject({ code: 'method-not-allowed' });
  });

  it('an error that nobody expected is reported and not shown', async () => {
    const { get, state } = apiFixture({
      connectors: {
        list: () => {
          throw new Error('secret detail');
        },
        unclaimed: () => [],
      },
    });
    const response = await get('/api/v1/connectors');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret detail');
    expect(state.errors).toHaveLength(1);
  });
});

describe('answers', () => {
  it.each(['/api/v1/machines', '/docs', '/nowhere', '/api/v1/usage'])(
    '%s carries the security headers',
    async (path) => {
      const { get } = apiFixture();
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
    },
  );

  it('readyz says why messages are not taken', async () => {
    const { app } = apiFixture({ readiness: () => ({ ready: false, reasons: ['The disk is full.'] }) });
    const response = await app.request('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ready: false, reasons: ['The disk is full.'] });
  });

  it('openapi.json names every path, and each secured one its bearer', async () => {
    const { app } = apiFixture();
    const document = await (await app.request('/openapi.json')).json();
    expect(Object.keys(document.paths)).toContain('/api/v1/usage');
    expect(document.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
    expect(document.paths['/api/v1/usage'].get.security).toEqual([{ bearer: [] }]);
    expect(document.components.schemas).toHaveProperty('Machine');
  });

  it('docs come from here alone', async () => {
    const { app } = apiFixture();
    const page = await (await app.request('/docs')).text();
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect((await app.request(`/${link}`)).status).toBe(200);
    expect((await app.request('/docs/package.json')).status).toBe(404);
  });
});

describe('the web page', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fabmeter-web-'));
    mkdirSync(join(folder, 'web', 'assets'), { recursive: true });
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    writeFileSync(join(folder, 'web', 'index.html'), '<title>page</title>');
    writeFileSync(join(folder, 'web', 'assets', 'a-1.js'), 'run()');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['/', 200, '<title>page</title>'],
    ['/setup', 200, '<title>page</title>'],
    ['/setup?key=abc', 200, '<title>page</title>'],
    ['/assets/a-1.js', 200, 'run()'],
    ['/assets/b-1.js', 404, ''],
    ['/..%2fsecret.txt', 404, ''],
    ['/%2e%2e/secret.txt', 404, ''],
    ['/assets/%ff.js', 404, ''],
    ['/assets', 404, ''],
    ['/healthz', 200, '{"status":"ok"}'],
  ])('%s gives %i', async (path, status, text) => {
    const { app } = apiFixture({ webRoot: join(folder, 'web') });
    const response = await app.request(path);
    expect(response.status).toBe(status);
    if (text) expect(await response.text()).toBe(text);
  });
});

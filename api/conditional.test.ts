import { describe, expect, it } from 'vitest';
import { apiFixture } from '../test/api-fixture.ts';

const RANGE = 'from=2026-03-01&to=2026-03-03';
const USAGE = `/api/v1/usage?${RANGE}`;
const CSV = { accept: 'text/csv' };

/** Every answer that may be asked for on condition. */
const PATHS = [
  '/api/v1/machines',
  '/api/v1/machines/laser-1',
  '/api/v1/labs',
  '/api/v1/connectors',
  USAGE,
  `/api/v1/usage/explain?machine=laser-1&${RANGE}`,
  `/api/v1/uptime?${RANGE}`,
  `/api/v1/occupancy?lab=pasteur&${RANGE}`,
  `/api/v1/saturation?kind=laser-cutter&${RANGE}`,
  `/api/v1/sessions?${RANGE}`,
  `/api/v1/activity?machine=laser-1&${RANGE}`,
  `/api/v1/power?machine=laser-1&${RANGE}`,
  `/api/v1/machines/laser-1/service?${RANGE}`,
  '/api/v1/review',
  '/api/v1/quarantine',
  '/api/v1/definitions',
  '/api/v1/definitions/utilisation',
  `/api/v1/charter?lab=pasteur&${RANGE}`,
  `/api/v1/cost?${RANGE}`,
  '/api/v1/registry',
];

describe('conditional requests', () => {
  it.each(PATHS)('%s has a tag, and is not sent again to whoever has it', async (path) => {
    const { get } = apiFixture();
    const whole = await get(path);
    const tag = whole.headers.get('etag')!;
    expect(tag).toMatch(/^"[\w-]{40,}"$/);
    expect(whole.headers.get('cache-control')).toBe('private, no-cache');
    expect(whole.headers.get('vary')).toBe('Accept, Authorization');
    const again = await get(path, { 'if-none-match': `"other", W/${tag}` });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    expect(again.headers.get('etag')).toBe(tag);
    expect(again.headers.get('cache-control')).toBe('private, no-cache');
    expect(again.headers.get('content-type')).toBeNull();
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('changes with the numbers, and with the form', async () => {
    const { get, ledger } = apiFixture();
    const tag = (await get(USAGE)).headers.get('etag')!;
    const table = await get(USAGE, { ...CSV, 'if-none-match': tag });
    expect(table.status).toBe(200);
    ledger.of('laser-1').activity.push({
      ...{ start: Date.parse('2026-03-02T10:00:00Z'), end: Date.parse('2026-03-02T11:00:00Z') },
      ...{ activity: 'running', source: 'power', bridgedMs: 0, censored: false },
    });
    expect((await get(USAGE, { 'if-none-match': tag })).status).toBe(200);
  });

  it.each([
    ['a problem', '/api/v1/usage?from=1'],
    ['a path that is not there', '/api/v1/nothing'],
    ['the events', '/api/v1/events'],
    ['the live stream', '/api/v1/live'],
  ])('%s has none, and is never kept', async (_, path) => {
    const { get, close } = apiFixture();
    const { headers, status, body } = await get(path, { 'if-none-match': '*' });
    expect(status).not.toBe(304);
    expect(headers.get('etag')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    await body?.cancel();
    close();
  });

  it('whoever may not read learns nothing from a tag', async () => {
    const { app, get } = apiFixture();
    const tag = (await get(USAGE)).headers.get('etag')!;
    expect((await app.request(USAGE, { headers: { 'if-none-match': tag } })).status).toBe(401);
  });

  it('HEAD has the tag of GET', async () => {
    const { app, get } = apiFixture();
    const { headers } = await get('/api/v1/definitions');
    const head = await app.request('/api/v1/definitions', { method: 'HEAD' });
    expect(head.headers.get('etag')).toBe(headers.get('etag'));
    expect(await head.text()).toBe('');
  });
});

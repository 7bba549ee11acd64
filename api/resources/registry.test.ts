import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { apiFixture, REGISTRY, TOKEN } from '../../test/api-fixture.ts';

function put(house: ReturnType<typeof apiFixture>, body: string, type: string, path = '/api/v1/registry') {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': type };
  return house.app.request(path, { method: 'PUT', headers, body });
}

const CHANGED = { ...REGISTRY, network: { id: 'labfab', name: 'Another' } };

describe('/api/v1/registry', () => {
  it('gives the document', async () => {
    const { get } = apiFixture();
    expect(await (await get('/api/v1/registry')).json()).toEqual(JSON.parse(JSON.stringify(REGISTRY)));
  });

  it.each([
    ['application/json', JSON.stringify(CHANGED)],
    ['application/json; charset=utf-8', JSON.stringify(CHANGED)],
    ['application/yaml', stringify(CHANGED)],
    ['text/x-yaml', stringify(CHANGED)],
  ])('takes a document as %s', async (type, body) => {
    const house = apiFixture();
    const response = await put(house, body, type);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ changes: ['network "labfab" changed'], secrets: [], warnings: [] });
    expect(house.state.registry.network.name).toBe('Another');
  });

  it.each(['?dry-run', '?dry-run=true'])('%s changes nothing', async (query) => {
    const house = apiFixture();
    const response = await put(house, JSON.stringify(CHANGED), 'application/json', `/api/v1/registry${query}`);
    expect((await response.json()).changes).toHaveLength(1);
    expect(house.state.registry).toBe(REGISTRY);
  });

  it.each([
    ['JSON that is none', '{', 'application/json', 400, 'bad-request', 'not JSON'],
    ['YAML that is none', 'a: [1\nb: 2', 'application/yaml', 400, 'bad-request', 'line 2'],
    ['another media type', 'a', 'text/plain', 415, 'unsupported-media-type', 'application/yaml'],
    ['a wrong document', '{}', 'application/json', 422, 'registry-invalid', 'nothing was changed'],
  ])('refuses %s', async (_, body, type, status, code, sentence) => {
    const response = await put(apiFixture(), body, type);
    expect(response.status).toBe(status);
    const problem = await response.json();
    expect(problem.code).toBe(code);
    expect(problem.detail).toContain(sentence);
  });

  describe('edited by two people at the same time', () => {
    const change = (house: ReturnType<typeof apiFixture>, name: string, ifMatch: string) =>
      house.app.request('/api/v1/registry', {
        method: 'PUT',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'if-match': ifMatch },
        body: JSON.stringify({ ...REGISTRY, network: { id: 'labfab', name } }),
      });

    it('takes the first and refuses the second, who has read what was before', async () => {
      const house = apiFixture();
      const tag = (await house.get('/api/v1/registry')).headers.get('etag')!;
      const first = await change(house, 'First', tag);
      expect(first.status).toBe(200);
      expect(first.headers.get('cache-control')).toBe('no-store');
      const second = await change(house, 'Second', tag);
      expect(second.status).toBe(412);
      expect(await second.json()).toMatchObject({
        code: 'precondition-failed',
        detail: expect.stringContaining('read it again'),
        complaints: [{ path: 'If-Match' }],
      });
      expect(house.state.registry.network.name).toBe('First');
      const newest = (await house.get('/api/v1/registry')).headers.get('etag')!;
      expect(first.headers.get('etag')).toBe(newest);
      expect((await change(house, 'Second', newest)).status).toBe(200);
    });

    it.each([
      ['whatever there is', () => '*'],
      ['one of several', (tag: string) => `"other", ${tag}`],
      ['one that a compressing proxy weakened', (tag: string) => `W/${tag}`],
    ])('takes %s', async (_, header) => {
      const house = apiFixture();
      const tag = (await house.get('/api/v1/registry')).headers.get('etag')!;
      expect((await change(house, 'Changed', header(tag))).status).toBe(200);
    });
  });

  it('takes a body of 64 MB and refuses one byte more', async () => {
    const most = 64 * 1024 * 1024;
    const house = apiFixture();
    const text = JSON.stringify(CHANGED);
    const padding = ' '.repeat(most - Buffer.byteLength(text));
    const atLimit = await put(house, text + padding, 'application/json');
    expect(atLimit.status).toBe(200);
    const past = await put(house, ' '.repeat(most + 1), 'application/json');
    expect(past.status).toBe(413);
    expect(await past.json()).toMatchObject({ code: 'too-large' });
  });
});

describe('/api/v1/setup', () => {
  const post = (body: string) =>
    apiFixture().app.request('/api/v1/setup', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

  it('trades the key for a token', async () => {
    const response = await post('{"key":"right-key"}');
    expect(await response.json()).toEqual({ token: TOKEN });
  });

  it.each([
    ['a wrong key', '{"key":"wrong"}', 403, 'forbidden'],
    ['no key', '{}', 400, 'bad-request'],
    ['another field', '{"key":"right-key","role":"x"}', 400, 'bad-request'],
    ['no JSON', '{', 400, 'bad-request'],
  ])('refuses %s', async (_, body, status, code) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });
});

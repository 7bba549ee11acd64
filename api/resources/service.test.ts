import { beforeEach, describe, expect, it } from 'vitest';
import { ALL_READS, apiFixture, TOKEN } from '../../test/api-fixture.ts';

let fixture: ReturnType<typeof apiFixture>;
beforeEach(() => {
  fixture = apiFixture();
});

function post(machine: string, body: unknown, headers: Record<string, string> = {}) {
  return fixture.app.request(`/api/v1/machines/${machine}/service`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

describe('declared service', () => {
  it('begins now, with author and note', async () => {
    const response = await post('laser-1', { state: 'fault', note: ' lens is cracked ' });
    expect(await response.json()).toEqual({
      machine: 'laser-1',
      intervals: [
        {
          start: '2026-03-04T12:00:00.000Z',
          end: null,
          state: 'fault',
          source: 'declared',
          note: 'lens is cracked',
          author: 'admin',
        },
      ],
    });
  });

  it('begins in the past where somebody says so, and is listed', async () => {
    await post('laser-1', { state: 'maintenance', from: '2026-03-02' });
    await post('laser-1', { state: 'up', from: '2026-03-03T09:00:00Z' });
    const route = '/api/v1/machines/laser-1/service?from=2026-03-01&to=2026-03-05';
    const { intervals } = (await (await fixture.get(route)).json()) as { intervals: Record<string, unknown>[] };
    expect(intervals.map(({ start, end, state }) => [start, end, state])).toEqual([
      ['2026-03-01T23:00:00.000Z', '2026-03-03T09:00:00.000Z', 'maintenance'],
      ['2026-03-03T09:00:00.000Z', null, 'up'],
    ]);
    const csv = await (await fixture.get(route, { accept: 'text/csv' })).text();
    expect(csv.split('\r\n')[0]).toBe('start,end,state,source,note,author');
    expect(csv.split('\r\n')).toHaveLength(4);
  });

  it('keeps no badge number of a note', async () => {
    await post('laser-1', { state: 'fault', note: 'ask 04A22B1C5D80' });
    expect(fixture.ledger.of('laser-1').declarations[0]?.note).toBe('ask ‹12›');
  });

  it.each<[string, string, unknown, number, string, RegExp]>([
    ['the future', 'laser-1', { state: 'up', from: '2026-03-04T12:00:01Z' }, 400, 'from', /in the future/],
    ['what is no time', 'laser-1', { state: 'up', from: 'monday' }, 400, 'from', /"monday" is not a time/],
    ['before the lab', 'laser-1', { state: 'up', from: '2025-12-31' }, 400, 'from', /before the lab began/],
    ['an unknown state', 'laser-1', { state: 'broken' }, 400, 'state', /./],
    ['no state', 'laser-1', {}, 400, 'state', /./],
    ['what nobody asked for', 'laser-1', { state: 'up', until: 'x' }, 400, 'until', /until/],
    ['a note too long', 'laser-1', { state: 'up', note: 'x'.repeat(501) }, 400, 'note', /500/],
    ['an unknown machine', 'lasr-1', { state: 'up' }, 404, 'machine', /did you mean "laser-1"/],
  ])('refuses %s', async (_what, machine, body, status, path, detail) => {
    const response = await post(machine, body);
    const problem = (await response.json()) as { detail: string; complaints: { path: string }[] };
    expect([response.status, problem.complaints[0]?.path]).toEqual([status, path]);
    expect(problem.detail).toMatch(detail);
    expect(fixture.ledger.of('laser-1').declarations).toEqual([]);
  });

  it('takes a note of 500 characters', async () => {
    expect((await post('laser-1', { state: 'up', note: 'x'.repeat(500) })).status).toBe(200);
  });

  it('is declared by nobody without a token', async () => {
    const { app } = apiFixture({ anonymousMay: ALL_READS });
    const response = await app.request('/api/v1/machines/laser-1/service', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"state":"fault"}',
    });
    expect(response.status).toBe(401);
  });
});

import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../domain/event.ts';
import { apiFixture } from '../../test/api-fixture.ts';

const AT = Date.parse('2026-03-02T10:00:00Z');

function power(seq: number, connector = 'plug-1', machine: string | null = 'laser-1'): StoredEvent {
  return {
    seq,
    connector,
    machine,
    at: AT + seq * 1000,
    receivedAt: AT + seq * 1000 + 5,
    kind: 'power',
    channel: 0,
    w: seq,
  };
}

async function linesOf(response: Response): Promise<Record<string, unknown>[]> {
  return (await response.text())
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('/api/v1/events', () => {
  it('gives each stored event as a line, in order', async () => {
    const { get, journal } = apiFixture();
    journal.stored.push(power(1), {
      seq: 2,
      connector: 'plug-1',
      machine: null,
      at: AT,
      receivedAt: AT,
      clock: 'rejected',
      kind: 'boot',
    });
    const response = await get('/api/v1/events');
    expect(response.headers.get('content-type')).toContain('application/x-ndjson');
    expect(await linesOf(response)).toEqual([
      {
        seq: 1,
        connector: 'plug-1',
        machine: 'laser-1',
        channel: 0,
        kind: 'power',
        at: '2026-03-02T10:00:01.000Z',
        receivedAt: '2026-03-02T10:00:01.005Z',
        w: 1,
      },
      {
        seq: 2,
        connector: 'plug-1',
        machine: null,
        channel: null,
        kind: 'boot',
        at: '2026-03-02T10:00:00.000Z',
        receivedAt: '2026-03-02T10:00:00.000Z',
        clock: 'rejected',
      },
    ]);
  });

  it.each([
    ['machine=laser-1', [1, 3]],
    ['connector=plug-1', [1, 2]],
    ['from=2026-03-02T10:00:02Z', [2, 3]],
    ['to=2026-03-02T10:00:02Z', [1]],
    ['machine=laser-1&from=2026-03-02&to=2026-03-03', [1, 3]],
    ['machine=laser-1&to=2026-03-02', []],
  ])('takes only ?%s', async (query, expected) => {
    const { get, journal } = apiFixture();
    journal.stored.push(power(1), power(2, 'plug-1', null), power(3, 'reader-1'));
    expect((await linesOf(await get(`/api/v1/events?${query}`))).map(({ seq }) => seq)).toEqual(expected);
  });

  it('reads the journal no faster than its reader, and stops when the reader goes', async () => {
    let pages = 0;
    let isClosed = false;
    const { get, journal } = apiFixture();
    journal.events = async function* () {
      try {
        for (;;) {
          pages += 1;
          yield [power(pages)];
        }
      } finally {
        isClosed = true;
      }
    };
    const reader = (await get('/api/v1/events')).body!.getReader();
    for (let taken = 0; taken < 3; taken += 1) await reader.read();
    expect(pages).toBeLessThanOrEqual(4);
    await reader.cancel();
    expect(isClosed).toBe(true);
  });
});

describe('/api/v1/quarantine', () => {
  it('gives pages, newest first', async () => {
    const { get, journal } = apiFixture();
    for (let id = 1; id <= 5; id += 1) {
      journal.messages.push({
        id,
        connector: 'plug-1',
        receivedAt: AT,
        topic: 't',
        payload: '=x',
        bytes: 2,
        code: 'json',
        detail: 'd',
      });
    }
    const first = await (await get('/api/v1/quarantine?limit=3')).json();
    expect(first.messages.map(({ id }: { id: number }) => id)).toEqual([5, 4, 3]);
    expect(first.messages[0]).toMatchObject({ receivedAt: '2026-03-02T10:00:00.000Z', code: 'json' });
    const second = await (await get(`/api/v1/quarantine?limit=3&before=${first.next}`)).json();
    expect(second).toMatchObject({ next: null, messages: [{ id: 2 }, { id: 1 }] });
    expect(await (await get('/api/v1/quarantine', { accept: 'text/csv' })).text()).toContain(",'=x,");
  });
});

describe('/api/v1/connectors', () => {
  const connectors = {
    list: () => [
      {
        id: 'plug-1',
        lab: 'pasteur',
        firmware: 'tasmota',
        device: 'plug-1',
        online: true,
        heardAt: AT,
        messages: 12,
        events: 10,
        ignored: { retained: 1 },
        quarantined: { json: 1 },
      },
    ],
    unclaimed: () => [{ username: 'new', address: '192.168.1.9', seenAt: AT, attempts: 3 }],
  };

  it('shows when each was heard, and devices that nobody claimed', async () => {
    const { get } = apiFixture({ connectors });
    const answer = await (await get('/api/v1/connectors')).json();
    expect(answer.connectors[0]).toMatchObject({ id: 'plug-1', online: true, heardAt: '2026-03-02T10:00:00.000Z' });
    expect(answer.unclaimed).toEqual([
      { username: 'new', address: '192.168.1.9', seenAt: '2026-03-02T10:00:00.000Z', attempts: 3 },
    ]);
  });

  it('shows addresses only to those who may read the journal', async () => {
    const { app } = apiFixture({ connectors, anonymousMay: new Set(['floor:read']) });
    expect((await (await app.request('/api/v1/connectors')).json()).unclaimed).toEqual([]);
  });
});

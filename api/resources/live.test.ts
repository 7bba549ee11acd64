import { afterEach, describe, expect, it, vi } from 'vitest';
import { apiFixture, TOKEN } from '../../test/api-fixture.ts';
import { LIVE_LIMITS } from '../live-hub.ts';

const QUICK = { ...LIVE_LIMITS, gatherMs: 1 };

interface ServerEvent {
  id: number;
  event: string;
  data: { id: string; watts: number | null; activity: string };
}

const opened: (() => void)[] = [];
afterEach(() => {
  for (const end of opened.splice(0)) end();
  vi.useRealTimers();
});

/** Reads events until `count` came. */
async function follow(house: ReturnType<typeof apiFixture>, headers: Record<string, string> = {}) {
  const response = await house.get('/api/v1/live', headers);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  opened.push(() => void reader.cancel().catch(() => undefined));
  return {
    reader,
    async take(count: number): Promise<ServerEvent[]> {
      const events: ServerEvent[] = [];
      while (events.length < count) {
        const end = text.indexOf('\n\n');
        if (end < 0) {
          const { value, done } = await reader.read();
          if (done) throw new Error('the stream ended');
          text += value;
          continue;
        }
        const fields = new Map(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        text = text.slice(end + 2);
        if (fields.has('data'))
          events.push({
            id: Number(fields.get('id')),
            event: fields.get('event')!,
            data: JSON.parse(fields.get('data')!),
          });
      }
      return events;
    },
  };
}

describe('/api/v1/live', () => {
  it('begins with every machine, then tells changes with growing ids', async () => {
    const house = apiFixture({ live: QUICK });
    house.floor.set({ machine: 'laser-1', activity: 'running', watts: 500 });
    const stream = await follow(house);
    const all = await stream.take(3);
    expect(all.map(({ event }) => event)).toEqual(['machine', 'machine', 'machine']);
    expect(all.map(({ data }) => data.id).sort()).toEqual(['laser-1', 'laser-9', 'printer-1']);
    expect(all.find(({ data }) => data.id === 'laser-1')?.data).toMatchObject({ activity: 'running', watts: 500 });
    house.floor.set({ machine: 'printer-1', watts: 80 });
    const [next] = await stream.take(1);
    expect(next?.data).toMatchObject({ id: 'printer-1', watts: 80 });
    const ids = [...all, next!].map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(4);
    const machine = await (await house.get('/api/v1/machines/printer-1')).json();
    expect({ ...next?.data, coverageToday: null }).toEqual({ ...machine, coverageToday: null });
    house.close();
  });

  it('goes on after Last-Event-ID with the newest state only', async () => {
    const house = apiFixture({ live: QUICK });
    const all = await (await follow(house)).take(3);
    for (const watts of [1, 2, 3]) house.floor.set({ machine: 'laser-1', watts });
    const stream = await follow(house, { 'last-event-id': String(all.at(-1)!.id) });
    expect((await stream.take(1))[0]?.data).toMatchObject({ id: 'laser-1', watts: 3 });
    house.floor.set({ machine: 'laser-9', watts: 4 });
    expect((await stream.take(1))[0]?.data.id).toBe('laser-9');
    house.close();
  });

  it.each(['', 'x', '1', '99999999999999999'])('begins with every machine after the foreign id "%s"', async (id) => {
    const house = apiFixture({ live: QUICK });
    expect(await (await follow(house, { 'last-event-id': id })).take(3)).toHaveLength(3);
    house.close();
  });

  it('tells machines that a new registry brings', async () => {
    const house = apiFixture({ live: QUICK });
    const stream = await follow(house);
    await stream.take(3);
    const document = structuredClone(house.state.registry);
    document.machines[0]!.name = 'Another name';
    const put = await house.app.request('/api/v1/registry', {
      method: 'PUT',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(document),
    });
    expect(put.status).toBe(200);
    const names = (await stream.take(3)).map(({ data }) => (data as unknown as { name: string }).name);
    expect(names).toContain('Another name');
    house.close();
  });

  it('lets readers in up to the limit and refuses the one past it', async () => {
    const house = apiFixture({ live: { ...QUICK, readers: 2 } });
    await follow(house);
    const second = await follow(house);
    expect((await house.get('/api/v1/live')).status).toBe(429);
    await second.reader.cancel();
    await follow(house);
    house.close();
  });

  it('answers HEAD without taking a place', async () => {
    const house = apiFixture({ live: { ...QUICK, readers: 1 } });
    for (let times = 0; times < 3; times += 1) {
      const head = await house.app.request('/api/v1/live', {
        method: 'HEAD',
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      expect(head.status).toBe(200);
    }
    await follow(house);
    house.close();
  });

  it('keeps nothing for a slow reader, which later gets the newest state', async () => {
    const house = apiFixture({ live: { ...QUICK, readerBytes: 600 } });
    const stream = await follow(house);
    await stream.take(1);
    for (let watts = 1; watts <= 5000; watts += 1) house.floor.set({ machine: 'laser-1', watts });
    const seen: (number | null)[] = [];
    while (seen.at(-1) !== 5000) {
      const [event] = await stream.take(1);
      if (event?.data.id === 'laser-1') seen.push(event.data.watts);
    }
    expect(seen.length).toBeLessThan(10);
    house.close();
  });

  it('says that it is there, and lets go of a reader that takes nothing', async () => {
    vi.useFakeTimers();
    const limits = { ...LIVE_LIMITS, heartbeatMs: 1000, stuckHeartbeats: 3, readerBytes: 200 };
    const house = apiFixture({ live: limits });
    const response = await house.get('/api/v1/live');
    const reader = response.body!.getReader();
    await vi.advanceTimersByTimeAsync(5000);
    let text = '';
    await expect(
      (async () => {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) return;
          text += new TextDecoder().decode(value);
        }
      })(),
    ).rejects.toThrow('takes nothing');
    const quiet = apiFixture({ live: { ...limits, readerBytes: 100_000 } });
    const other = (await quiet.get('/api/v1/live')).body!.getReader();
    await vi.advanceTimersByTimeAsync(1100);
    text = '';
    while (!text.includes(': here')) {
      const { value, done } = await other.read();
      expect(done).toBe(false);
      text += new TextDecoder().decode(value);
    }
    house.close();
    quiet.close();
  });
});

import { describe, expect, it } from 'vitest';
import { apiFixture } from '../../test/api-fixture.ts';

const AT = Date.parse('2026-03-02T10:00:00Z');
const S = 1000;
const RANGE = 'machine=laser-1&from=2026-03-02T10:00:00Z&to=2026-03-02T10:10:00Z';

function house(readings: [number, number][], holdMs: number | null) {
  const made = apiFixture();
  const rows = made.ledger.of('laser-1');
  rows.series.push({ id: 's', connector: 'plug-1', channel: 0, machine: 'laser-1', main: true, holdMs });
  rows.readings.set(
    's',
    readings.map(([at, w]) => ({ at: AT + at * S, w, wh: Number.NaN })),
  );
  return { ...made, rows };
}

async function points(get: (path: string) => Response | Promise<Response>, query = 'points=10') {
  const answer = await (await get(`/api/v1/power?${RANGE}&${query}`)).json();
  return { ...answer, points: answer.points.map((p: Record<string, number>) => [p.minW, p.meanW, p.maxW, p.n]) };
}

describe('/api/v1/power', () => {
  it('gives least, mean and greatest of each bucket, and leaves holes', async () => {
    const { get } = house(
      [
        [0, 10],
        [10, 20],
        [20, 60],
        [65, 100],
        [300, 7],
      ],
      25 * S,
    );
    const hole = [null, null, null, 0];
    expect(await points(get)).toEqual({
      machine: 'laser-1',
      channel: 0,
      stepS: 60,
      points: [[10, 30, 60, 3], [100, 100, 100, 1], hole, hole, hole, [7, 7, 7, 1], hole, hole, hole, hole],
    });
  });

  it('shows what still holds, from before the range too', async () => {
    const { get } = house(
      [
        [-30, 5],
        [130, 9],
      ],
      120 * S,
    );
    const { points: found } = await points(get);
    expect(found.slice(0, 5)).toEqual([
      [5, 5, 5, 0],
      [5, 5, 5, 0],
      [9, 9, 9, 1],
      [9, 9, 9, 0],
      [9, 9, 9, 0],
    ]);
    expect(found[5]).toEqual([null, null, null, 0]);
  });

  it('a connector that reports on change holds until it was not heard', async () => {
    const { get, rows } = house([[-3600, 5]], null);
    rows.activity.push({
      start: AT - 3600 * S,
      end: AT + 120 * S,
      activity: 'off',
      source: 'power',
      bridgedMs: 0,
      censored: false,
    });
    const { points: found } = await points(get);
    expect(found.slice(0, 3)).toEqual([
      [5, 5, 5, 0],
      [5, 5, 5, 0],
      [null, null, null, 0],
    ]);
  });

  it('takes as many points as it is asked for, and no more', async () => {
    const { get } = house([[0, 10]], 25 * S);
    for (const count of [1, 7, 600, 5000]) {
      const answer = await points(get, `points=${count}`);
      expect(answer.points.length).toBeLessThanOrEqual(count);
      expect(answer.points.length).toBeGreaterThan(0);
    }
  });

  it('has no points for a machine without a meter', async () => {
    const { get } = apiFixture();
    expect(await points(get)).toMatchObject({ channel: null, points: [] });
  });
});

describe('/api/v1/activity', () => {
  it('fills holes, cuts to the range and ends at the present', async () => {
    const { get, ledger, state } = apiFixture();
    state.now = AT + 500 * S;
    const run = { activity: 'running', source: 'power', censored: true } as const;
    ledger.of('laser-1').activity = [
      { ...run, start: AT - 100 * S, end: AT + 100 * S, bridgedMs: 50 * S },
      { ...run, start: AT + 200 * S, end: AT + 300 * S, bridgedMs: 0 },
    ];
    const answer = await (await get(`/api/v1/activity?${RANGE}`)).json();
    expect(answer.machine).toBe('laser-1');
    const found = answer.intervals.map((i: Record<string, unknown>) => [
      (Date.parse(String(i.start)) - AT) / S,
      (Date.parse(String(i.end)) - AT) / S,
      i.activity,
      i.source,
      i.bridgedS,
      i.censored,
    ]);
    expect(found).toEqual([
      [0, 100, 'running', 'power', 25, true],
      [100, 200, 'unknown', 'none', 0, false],
      [200, 300, 'running', 'power', 0, true],
      [300, 500, 'unknown', 'none', 0, false],
    ]);
    const csv = await (await get(`/api/v1/activity?${RANGE}`, { accept: 'text/csv' })).text();
    expect(csv.split('\r\n')[1]).toBe('2026-03-02T10:00:00.000Z,2026-03-02T10:01:40.000Z,running,power,25,true');
  });
});

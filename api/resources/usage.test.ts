import { describe, expect, it } from 'vitest';
import { DEFINITIONS } from '../../domain/definitions.ts';
import type { ActivityInterval, Session } from '../../domain/layers.ts';
import { apiFixture } from '../../test/api-fixture.ts';

const at = (text: string) => Date.parse(`2026-03-${text}Z`);

function run(start: string, end: string): ActivityInterval {
  return { start: at(start), end: at(end), activity: 'running', source: 'power', bridgedMs: 0, censored: false };
}

function session(
  machine: string,
  start: string,
  end: string,
  member: string,
  confidence: Session['confidence'] = 'certain',
): Session {
  return {
    id: `${machine}~${at(start).toString(36)}`,
    machine,
    start: at(start),
    end: at(end),
    startCause: 'badge',
    endCause: 'badge-out',
    confidence,
    runningMs: 1000,
    standbyMs: 0,
    unknownMs: 500,
    energyWh: 12,
    member,
    audience: 'public',
    people: null,
  };
}

/** Two machines in Paris and one in Tokyo; ada used two of them. */
function usedHouse() {
  const house = apiFixture();
  house.ledger.of('laser-1').activity = [run('02T10:00:00', '02T12:00:00'), run('03T10:00:00', '03T11:00:00')];
  house.ledger.of('laser-1').sessions = [
    session('laser-1', '02T10:00:00', '02T12:00:00', 'ada'),
    session('laser-1', '03T10:00:00', '03T11:00:00', 'bob', 'doubtful'),
  ];
  house.ledger.of('printer-1').activity = [run('02T20:00:00', '03T02:00:00')];
  house.ledger.of('printer-1').sessions = [session('printer-1', '02T20:00:00', '02T20:30:00', 'ada')];
  house.ledger.of('laser-9').activity = [run('02T00:00:00', '02T01:00:00')];
  house.ledger.of('laser-9').sessions = [session('laser-9', '02T00:00:00', '02T01:00:00', 'kei')];
  return house;
}

describe('/api/v1/usage', () => {
  it('gives each machine of the network, with its definitions', async () => {
    const { get } = usedHouse();
    const usage = await (await get('/api/v1/usage?from=2026-03-02T00:00:00Z&to=2026-03-04T00:00:00Z')).json();
    expect(usage).toMatchObject({
      from: '2026-03-02T00:00:00.000Z',
      to: '2026-03-04T00:00:00.000Z',
      definitions: DEFINITIONS,
    });
    const rows = usage.rows.map((row: Record<string, unknown>) => [
      row.group,
      row.runningS,
      row.sessions,
      row.doubtful,
      row.members,
      row.outsideS,
    ]);
    expect(rows).toEqual([
      [{ machine: 'laser-1' }, 3 * 3600, 2, 1, 2, 0],
      [{ machine: 'printer-1' }, 6 * 3600, 1, 0, 1, 6 * 3600],
      [{ machine: 'laser-9' }, 3600, 1, 0, 1, null],
    ]);
    expect(usage.rows[2].reasons).toMatchObject({ openS: 'no-opening-hours', utilisation: 'no-opening-hours' });
  });

  it.each([
    [
      'lab',
      [
        [{ lab: 'pasteur' }, 9, 2],
        [{ lab: 'tokyo' }, 1, 1],
      ],
    ],
    [
      'kind',
      [
        [{ kind: 'laser-cutter' }, 4, 3],
        [{ kind: 'printer-3d' }, 6, 1],
      ],
    ],
    ['network', [[{ network: 'labfab' }, 10, 3]]],
  ])('adds up by %s and counts members once', async (by, expected) => {
    const { get } = usedHouse();
    const usage = await (await get(`/api/v1/usage?from=2026-03-02T00:00:00Z&to=2026-03-04T00:00:00Z&by=${by}`)).json();
    expect(
      usage.rows.map((row: Record<string, unknown>) => [row.group, Number(row.runningS) / 3600, row.members]),
    ).toEqual(expected);
  });

  it('reads dates in the zone of each lab and puts the same day of all labs into one row', async () => {
    const { get } = usedHouse();
    const usage = await (await get('/api/v1/usage?from=2026-03-02&to=2026-03-04&by=network&period=day')).json();
    expect(usage.rows.map((row: Record<string, unknown>) => [row.from, row.to, row.runningS, row.windowS])).toEqual([
      ['2026-03-01T15:00:00.000Z', '2026-03-02T23:00:00.000Z', 6 * 3600, 3 * 86_400],
      ['2026-03-02T15:00:00.000Z', '2026-03-03T23:00:00.000Z', 4 * 3600, 3 * 86_400],
    ]);
  });

  it('counts up to now, from the beginning of the lab on', async () => {
    const { get } = usedHouse();
    const usage = await (await get('/api/v1/usage?from=2025-12-31&to=2026-12-31&machine=laser-1')).json();
    const since = Date.parse('2025-12-31T23:00:00Z');
    expect(usage.rows[0].windowS).toBe((at('04T12:00:00') - since) / 1000);
    const future = await (await get('/api/v1/usage?from=2026-06-01&to=2026-06-02&machine=laser-1')).json();
    expect(future.rows[0]).toMatchObject({ windowS: 0, coverage: null, reasons: { coverage: 'no-time-counted' } });
  });

  it('has one row for each hour, whose sum is the day, on the days of 23 and 25 hours too', async () => {
    const { get, state } = usedHouse();
    state.now = Date.parse('2026-12-01T00:00:00Z');
    for (const [day, next, hours] of [
      ['2026-03-29', '2026-03-30', 23],
      ['2026-10-25', '2026-10-26', 25],
    ] as const) {
      const { rows } = await (await get(`/api/v1/usage?from=${day}&to=${next}&machine=laser-1&period=hour`)).json();
      expect(rows).toHaveLength(hours);
      expect(rows.reduce((sum: number, row: { windowS: number }) => sum + row.windowS, 0)).toBe(hours * 3600);
    }
  });

  it.each([
    ['day', ['2026-02-28T23:00', '2026-03-01T23:00', '2026-03-02T23:00', '2026-03-03T23:00']],
    // 2 March is a Monday.
    ['week', ['2026-02-28T23:00', '2026-03-01T23:00']],
    ['month', ['2026-02-28T23:00']],
    ['quarter', ['2026-02-28T23:00']],
    ['year', ['2026-02-28T23:00']],
  ])('cuts by %s at the calendar of the lab; the parts add up to the whole', async (period, begins) => {
    const { get } = usedHouse();
    const range = 'from=2026-03-01&to=2026-03-05&machine=laser-1';
    const [total] = (await (await get(`/api/v1/usage?${range}`)).json()).rows;
    const { rows } = await (await get(`/api/v1/usage?${range}&period=${period}`)).json();
    expect(rows.map((row: { from: string }) => row.from.slice(0, 16))).toEqual(begins);
    expect(total.runningS).toBe(3 * 3600);
    for (const name of ['windowS', 'runningS', 'unknownS', 'badgedS', 'sessions', 'openS']) {
      expect(rows.reduce((sum: number, row: Record<string, number>) => sum + (row[name] ?? 0), 0)).toBe(total[name]);
    }
  });

  it.each([
    ['week', ['2025-12-21T23:00', '2025-12-28T23:00', '2026-01-04T23:00']],
    ['month', ['2025-12-21T23:00', '2025-12-31T23:00']],
    ['quarter', ['2025-12-21T23:00', '2025-12-31T23:00']],
    ['year', ['2025-12-21T23:00', '2025-12-31T23:00']],
  ])('cuts by %s over a new year; ISO weeks go on', async (period, begins) => {
    const { get } = usedHouse();
    const path = `/api/v1/usage?from=2025-12-22&to=2026-01-10&lab=pasteur&by=audience&period=${period}`;
    const { rows } = await (await get(path)).json();
    expect(rows.map((row: { from: string }) => row.from.slice(0, 16))).toEqual(begins);
    expect(rows.every(({ group }: { group: { audience: string } }) => group.audience === 'unknown')).toBe(true);
  });

  it('by audience gives running time that adds up, runs without a badge under "unknown"', async () => {
    const { get, ledger } = usedHouse();
    ledger.of('laser-1').sessions[1]!.audience = 'staff';
    const range = 'from=2026-03-02T00:00:00Z&to=2026-03-04T00:00:00Z';
    const usage = await (await get(`/api/v1/usage?${range}&lab=pasteur&by=audience`)).json();
    const rows = usage.rows.map((row: Record<string, unknown>) => [
      row.group,
      Number(row.runningS) / 3600,
      Number(row.badgedS) / 3600,
      row.sessions,
      row.members,
      row.energyWh,
    ]);
    expect(rows).toEqual([
      [{ audience: 'unknown' }, 5.5, 0, 0, 0, null],
      [{ audience: 'public' }, 2.5, 2.5, 2, 1, null],
      [{ audience: 'staff' }, 1, 1, 1, 1, null],
    ]);
  });

  it('comes as CSV with the same numbers', async () => {
    const { get } = usedHouse();
    const response = await get('/api/v1/usage?from=2026-03-02T00:00:00Z&to=2026-03-04T00:00:00Z', {
      accept: 'text/csv',
    });
    const [header, first] = (await response.text()).split('\r\n').map((line) => line.split(','));
    expect(header).toContain('utilisation.high');
    expect(first?.[header!.indexOf('machine')]).toBe('laser-1');
    expect(first?.[header!.indexOf('runningS')]).toBe('10800');
    expect(first?.[header!.indexOf('energyWh')]).toBe('');
  });
});

describe('/api/v1/sessions', () => {
  it('gives sessions by start, with their lab, and pages of them', async () => {
    const { get } = usedHouse();
    const path = '/api/v1/sessions?from=2026-03-01&to=2026-03-10&limit=3';
    const page = await (await get(path)).json();
    expect(page.sessions.map(({ machine, lab }: Record<string, string>) => [machine, lab])).toEqual([
      ['laser-9', 'tokyo'],
      ['laser-1', 'pasteur'],
      ['printer-1', 'pasteur'],
    ]);
    expect(page.sessions[0]).toMatchObject({
      start: '2026-03-02T00:00:00.000Z',
      runningS: 1,
      unknownS: 0.5,
      energyWh: 12,
      member: 'kei',
    });
    const table = await get(path, { accept: 'text/csv' });
    const [, link] = /^<(.+)>; rel="next"$/.exec(table.headers.get('link')!)!;
    const rest = await (await get(link!)).json();
    expect(rest).toMatchObject({ next: null, sessions: [{ confidence: 'doubtful' }] });
  });

  it('takes only those of one confidence', async () => {
    const { get } = usedHouse();
    const page = await (await get('/api/v1/sessions?from=2026-03-01&to=2026-03-10&confidence=doubtful')).json();
    expect(page.sessions).toHaveLength(1);
  });

  it('shows no member to those who may not read the journal', async () => {
    const { ledger } = usedHouse();
    const { app, ledger: other } = apiFixture({ anonymousMay: new Set(['usage:read']) });
    other.of('laser-1').sessions = ledger.of('laser-1').sessions;
    const page = await (await app.request('/api/v1/sessions?from=2026-03-01&to=2026-03-10')).json();
    expect(page.sessions.map(({ member }: { member: unknown }) => member)).toEqual([null, null]);
  });
});

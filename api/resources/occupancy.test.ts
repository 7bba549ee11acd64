import { describe, expect, it } from 'vitest';
import type { Session } from '../../domain/layers.ts';
import { apiFixture } from '../../test/api-fixture.ts';

const at = (text: string) => Date.parse(`2026-03-${text}+01:00`);

function session(machine: string, start: string, end: string, member: string): Session {
  return {
    id: `${machine}~${at(start).toString(36)}`,
    machine,
    start: at(start),
    end: at(end),
    startCause: 'badge',
    endCause: 'badge-out',
    confidence: 'certain',
    runningMs: 0,
    standbyMs: 0,
    unknownMs: 0,
    energyWh: null,
    member,
    audience: 'public',
    people: null,
  };
}

/** On Monday ada and bob shared an hour; eve started a print at the end of the morning. */
function fullHouse() {
  const house = apiFixture();
  house.ledger.of('laser-1').sessions = [
    session('laser-1', '02T10:00', '02T11:00', 'ada'),
    session('laser-1', '02T11:00', '02T11:30', 'bob'),
  ];
  house.ledger.of('printer-1').sessions = [
    session('printer-1', '02T10:30', '02T10:45', 'bob'),
    session('printer-1', '02T11:10', '02T17:00', 'eve'),
  ];
  return house;
}

interface Hour {
  day: number;
  hour: number;
  openS: number;
  openShare: number | null;
  mean: number | null;
  peak: number | null;
}

const WEEK = 'from=2026-02-25&to=2026-03-04';

describe('/api/v1/occupancy', () => {
  it('gives 168 hours of the week with mean, peak and opening share', async () => {
    const { get } = fullHouse();
    const answer = await (await get(`/api/v1/occupancy?lab=pasteur&${WEEK}`)).json();
    expect(answer).toMatchObject({
      lab: 'pasteur',
      from: '2026-02-24T23:00:00.000Z',
      to: '2026-03-03T23:00:00.000Z',
      definitions: { occupancy: 1 },
      windowS: 7 * 86_400,
      openS: 45 * 3600,
      openShare: 45 / 168,
      members: 3,
      peak: 2,
    });
    const hours = answer.hours as Hour[];
    expect(hours).toHaveLength(168);
    const of = (day: number, hour: number) => hours.find((entry) => entry.day === day && entry.hour === hour);
    // Bob for 30 min from half past ten: a quarter of an hour after each badge at the printer.
    expect(of(1, 10)).toEqual({ day: 1, hour: 10, openS: 3600, openShare: 1, mean: 1.5, peak: 2 });
    // Bob at the laser for half an hour, eve for a quarter of an hour beside her print.
    expect(of(1, 11)).toMatchObject({ mean: 0.75, peak: 2 });
    expect(of(1, 12)).toMatchObject({ mean: 0, peak: 0 });
    expect(of(1, 17)).toMatchObject({ mean: 0.25, peak: 1 });
    expect(of(1, 18)).toEqual({ day: 1, hour: 18, openS: 0, openShare: 0, mean: null, peak: null });
    expect(answer.mean).toBeCloseTo((1.5 + 0.75 + 0.25) / 45, 9);
  });

  it('takes the registry’s word on which kinds need somebody', async () => {
    const { get, state } = fullHouse();
    state.registry = { ...state.registry, kinds: { 'printer-3d': { attended: true } } };
    const { hours } = (await (await get(`/api/v1/occupancy?lab=pasteur&${WEEK}`)).json()) as { hours: Hour[] };
    expect(hours.find(({ day, hour }) => day === 1 && hour === 14)).toMatchObject({ mean: 1, peak: 1 });
  });

  it('says why it gives nothing', async () => {
    const { get } = fullHouse();
    const tokyo = await (await get(`/api/v1/occupancy?lab=tokyo&${WEEK}`)).json();
    expect(tokyo).toMatchObject({ openS: null, mean: null, peak: null, hours: [], members: null });
    expect(tokyo.reasons).toMatchObject({ openS: 'no-opening-hours', mean: 'no-opening-hours' });
    const sunday = await (await get('/api/v1/occupancy?lab=pasteur&from=2026-03-01&to=2026-03-02')).json();
    expect(sunday).toMatchObject({
      openS: 0,
      mean: null,
      reasons: { mean: 'no-opening-time', peak: 'no-opening-time' },
    });
    const future = await (await get('/api/v1/occupancy?lab=pasteur&from=2026-06-01&to=2026-07-01')).json();
    expect(future).toMatchObject({ windowS: 0, coverage: null, mean: null, reasons: { mean: 'no-time-counted' } });
  });

  it('where nobody could be seen gives no zero', async () => {
    const { get, state, ledger } = fullHouse();
    ledger.of('laser-1').sessions = [];
    ledger.of('printer-1').sessions = [];
    const path = `/api/v1/occupancy?lab=pasteur&${WEEK}`;
    const none = { members: null, mean: null, peak: null, openS: 45 * 3600 };
    const without = await (await get(path)).json();
    expect(without).toMatchObject({ ...none, reasons: { members: 'not-measured', mean: 'not-measured' } });
    expect(without.hours[10]).toMatchObject({ openS: 3600, mean: null, peak: null });
    const channels = [{ channel: 0, machine: 'laser-1', role: 'badge' as const }];
    state.registry = { ...state.registry, connectors: [{ ...state.registry.connectors[0]!, channels }] };
    const silent = await (await get(path)).json();
    expect(silent).toMatchObject({ ...none, reasons: { members: 'not-observed', mean: 'not-observed' } });
    const [start, end] = [at('02T00:00'), at('03T00:00')];
    ledger.of('laser-1').activity = [{ start, end, activity: 'off', source: 'power', bridgedMs: 0, censored: false }];
    const empty = await (await get(path)).json();
    expect(empty).toMatchObject({ members: 0, mean: 0, peak: 0 });
    expect(empty.reasons).toBeUndefined();
  });

  it('counts up to now', async () => {
    const { get, state } = fullHouse();
    state.now = at('02T10:15');
    const { hours } = (await (await get(`/api/v1/occupancy?lab=pasteur&${WEEK}`)).json()) as { hours: Hour[] };
    expect(hours.find(({ day, hour }) => day === 1 && hour === 10)).toMatchObject({ openS: 900, mean: 1, peak: 1 });
  });

  it('comes as CSV, one line for each hour', async () => {
    const { get } = fullHouse();
    const response = await get(`/api/v1/occupancy?lab=pasteur&${WEEK}`, { accept: 'text/csv' });
    const lines = (await response.text()).trim().split('\r\n');
    expect(lines).toHaveLength(169);
    expect(lines[0]).toBe('lab,day,hour,openS,openShare,mean,peak');
    expect(lines[11]).toBe('pasteur,1,10,3600,1,1.5,2');
    expect(lines[1]).toBe('pasteur,1,0,0,0,,');
  });

  it.each([
    [WEEK, 400, 'bad-parameter', 'lab'],
    [`lab=pastuer&${WEEK}`, 404, 'not-found', 'lab'],
    ['lab=pasteur&from=2026-03-04&to=2026-03-02', 400, 'bad-range', 'from'],
    ['lab=pasteur&from=2010-01-01&to=2026-01-01', 400, 'bad-range', 'to'],
    ['lab=pasteur&from=yesterday&to=2026-01-01', 400, 'bad-parameter', 'from'],
  ])('refuses %s', async (parameters, status, code, path) => {
    const { get } = fullHouse();
    const response = await get(`/api/v1/occupancy?${parameters}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, complaints: [{ path }] });
  });
});

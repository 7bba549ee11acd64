import { describe, expect, it } from 'vitest';
import type { Activity, ActivityInterval } from '../../domain/layers.ts';
import { Registry } from '../../domain/registry.ts';
import { apiFixture, REGISTRY } from '../../test/api-fixture.ts';

const at = (text: string) => Date.parse(`2026-03-${text}+01:00`);

function doing(activity: Activity, start: string, end: string): ActivityInterval {
  return { start: at(start), end: at(end), activity, source: 'power', bridgedMs: 0, censored: false };
}

/** Two lasers in Pasteur (open from 9 to 18) on Monday: both ran from 10 to 12, one to 15. */
function busyHouse() {
  const house = apiFixture();
  const second = { id: 'laser-2', lab: 'pasteur', kind: 'laser-cutter', name: 'Second laser' };
  house.state.registry = Registry.parse({ ...REGISTRY, machines: [...REGISTRY.machines, second] });
  house.ledger.of('laser-1').activity = [
    doing('off', '02T00:00', '02T10:00'),
    doing('running', '02T10:00', '02T12:00'),
    doing('standby', '02T12:00', '03T00:00'),
  ];
  house.ledger.of('laser-2').activity = [
    doing('off', '02T00:00', '02T10:00'),
    doing('running', '02T10:00', '02T15:00'),
    doing('off', '02T15:00', '03T00:00'),
  ];
  return house;
}

const MONDAY = 'from=2026-03-02&to=2026-03-03';

describe('/api/v1/saturation', () => {
  it('gives the share, the hours of the week and the demand of each lab', async () => {
    const { get } = busyHouse();
    const answer = await (await get(`/api/v1/saturation?kind=laser-cutter&${MONDAY}`)).json();
    expect(answer.definitions).toEqual({ saturation: 1, demand: 1, 'hours.open': 1 });
    const [pasteur, tokyo] = answer.rows;
    expect(pasteur).toMatchObject({
      lab: 'pasteur',
      kind: 'laser-cutter',
      machines: 2,
      openS: 9 * 3600,
      noneUpS: 0,
      undecidedS: 0,
      saturation: { value: 2 / 9, low: 2 / 9, high: 2 / 9 },
    });
    // Seven machine-hours in nine hours.
    expect(pasteur.demand.low).toBeCloseTo(7 / 9, 9);
    expect(pasteur.demand.high).toBeGreaterThan(7 / 9);
    expect(pasteur.hours).toHaveLength(168);
    expect(pasteur.hours[10]).toEqual({
      day: 1,
      hour: 10,
      openS: 3600,
      noneUpS: 0,
      undecidedS: 0,
      saturation: { value: 1, low: 1, high: 1 },
      demand: { low: 2, high: null },
    });
    expect(pasteur.hours[12].demand).toEqual({ low: 1, high: expect.closeTo(Math.SQRT2, 9) });
    expect(pasteur.hours[20]).toMatchObject({ openS: 0, saturation: { value: null }, demand: null });
    expect(pasteur.reasons).toBeUndefined();
    expect(tokyo).toMatchObject({ lab: 'tokyo', openS: null, saturation: { value: null }, demand: null, hours: [] });
    expect(tokyo.reasons).toEqual({
      openS: 'no-opening-hours',
      saturation: 'no-opening-hours',
      demand: 'no-opening-hours',
    });
  });

  it('shows what a silent machine may hide', async () => {
    const { get, ledger } = busyHouse();
    ledger.of('laser-2').activity = [];
    const { rows } = await (await get(`/api/v1/saturation?kind=laser-cutter&lab=pasteur&${MONDAY}`)).json();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      undecidedS: 2 * 3600,
      saturation: { value: 0, low: 0, high: 2 / 9 },
      demand: null,
    });
    expect(rows[0].reasons).toEqual({ demand: 'not-observed' });
  });

  it('says that nothing is counted after now', async () => {
    const { get } = busyHouse();
    const { rows } = await (
      await get('/api/v1/saturation?kind=laser-cutter&lab=pasteur&from=2026-06-01&to=2026-07-01')
    ).json();
    expect(rows[0]).toMatchObject({ windowS: 0, openS: null, reasons: { saturation: 'no-time-counted' } });
  });

  it('comes as CSV: a line for each lab, then its hours', async () => {
    const { get } = busyHouse();
    const path = `/api/v1/saturation?kind=laser-cutter&lab=pasteur&${MONDAY}`;
    const lines = (await (await get(path, { accept: 'text/csv' })).text()).trim().split('\r\n');
    expect(lines).toHaveLength(1 + 1 + 168);
    expect(lines[0]).toBe(
      'lab,kind,machines,day,hour,openS,noneUpS,undecidedS,saturation,saturation.low,saturation.high,demand.low,demand.high',
    );
    expect(lines[1]).toMatch(/^pasteur,laser-cutter,2,,,32400,0,0,0\.2222/);
    expect(lines[12]).toBe('pasteur,laser-cutter,2,1,10,3600,0,0,1,1,1,2,');
  });

  it.each([
    [MONDAY, 400, 'bad-parameter', 'kind'],
    [`kind=laser-cuter&${MONDAY}`, 404, 'not-found', 'kind'],
    [`kind=laser-cutter&lab=pastuer&${MONDAY}`, 404, 'not-found', 'lab'],
    ['kind=laser-cutter&from=2026-03-04&to=2026-03-02', 400, 'bad-range', 'from'],
    ['kind=laser-cutter&from=2010-01-01&to=2026-01-01', 400, 'bad-range', 'to'],
  ])('refuses %s', async (parameters, status, code, path) => {
    const { get } = busyHouse();
    const response = await get(`/api/v1/saturation?${parameters}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, complaints: [{ path }] });
  });
});

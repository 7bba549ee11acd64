import { describe, expect, it } from 'vitest';
import type { Service, ServiceInterval } from '../../domain/layers.ts';
import { apiFixture } from '../../test/api-fixture.ts';

const at = (text: string) => Date.parse(`2026-03-${text}+01:00`);

function being(state: Service, start: string, end: string | null): ServiceInterval {
  return { state, start: at(start), end: end === null ? null : at(end), source: 'declared' };
}

/** In Pasteur (open from 9 to 18) the laser broke down twice on Monday and was maintained on Tuesday morning. */
function brokenHouse() {
  const house = apiFixture();
  house.ledger.of('laser-1').service = [
    being('up', '01T00:00', '02T10:00'),
    being('fault', '02T10:00', '02T12:00'),
    being('up', '02T12:00', '02T17:00'),
    being('fault', '02T17:00', '03T09:00'),
    being('maintenance', '03T09:00', '03T12:00'),
    being('up', '03T12:00', null),
  ];
  return house;
}

const DAYS = 'from=2026-03-02&to=2026-03-04';

describe('/api/v1/uptime', () => {
  it('gives availability and the times between and of faults', async () => {
    const { get } = brokenHouse();
    const uptime = await (await get(`/api/v1/uptime?${DAYS}&machine=laser-1`)).json();
    expect(uptime).toMatchObject({
      from: '2026-03-01T23:00:00.000Z',
      definitions: { availability: 1, mtbf: 1, mttr: 1 },
    });
    expect(uptime.rows).toEqual([
      {
        group: { machine: 'laser-1' },
        from: '2026-03-01T23:00:00.000Z',
        to: '2026-03-03T23:00:00.000Z',
        windowS: 48 * 3600,
        openS: 18 * 3600,
        requiredS: 15 * 3600,
        faultS: 18 * 3600,
        faultOpenS: 3 * 3600,
        maintenanceS: 3 * 3600,
        faults: 2,
        coverage: 0,
        availability: 0.8,
        mtbfS: 6 * 3600,
        mtbfIs: 'mean',
        mttrS: 9 * 3600,
      },
    ]);
  });

  it('counts a fault on the day on which it begins, and its time on each', async () => {
    const { get } = brokenHouse();
    const { rows } = await (await get(`/api/v1/uptime?${DAYS}&machine=laser-1&period=day`)).json();
    expect(rows.map((row: Record<string, unknown>) => [row.faults, row.faultS, row.mtbfIs, row.mttrS])).toEqual([
      [2, 9 * 3600, 'mean', 4.5 * 3600],
      [0, 9 * 3600, 'lower-bound', null],
    ]);
    expect(rows[1].reasons).toEqual({ mttrS: 'no-faults' });
  });

  it('a fault that goes on at the beginning of the range does not begin there', async () => {
    const { get, ledger } = brokenHouse();
    ledger.of('laser-1').service = [
      being('fault', '01T00:00', '02T00:00'),
      { ...being('fault', '02T00:00', '02T10:00'), source: 'machine' },
      being('up', '02T10:00', null),
    ];
    const { rows } = await (await get(`/api/v1/uptime?${DAYS}&machine=laser-1`)).json();
    expect(rows[0]).toMatchObject({ faults: 0, faultS: 10 * 3600 });
  });

  it.each([
    ['lab', ['pasteur', 'tokyo'], [2, 0]],
    ['kind', ['laser-cutter', 'printer-3d'], [2, 0]],
    ['network', ['labfab'], [2]],
  ])('adds up by %s', async (by, groups, faults) => {
    const { get } = brokenHouse();
    const { rows } = await (await get(`/api/v1/uptime?${DAYS}&by=${by}`)).json();
    expect(rows.map((row: { group: Record<string, string> }) => row.group[by])).toEqual(groups);
    expect(rows.map((row: { faults: number }) => row.faults)).toEqual(faults);
  });

  it('says why it gives nothing for a lab without hours, and after now', async () => {
    const { get } = brokenHouse();
    const tokyo = await (await get(`/api/v1/uptime?${DAYS}&lab=tokyo`)).json();
    expect(tokyo.rows[0]).toMatchObject({ availability: null, reasons: { availability: 'no-opening-hours' } });
    const future = await (await get('/api/v1/uptime?from=2026-06-01&to=2026-06-02&lab=pasteur')).json();
    expect(future.rows[0]).toMatchObject({
      windowS: 0,
      availability: null,
      reasons: { availability: 'no-time-counted' },
    });
  });

  it('agrees with the availability of usage', async () => {
    const { get } = brokenHouse();
    const uptime = await (await get(`/api/v1/uptime?${DAYS}&by=lab&period=week`)).json();
    const usage = await (await get(`/api/v1/usage?${DAYS}&by=lab&period=week`)).json();
    expect(uptime.rows.length).toBeGreaterThan(0);
    expect(uptime.rows.map((row: { availability: number }) => row.availability)).toEqual(
      usage.rows.map((row: { availability: number }) => row.availability),
    );
  });

  it('comes as CSV with the same numbers', async () => {
    const { get } = brokenHouse();
    const response = await get(`/api/v1/uptime?${DAYS}&lab=pasteur&by=kind`, { accept: 'text/csv' });
    const [header, first] = (await response.text()).split('\r\n').map((line) => line.split(','));
    expect(header?.[0]).toBe('kind');
    expect(first?.[0]).toBe('laser-cutter');
    expect(first?.[header!.indexOf('mtbfS')]).toBe(String(6 * 3600));
  });

  it.each([
    [`${DAYS}&by=audience`, 400, 'bad-parameter', 'by'],
    [`${DAYS}&machine=lasr-1`, 404, 'not-found', 'machine'],
    ['from=2026-03-04&to=2026-03-02', 400, 'bad-range', 'from'],
    ['from=1926-01-01&to=2026-01-01&period=hour', 400, 'bad-range', 'period'],
    ['from=1826-01-01&to=2026-01-01', 400, 'bad-range', 'to'],
  ])('refuses %s', async (parameters, status, code, path) => {
    const { get } = brokenHouse();
    const response = await get(`/api/v1/uptime?${parameters}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, complaints: [{ path }] });
  });
});

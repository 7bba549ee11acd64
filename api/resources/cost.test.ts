import { describe, expect, it } from 'vitest';
import { Registry } from '../../domain/registry.ts';
import { apiFixture, REGISTRY } from '../../test/api-fixture.ts';

const at = (text: string) => Date.parse(`2026-03-${text}Z`);
const DAY = 86_400_000;
const YEAR = 365.2425;

/** The laser cost 8,766 over 24 years: a day of it costs one unit, and another one for maintenance. */
const PURCHASE = { date: '2020-01-01', price: YEAR * 24, lifeYears: 24, maintenancePerYear: YEAR };

function boughtHouse(tariffs: { network?: number; lab?: number }) {
  const house = apiFixture();
  const [pasteur, tokyo] = REGISTRY.labs;
  const tariff = (tariffPerKwh: number | undefined) => (tariffPerKwh === undefined ? {} : { tariffPerKwh });
  house.state.registry = Registry.parse({
    ...REGISTRY,
    network: { ...REGISTRY.network, ...tariff(tariffs.network) },
    labs: [{ ...pasteur, ...tariff(tariffs.lab) }, tokyo],
    machines: REGISTRY.machines.map((one) => (one.id === 'printer-1' ? one : { ...one, purchase: PURCHASE })),
  });
  house.ledger.of('laser-1').activity = [
    {
      ...{ start: at('02T10:00:00'), end: at('02T14:00:00'), activity: 'running', source: 'power' },
      ...{ bridgedMs: 0, censored: false },
    },
  ];
  house.ledger.of('laser-1').energy = [{ series: 'plug-1:0', hour: at('02T10:00:00'), wh: 1500, recoveredWh: 500 }];
  return house;
}

const PATH = '/api/v1/cost?from=2026-03-01&to=2026-03-03';

describe('/api/v1/cost', () => {
  it('is value lost, maintenance and electricity over the running hours', async () => {
    const { get } = boughtHouse({ network: 0.25 });
    const { rows, definitions } = await (await get(`${PATH}&machine=laser-1`)).json();
    expect(rows).toEqual([
      {
        ...{ machine: 'laser-1', lab: 'pasteur', kind: 'laser-cutter', coverage: 4 / 48 },
        ...{ from: '2026-02-28T23:00:00.000Z', to: '2026-03-02T23:00:00.000Z', runningS: 4 * 3600, energyWh: 2000 },
        ...{
          tariffPerKwh: 0.25,
          depreciation: 2,
          maintenance: 2,
          energy: 0.5,
          total: 4.5,
          perHour: 1.125,
          reason: null,
        },
      },
    ]);
    expect(definitions).toMatchObject({ costPerHour: 1 });
  });

  it.each([
    ['the tariff of the lab before that of the network', { network: 0.25, lab: 0.5 }, 0.5, 1, null],
    ['nothing for electricity where nobody says its price', {}, null, null, 'no-tariff'],
    ['a price of nothing', { lab: 0 }, 0, 0, null],
  ])('takes %s', async (_, tariffs, tariffPerKwh, energy, reason) => {
    const { get } = boughtHouse(tariffs);
    const [row] = (await (await get(`${PATH}&machine=laser-1`)).json()).rows;
    expect(row).toMatchObject({ tariffPerKwh, energy, reason, total: 4 + (energy ?? 0) });
  });

  it('counts up to now, and says why there is no number', async () => {
    const { get, state } = boughtHouse({ network: 0.25 });
    state.now = at('01T23:00:00');
    const { rows } = await (await get('/api/v1/cost?from=2026-03-01&to=2027-01-01')).json();
    expect(
      rows.map(({ machine, depreciation, reason }: Record<string, unknown>) => [machine, depreciation, reason]),
    ).toEqual([
      ['laser-1', 1, 'no-use'],
      ['printer-1', null, 'no-purchase'],
      // Tokyo's first of March began eight hours before that of Paris.
      [
        'laser-9',
        Math.round(((at('01T23:00:00') - at('01T00:00:00') + 9 * 3_600_000) / DAY) * 10_000) / 10_000,
        'no-use',
      ],
    ]);
    const future = await (await get('/api/v1/cost?from=2026-06-01&to=2027-01-01&machine=laser-1')).json();
    expect(future.rows[0]).toMatchObject({ depreciation: null, perHour: null, reason: 'no-time-counted' });
  });

  it('comes as CSV, for French Excel too', async () => {
    const { get } = boughtHouse({ network: 0.25 });
    const table = await (await get(PATH, { accept: 'text/csv; dialect=excel-fr' })).text();
    const [header, first] = table.split('\r\n').map((line) => line.split(';'));
    expect(first?.[header!.indexOf('perHour')]).toBe('1,125');
  });
});

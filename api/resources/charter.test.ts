import { describe, expect, it } from 'vitest';
import type { Activity, ActivityInterval } from '../../domain/layers.ts';
import { Registry } from '../../domain/registry.ts';
import { apiFixture, REGISTRY } from '../../test/api-fixture.ts';

const at = (text: string) => Date.parse(`2026-${text}+01:00`);

function doing(activity: Activity, start: string, end: string): ActivityInterval {
  return { start: at(start), end: at(end), activity, source: 'power', bridgedMs: 0, censored: false };
}

/** Hôtel Pasteur is open to everybody on Wednesday and Saturday afternoons, 8 h a week; both its machines are watched. */
function publicHouse() {
  const house = apiFixture();
  house.state.now = at('02-25T12:00');
  house.state.registry = Registry.parse({
    ...REGISTRY,
    labs: [{ ...REGISTRY.labs[0], since: '2026-01-21', opening: 'Mo-Sa 09:00-19:00', public: 'We,Sa 14:00-18:00' }],
    machines: REGISTRY.machines.filter(({ lab }) => lab === 'pasteur'),
  });
  house.ledger.of('printer-1').activity = [doing('off', '01-20T00:00', '02-25T12:00')];
  house.ledger.of('laser-1').activity = [
    doing('off', '01-20T00:00', '01-31T14:00'),
    // The last public hour of a Saturday, and then nothing is heard for two weeks.
    doing('running', '01-31T14:00', '01-31T18:00'),
    doing('off', '01-31T18:00', '02-07T12:00'),
    doing('running', '02-07T14:00', '02-07T15:30'),
    doing('off', '02-07T15:30', '02-09T00:00'),
    doing('off', '02-16T00:00', '02-25T12:00'),
  ];
  return house;
}

const RANGE = 'from=2026-01-01&to=2026-03-31';

describe('/api/v1/charter', () => {
  it('has a verdict for each week in which the lab existed, and counts them', async () => {
    const { get } = publicHouse();
    const { weeks, rows, definitions } = await (await get(`/api/v1/charter?lab=pasteur&${RANGE}`)).json();
    expect(rows.map((row: Record<string, unknown>) => [row.from, row.verdict, row.declaredS, row.observedS])).toEqual([
      ['2026-01-25T23:00:00.000Z', 'met', 8 * 3600, 4 * 3600],
      ['2026-02-01T23:00:00.000Z', 'not-met', 8 * 3600, 2 * 3600],
      ['2026-02-08T23:00:00.000Z', 'not-provable', 8 * 3600, 0],
      ['2026-02-15T23:00:00.000Z', 'not-met', 8 * 3600, 0],
      ['2026-02-22T23:00:00.000Z', 'pending', 8 * 3600, 0],
    ]);
    expect(weeks).toEqual({ met: 1, 'not-met': 2, 'not-provable': 1, pending: 1 });
    expect(definitions).toEqual({ charter: 1 });
    expect(rows[1].unseen).toEqual([{ start: '2026-02-04T13:00:00.000Z', end: '2026-02-04T17:00:00.000Z' }]);
    expect(rows[2].coverage).toBe(0.5);
  });

  it('says the same of a week however long the range is', async () => {
    const { get } = publicHouse();
    const all = await (await get(`/api/v1/charter?lab=pasteur&${RANGE}`)).json();
    const one = await (await get('/api/v1/charter?lab=pasteur&from=2026-02-04&to=2026-02-05')).json();
    expect(one.rows).toEqual([all.rows[1]]);
    const ten = await (await get('/api/v1/charter?lab=pasteur&from=2017-01-01&to=2026-12-31')).json();
    expect(ten.rows).toEqual(all.rows);
  });

  it('comes as CSV', async () => {
    const { get } = publicHouse();
    const text = await (await get(`/api/v1/charter?lab=pasteur&${RANGE}`, { accept: 'text/csv' })).text();
    expect(text.split('\r\n').slice(0, 2)).toEqual([
      'lab,from,to,verdict,declaredS,observedS,coverage,unseen',
      'pasteur,2026-01-25T23:00:00.000Z,2026-02-01T23:00:00.000Z,met,28800,14400,1,1',
    ]);
  });
});

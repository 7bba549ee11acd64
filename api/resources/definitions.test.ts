import { describe, expect, it } from 'vitest';
import { ALL_DEFINITIONS } from '../../domain/definitions.ts';
import { apiFixture } from '../../test/api-fixture.ts';

describe('/api/v1/definitions', () => {
  it('says what every quantity means, to anybody', async () => {
    const { app } = apiFixture();
    const { symbols, definitions } = await (await app.request('/api/v1/definitions')).json();
    expect(definitions).toHaveLength(ALL_DEFINITIONS.length);
    expect(symbols.T).toContain('|O|');
    expect(definitions.find(({ id }: { id: string }) => id === 'availability')).toMatchObject({
      version: 1,
      unit: 'share',
      fr: { name: 'disponibilité' },
      en: { name: 'availability' },
    });
  });

  it('names the quantities that answers of usage name', async () => {
    const { get } = apiFixture();
    const usage = await (await get('/api/v1/usage?from=2026-03-01&to=2026-03-02')).json();
    const { definitions } = await (await get('/api/v1/definitions')).json();
    const versions = Object.fromEntries(
      definitions.map(({ id, version }: { id: string; version: number }) => [id, version]),
    );
    expect(Object.keys(usage.definitions).length).toBeGreaterThan(0);
    expect(versions).toMatchObject(usage.definitions);
  });

  it('comes as CSV, one line each', async () => {
    const { app } = apiFixture();
    const response = await app.request('/api/v1/definitions', { headers: { accept: 'text/csv' } });
    const lines = (await response.text()).trim().split('\r\n');
    expect(lines).toHaveLength(ALL_DEFINITIONS.length + 1);
    expect(lines[0]).toBe('id,version,unit,base,formula,bounds,fields,fr.name,fr.sentence,en.name,en.sentence');
  });

  it('says what one quantity means, and names the nearest when there is none', async () => {
    const { app } = apiFixture();
    const one = await (await app.request('/api/v1/definitions/utilisation.calendar')).json();
    expect(one).toMatchObject({ id: 'utilisation.calendar', bounds: expect.stringContaining('from 0 to 1') });
    expect(one.symbols).toHaveProperty('R');
    const table = await app.request('/api/v1/definitions/energy', { headers: { accept: 'text/csv' } });
    expect((await table.text()).split('\r\n')[1]).toMatch(/^energy,1,kWh,/);
    const response = await app.request('/api/v1/definitions/utilization');
    expect(response.status).toBe(404);
    expect((await response.json()).detail).toBe('no definition "utilization"; did you mean "utilisation"?');
  });

  it('takes no parameter', async () => {
    const { app } = apiFixture();
    const response = await app.request('/api/v1/definitions?language=fr');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'bad-parameter' });
  });
});

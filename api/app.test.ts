import { expect, it } from 'vitest';
import { apiFixture } from '../test/api-fixture.ts';

it('answers healthz, machines and usage of a machine that was never heard', async () => {
  const { get, app } = apiFixture();
  expect(await (await app.request('/healthz')).json()).toEqual({ status: 'ok' });
  const machines = await (await get('/api/v1/machines')).json();
  expect(machines.machines).toHaveLength(3);
  expect(machines.machines[0]).toMatchObject({ id: 'laser-1', activity: 'unknown', coverageToday: 0 });
  const usage = await (await get('/api/v1/usage?from=2026-03-03&to=2026-03-05&period=day&machine=laser-1')).json();
  expect(usage.rows).toHaveLength(2);
});

import { describe, expect, it } from 'vitest';
import { apiFixture } from '../../test/api-fixture.ts';
import { MachineState } from './machines.ts';

const AT = Date.parse('2026-03-04T11:00:00Z');

describe('/api/v1/machines', () => {
  it('shows what the floor says, in the order of the registry', async () => {
    const { get, floor } = apiFixture();
    floor.set({
      machine: 'laser-1',
      activity: 'running',
      since: AT,
      watts: 812.5,
      wattsAt: AT + 1000,
      session: { id: 'laser-1~x', start: AT, audience: 'public', people: null },
      online: true,
      heardAt: AT + 2000,
    });
    const { machines } = await (await get('/api/v1/machines')).json();
    expect(machines[0]).toEqual({
      id: 'laser-1',
      lab: 'pasteur',
      kind: 'laser-cutter',
      name: 'Trotec',
      activity: 'running',
      since: '2026-03-04T11:00:00.000Z',
      watts: 812.5,
      wattsAt: '2026-03-04T11:00:01.000Z',
      session: { id: 'laser-1~x', start: '2026-03-04T11:00:00.000Z', audience: 'public', people: null },
      service: 'up',
      online: true,
      coverageToday: 0,
      heardAt: '2026-03-04T11:00:02.000Z',
      thresholds: { standbyW: 20, runningW: 120, stopW: 96 },
    });
    expect(machines.map(({ id }: { id: string }) => id)).toEqual(['laser-1', 'printer-1', 'laser-9']);
    for (const machine of machines) expect(MachineState.parse(machine)).toEqual(machine);
    expect(await (await get('/api/v1/machines/laser-1')).json()).toEqual(machines[0]);
  });

  it('shows a change at once', async () => {
    const { get, floor } = apiFixture();
    for (const watts of [1, 2, 3]) {
      floor.set({ machine: 'laser-1', watts });
      expect((await (await get('/api/v1/machines')).json()).machines[0].watts).toBe(watts);
    }
  });

  it.each([
    ['lab=tokyo', ['laser-9']],
    ['kind=laser-cutter', ['laser-1', 'laser-9']],
    ['lab=pasteur&kind=laser-cutter', ['laser-1']],
  ])('takes only ?%s', async (query, expected) => {
    const { get } = apiFixture();
    const { machines } = await (await get(`/api/v1/machines?${query}`)).json();
    expect(machines.map(({ id }: { id: string }) => id)).toEqual(expected);
  });

  it('comes as CSV without formulas', async () => {
    const { get } = apiFixture();
    const response = await get('/api/v1/machines', { accept: 'text/csv' });
    expect(response.headers.get('content-type')).toContain('text/csv');
    const lines = (await response.text()).split('\r\n');
    expect(lines[0]).toContain('id,lab,kind,name,activity');
    expect(lines[2]).toContain(`printer-1,pasteur,printer-3d,"'=Prusa, ""old"""`);
    expect(lines).toHaveLength(5);
  });

  it('goes on when the observed share of today cannot be read', async () => {
    const { get, ledger } = apiFixture();
    ledger.fold = () => Promise.reject(new Error('the disk is away'));
    const response = await get('/api/v1/machines');
    expect(response.status).toBe(200);
    expect((await response.json()).machines[0].coverageToday).toBeNull();
  });
});

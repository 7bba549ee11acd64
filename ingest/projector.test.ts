import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { type RegistryChange, registryOf } from '../test/projection/events.ts';
import { ProjectionHouse, type RoutedEvent } from '../test/projection/house.ts';
import { BEGIN, badge, on, power, steady } from '../test/projection/told.ts';

const FOREVER = Number.MAX_SAFE_INTEGER;

let house: ProjectionHouse;
beforeEach(async () => {
  house = await ProjectionHouse.open(registryOf());
});
afterEach(() => house.close());

async function tell(...events: RoutedEvent[]): Promise<void> {
  await house.append(events);
  await house.settle();
  expect(await house.differences()).toEqual([]);
}

async function rollups(): Promise<{ hour: number; badgedMs: number; sessions: number; runningMs: number }[]> {
  const rows = await house.ledger.rollups(['laser-1'], 0, FOREVER);
  return rows.map(({ hour, badgedMs, sessions, runningMs }) => ({
    hour: (hour - BEGIN) / HOUR_MS,
    badgedMs: badgedMs / MINUTE_MS,
    sessions,
    runningMs: runningMs / MINUTE_MS,
  }));
}

describe('rollups of a machine', () => {
  it('are there for the hours of a machine that does the same all day', async () => {
    await tell(...steady(0, 190, 3));
    expect((await rollups()).map(({ hour }) => hour)).toEqual([0, 1, 2]);
  });

  it('wait for the end of a run, whose bridged holes are spread over all of it', async () => {
    await tell(...steady(0, 70, 3), ...steady(70, 130, 200), ...steady(134, 190, 200));
    expect((await rollups()).map(({ hour }) => hour)).toEqual([0]);
    await tell(...steady(190, 310, 3));
    expect((await rollups()).map(({ hour, runningMs }) => [hour, runningMs])).toEqual([
      [0, 0],
      [1, 50],
      [2, 60],
      [3, 10],
      [4, 0],
    ]);
  });

  it('are taken back when a late badge opens a session that still lasts, and come again when it ends', async () => {
    await tell(...steady(0, 55, 3), ...steady(55, 64, 200), ...steady(100, 110, 3), power(1000, 3));
    expect((await rollups()).length).toBeGreaterThan(15);
    await tell(badge(63), power(1000, 200), badge(1000.1, 'in', 'bob'));
    expect((await rollups()).length).toBeGreaterThan(0);
    await tell(badge(1000.2, 'in', 'ada'), badge(1010, 'out', 'ada'), power(1100, 3));
    expect((await rollups()).length).toBeGreaterThan(17);
  });

  it('count a session that a late badge opened in the hours that had been rolled up', async () => {
    // Holes stop the timer of a forgotten badge, so that the session lasts until the badge-out.
    await tell(power(0, 3), power(299, 3));
    expect((await rollups()).map(({ badgedMs }) => badgedMs)).toEqual([0, 0, 0, 0]);
    await tell(badge(90));
    await tell(badge(200, 'out'), power(301, 3));
    expect((await rollups()).map(({ badgedMs, sessions }) => [badgedMs, sessions])).toEqual([
      [0, 0],
      [30, 1],
      [60, 0],
      [20, 0],
      [0, 0],
    ]);
  });

  it('begin earlier when something earlier comes', async () => {
    await tell(...steady(180, 250, 3));
    expect((await rollups()).map(({ hour }) => hour)).toEqual([3]);
    await tell(power(10, 3));
    expect((await rollups()).map(({ hour }) => hour)).toEqual([0, 1, 2, 3]);
  });
});

describe('energy of a session', () => {
  it('is told again when a late counter reading tells it better', async () => {
    const session = async () => (await house.ledger.sessions(['laser-1'], 0, FOREVER))[0];
    await tell(power(0, 3, 1000), badge(1), power(2, 200), badge(3, 'out'), power(400, 3, 1100));
    const before = (await session())?.energyWh as number;
    expect(before).toBeGreaterThan(0);
    await tell(power(4, 3, 1050));
    const after = (await session())?.energyWh as number;
    expect(after).toBeGreaterThan(10);
    const straight = await ProjectionHouse.open(registryOf());
    await straight.append([
      power(0, 3, 1000),
      badge(1),
      power(2, 200),
      badge(3, 'out'),
      power(4, 3, 1050),
      power(400, 3, 1100),
    ]);
    await straight.settle();
    expect((await straight.ledger.sessions(['laser-1'], 0, FOREVER))[0]?.energyWh).toBeCloseTo(after, 9);
    await straight.close();
  });
});

describe('energy of a session whose meter counts seldom', () => {
  it.each([100, 500, 1300])('is that of its hour, when the counter comes %d minutes later', async (laterMinutes) => {
    const end = 120 + laterMinutes;
    await tell(
      power(0, 3, 1000),
      ...steady(1, 60, 3),
      ...steady(60, 120, 200),
      ...steady(120, end, 3),
      badge(61),
      badge(120, 'out'),
      power(end, 3, 2000),
      power(end + 200, 3, 2001),
    );
    const [session] = await house.ledger.sessions(['laser-1'], 0, FOREVER);
    const hours = await house.ledger.energy('laser-1', BEGIN + HOUR_MS, BEGIN + 2 * HOUR_MS);
    expect((session?.end ?? 0) - (session?.start ?? 0)).toBe(HOUR_MS);
    expect(hours[0]?.wh).toBeGreaterThan(500);
    expect(session?.energyWh).toBeCloseTo(hours[0]?.wh as number, 6);
  });
});

describe('energy of a session that ended before the last checkpoint', () => {
  it('is told again too', async () => {
    const events = [power(0, 3, 1000), badge(112), badge(118, 'out')];
    events.push(...steady(1, 110, 3), ...steady(110, 117, 200), ...steady(117, 121, 3));
    const last = power(400, 3, 1200);
    const late = power(121, 3, 1100);
    await tell(...events, power(122, 3), last);
    const [before] = await house.ledger.sessions(['laser-1'], 0, FOREVER);
    await tell(late);
    const straight = await ProjectionHouse.open(registryOf());
    await straight.append([...events, late, power(122, 3), last]);
    await straight.settle();
    const [one] = await house.ledger.sessions(['laser-1'], 0, FOREVER);
    const [other] = await straight.ledger.sessions(['laser-1'], 0, FOREVER);
    expect(one?.energyWh).toBeGreaterThan((before?.energyWh ?? 0) + 10);
    expect(one?.energyWh).toBeCloseTo(other?.energyWh as number, 9);
    await straight.close();
  });
});

describe('machines that go and come back', () => {
  it('go on where they were', async () => {
    await tell(...steady(0, 200, 3), badge(10), badge(20));
    const gone = registryOf() as { machines: { id: string }[]; connectors: { channels: { machine: string }[] }[] };
    gone.machines = gone.machines.filter(({ id }) => id !== 'laser-1');
    for (const connector of gone.connectors)
      connector.channels = connector.channels.filter(({ machine }) => machine !== 'laser-1');
    await house.append([...steady(200, 260, 200)]);
    await house.projector.catchUp();
    await house.setRegistry(gone);
    await house.setRegistry(registryOf());
    await tell(...steady(300, 330, 3));
  });
});

describe('changes of the registry', () => {
  const online = (minutes: number, connector: string, is: boolean): RoutedEvent => {
    const at = BEGIN + minutes * MINUTE_MS;
    return on(connector, { kind: 'online', online: is, at, receivedAt: at }, null);
  };
  const state = (minutes: number): RoutedEvent => {
    const at = BEGIN + minutes * MINUTE_MS;
    return on('box', { kind: 'state', state: 'running', at, receivedAt: at });
  };
  const second = (minutes: number, w: number): RoutedEvent => {
    const at = BEGIN + minutes * MINUTE_MS;
    return on('second', { kind: 'power', channel: 0, w, at, receivedAt: at });
  };
  const CASES: [string, RegistryChange, RoutedEvent[]][] = [
    ['thresholds', { runningW: 300 }, steady(0, 30, 200)],
    ['how long readings hold', { reportS: 60 }, [power(0, 200), power(1, 200), power(2, 3)]],
    ['readings that hold while online', { reportS: 0 }, [power(0, 200), online(30, 'main', false), power(60, 3)]],
    ['how long a state report holds', { boxReportS: 24 }, [state(0), state(2), online(10, 'box', false)]],
    ['a role', { secondRole: 'aux' }, [online(0, 'second', true), second(1, 200), online(5, 'second', false)]],
    ['opening hours', { opening: 'Mo-Fr 10:00-12:00' }, steady(0, 200, 200)],
    ['a channel that goes', { isExtractionGone: true }, steady(0, 30, 200)],
  ];

  it('compute the past again when what came meanwhile was read under rules that hold no more', async () => {
    await house.append([power(0, 200)]);
    await house.setRegistry(registryOf({ reportS: 24 }));
    await house.projector.catchUp();
    await house.setRegistry(registryOf());
    await tell(power(300, 3));
  });

  it.each(CASES)('compute the past again: %s', async (_what, change, events) => {
    await tell(...events);
    await house.setRegistry(registryOf(change));
    await house.settle();
    expect(await house.differences()).toEqual([]);
    await tell(power(300, 3));
    await house.restart();
    await house.setRegistry(registryOf());
    await tell(power(301, 3));
  });
});

describe('a machine of which nothing was told', () => {
  it('has no fold, also when its rules change', async () => {
    await house.setRegistry(registryOf({ opening: 'Mo-Fr 08:00-20:00' }));
    await house.settle();
    expect((await house.dump('laser-1')).fold).toBeNull();
    await tell(power(0, 3));
    expect((await house.dump('laser-1')).fold).not.toBeNull();
  });
});

describe('a connector that came before it fed a machine', () => {
  it('is known to have come when it does', async () => {
    const registry = registryOf() as { connectors: { id: string; channels: unknown[] }[] };
    const main = registry.connectors.find(({ id }) => id === 'main') as { channels: unknown[] };
    main.channels = [];
    await house.setRegistry(registry);
    const at = BEGIN;
    await tell(on('main', { kind: 'online', online: true, at, receivedAt: at }, null), badge(1));
    await house.setRegistry(registryOf());
    await house.settle();
    expect(await house.differences()).toEqual([]);
    await tell(power(2, 3));
    await tell(on('main', { kind: 'online', online: false, at: at + 1, receivedAt: at + 1 }, null));
    expect(await house.ledger.firstInputAt('laser-1', 0)).toBe(BEGIN + MINUTE_MS);
  });
});

describe('replies to badges', () => {
  it('are given where a reading of the same batch was late', async () => {
    await tell(power(0, 3), power(10, 3));
    await house.append([power(9.99, 3), badge(10.1)]);
    await house.projector.catchUp();
    expect(house.replies.map(({ reply }) => reply)).toEqual(['opened']);
  });

  it('are given where another device has a clock that is fast', async () => {
    await tell(power(0, 3), power(11, 3));
    await house.append([badge(10.1), badge(10.1)]);
    await house.projector.catchUp();
    await house.append([badge(10.5)]);
    await house.projector.catchUp();
    expect(house.replies.map(({ reply }) => reply)).toEqual(['opened', 'closed']);
  });
});

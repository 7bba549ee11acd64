import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CorrectionChange } from '../domain/event.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { registryOf } from '../test/projection/events.ts';
import { ProjectionHouse, type RoutedEvent } from '../test/projection/house.ts';
import { BEGIN, badge, on, power, steady } from '../test/projection/told.ts';

const FOREVER = Number.MAX_SAFE_INTEGER;

let house: ProjectionHouse;
beforeEach(async () => {
  house = await ProjectionHouse.open(registryOf());
});
afterEach(() => house.close());

function correction(sessionMinutes: number, change: CorrectionChange, id = 'c1'): RoutedEvent {
  const session = `laser-1~${(BEGIN + sessionMinutes * MINUTE_MS).toString(36)}`;
  const at = BEGIN + 2000 * MINUTE_MS;
  const made = { id, session, change, author: 'manager', reason: 'asked', at, receivedAt: at };
  return on('', { kind: 'correction', ...made }, null);
}

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

describe('energy of a part of a session that ended before the last checkpoint', () => {
  it('is told again too', async () => {
    // The hours from 60 on wait for the counter, and the checkpoint at 120 comes after the session.
    const before = [power(0, 3, 1000), badge(2), ...steady(3, 61, 200), power(61, 200, 1200)];
    const events = [...before, ...steady(62, 118, 200), badge(118, 'out'), power(119, 3)];
    const last = power(400, 3, 1600);
    const late = power(121, 3, 1390);
    const split = correction(2, { action: 'split', at: BEGIN + 20 * MINUTE_MS });
    await tell(...events, power(122, 3), last, split);
    await tell(late);
    const straight = await ProjectionHouse.open(registryOf());
    await straight.append([...events, late, power(122, 3), last, split]);
    await straight.settle();
    const one = await house.ledger.sessions(['laser-1'], 0, FOREVER);
    const other = await straight.ledger.sessions(['laser-1'], 0, FOREVER);
    expect(one.map(({ id }) => id.slice(-2))).toEqual(['.1', '.2']);
    for (const [index, { energyWh }] of one.entries())
      expect(energyWh).toBeCloseTo(other[index]?.energyWh as number, 9);
    await straight.close();
  });
});

describe('corrected sessions', () => {
  it('change the hours in which they are, and no others', async () => {
    await tell(...steady(0, 10, 3), ...steady(10, 20, 200), ...steady(20, 400, 3), badge(5), badge(395, 'in', 'bob'));
    const before = await rollups();
    expect(before[0]).toMatchObject({ badgedMs: 5, sessions: 1 });
    await tell(correction(5, { action: 'correct', end: BEGIN + 130 * MINUTE_MS }));
    const after = await rollups();
    expect(after.map(({ badgedMs }) => badgedMs).slice(0, 3)).toEqual([55, 60, 10]);
    expect(after.slice(3)).toEqual(before.slice(3));
    await tell(correction(5, { action: 'undo', correction: 'c1' }, 'c2'));
    expect(await rollups()).toEqual(before);
  });

  it('fall back to what the events say when a late badge contradicts them, and come again when it is dismissed', async () => {
    await tell(...steady(0, 400, 3), badge(5), correction(5, { action: 'correct', end: BEGIN + 130 * MINUTE_MS }));
    await tell(badge(100, 'in', 'bob'), badge(104, 'out', 'bob'));
    const ends = async () =>
      (await house.ledger.sessions(['laser-1'], 0, FOREVER)).map(({ end }) => ((end ?? 0) - BEGIN) / MINUTE_MS);
    expect(await ends()).toEqual([10, 104]);
    await tell(correction(100, { action: 'dismiss' }, 'c2'));
    expect(await ends()).toEqual([10]);
    await tell(correction(5, { action: 'correct', end: BEGIN + 130 * MINUTE_MS }, 'c3'));
    expect(await ends()).toEqual([130]);
  });
});

import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registryOf } from '../test/projection/events.ts';
import { ProjectionHouse, type RoutedEvent } from '../test/projection/house.ts';

const BEGIN = Date.parse('2026-11-16T07:00:00Z');
const MINUTE_MS = 60_000;

let house: ProjectionHouse;
beforeEach(async () => {
  house = await ProjectionHouse.open(registryOf());
  await house.append(Array.from({ length: 900 }, (_, third) => power(third / 3, third > 100 && third < 200 ? 200 : 3)));
  await house.append([badge(35), badge(60), { ...fault(100, 'fault') }, fault(110, 'up')]);
  await house.settle();
});
afterEach(() => house.close());

function power(minutes: number, w: number): RoutedEvent {
  const at = BEGIN + minutes * MINUTE_MS;
  const body = { kind: 'power' as const, channel: 0, w, at, receivedAt: at };
  return { route: { connector: 'main', channel: 0, machine: 'laser-1' }, body };
}

function badge(minutes: number): RoutedEvent {
  const at = BEGIN + minutes * MINUTE_MS;
  const body = { kind: 'badge' as const, channel: 0, token: 't', member: 'ada', action: 'tap' as const };
  return { route: { connector: 'reader', channel: 0, machine: 'laser-1' }, body: { ...body, at, receivedAt: at } };
}

function fault(minutes: number, state: 'fault' | 'up'): RoutedEvent {
  const at = BEGIN + minutes * MINUTE_MS;
  const body = { kind: 'service' as const, state, at, receivedAt: at };
  return { route: { connector: '', channel: null, machine: 'laser-1' }, body };
}

describe('verify()', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await house.differences()).toEqual([]);
  });

  it.each([
    [
      'an interval of activity',
      "UPDATE activity SET end_at = end_at - 1 WHERE activity = 'running'",
      /laser-1: activity/,
    ],
    ['an interval, gone', "DELETE FROM activity WHERE activity = 'running'", /laser-1: activity/],
    ['a service interval', "UPDATE service SET state = 'maintenance' WHERE state = 'fault'", /laser-1: service/],
    ['a session', "UPDATE session SET member = 'bob'", /laser-1: session/],
    ['an hour of energy', 'UPDATE energy SET wh = wh + 0.001', /laser-1: energy/],
    ['a rollup', 'UPDATE rollup SET runningMs = runningMs + 1', /laser-1: rollup/],
    ['a rollup, gone', 'DELETE FROM rollup WHERE hour = (SELECT min(hour) FROM rollup)', /laser-1: rollup/],
    [
      'the state of a fold',
      'UPDATE fold SET state = replace(state, \'"online":true\', \'"online":false\')',
      /laser-1: state/,
    ],
    ['the rules', "UPDATE fold SET rules = 'other'", /laser-1: was computed with earlier rules/],
  ])('finds what somebody did to %s', async (_what, sql, sentence) => {
    const db = new DatabaseSync(house.ledgerFile);
    expect(db.prepare(sql).run().changes).toBeGreaterThan(0);
    db.close();
    const [first] = await house.differences();
    expect(first).toMatch(sentence);
  });

  it('finds a batch that is missing', async () => {
    house.journal.lose(1);
    const [first] = await house.differences();
    expect(first).toMatch(/^journal: .*90[01]/);
  });
});

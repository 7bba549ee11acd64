import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../domain/layers.ts';
import type { Retained } from '../domain/retention.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { registryOf } from '../test/projection/events.ts';
import { ProjectionHouse, type RoutedEvent } from '../test/projection/house.ts';

/** A Monday; days of work follow, each with a run of the laser under one badge. */
const BEGIN = Date.parse('2026-06-01T07:00:00Z');
const DAYS = 100;
const MACHINES = ['laser-1', 'saw-1'];

function power(at: number, w: number): RoutedEvent {
  const body = { kind: 'power' as const, channel: 0, w, at, receivedAt: at + 200 };
  return { route: { connector: 'main', channel: 0, machine: 'laser-1' }, body };
}

function badge(at: number, token: string, machine = 'laser-1', receivedAt = at): RoutedEvent {
  const channel = machine === 'saw-1' ? 2 : 0;
  const body = { kind: 'badge' as const, channel, token, member: `person ${token.slice(6)}`, action: 'tap' as const };
  return { route: { connector: 'reader', channel, machine }, body: { ...body, audience: 'public', at, receivedAt } };
}

/** A person says that a session ended at `end`. */
function correction(session: string, end: number, at: number): RoutedEvent {
  const change = { action: 'correct' as const, end };
  const body = {
    kind: 'correction' as const,
    id: 'correction-1',
    session,
    change,
    author: 'ada',
    reason: 'it was over',
  };
  return { route: { connector: '', channel: null, machine: 'laser-1' }, body: { ...body, at, receivedAt: at } };
}

/** One day: readings every 20 s for three hours, a run in the middle of them, a session around it, one at the saw. */
function day(n: number): RoutedEvent[] {
  const at = BEGIN + n * DAY_MS;
  const watts = (third: number) => (third > 180 && third < 360 ? 200 + (third % 7) : 3);
  const readings = Array.from({ length: 540 }, (_, third) => power(at + third * 20_000, watts(third)));
  const token = `token-${n}.`;
  const badges = [
    badge(at + 58 * MINUTE_MS, token),
    badge(at + 122 * MINUTE_MS, token),
    badge(at + HOUR_MS, token, 'saw-1'),
  ];
  return [...readings, ...badges].sort((a, b) => a.body.at - b.body.at);
}

let house: ProjectionHouse;
beforeEach(async () => {
  house = await ProjectionHouse.open(registryOf());
});
afterEach(() => house.close());

async function live(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) await house.append(day(n));
  await house.settle();
}

async function dumps() {
  const all = [];
  for (const machine of MACHINES) {
    const { fold: _fold, ...layers } = await house.dump(machine);
    all.push(layers);
  }
  return all;
}

function of(retained: readonly Retained[], job: Retained['job']): Retained {
  return retained.find((one) => one.job === job) as Retained;
}

/** Every badge token that is anywhere in the ledger's tables, as the number of its day. */
function tokenDays(): number[] {
  const db = new DatabaseSync(house.ledgerFile, { readOnly: true });
  const tables = ['input', 'checkpoint', 'fold', 'session'];
  const text = tables.flatMap((table) =>
    db
      .prepare(`SELECT * FROM ${table}`)
      .all()
      .map((row) => JSON.stringify(row)),
  );
  db.close();
  return [...new Set([...text.join().matchAll(/token-(\d+)\./g)].map(([, n]) => Number(n)))].sort((a, b) => a - b);
}

describe('retention', () => {
  const end = BEGIN + DAYS * DAY_MS;

  it('changes no number and lets go of what is due', { timeout: 120_000 }, async () => {
    await live(0, DAYS);
    const before = await dumps();
    const retained = await house.retain(end, { badgeDays: 90 });
    expect(await dumps()).toEqual(before);
    expect(of(retained, 'readings').count).toBeGreaterThan(90 * 540);
    expect(of(retained, 'badges').count).toBe(3 * 12);
    expect(of(retained, 'journal').count).toBeGreaterThan(10 * 540);
    expect(of(retained, 'messages').packedBytes).toBeGreaterThan(0);
    expect(of(retained, 'states').count).toBeGreaterThan(50);
    expect(tokenDays()[0]).toBeGreaterThanOrEqual(DAYS - 90);
    expect(await house.differences()).toEqual([]);
    const again = await house.retain(end, { badgeDays: 90 });
    expect(again.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0]);
    await live(DAYS, DAYS + 2);
    expect(await house.differences()).toEqual([]);
  });

  it('leaves frozen sessions as they are under another signature, with the lengths that follow from it', async () => {
    await live(0, 50);
    await house.retain(BEGIN + 80 * DAY_MS);
    const [before] = await dumps();
    await house.restart();
    await house.setRegistry(registryOf({ runningW: 500 }));
    await house.settle();
    const [after] = await dumps();
    const until = (await house.ledger.frozenUntil('laser-1')) ?? 0;
    const frozen = (dump: typeof after) => ((dump?.folded ?? []) as Session[]).filter(({ start }) => start < until);
    expect(frozen(before)).toHaveLength(42);
    expect(frozen(before)[0]).toMatchObject({ runningMs: 179 * 20_000, endCause: 'badge-out' });
    const energyWh = expect.any(Number);
    const lengths = { runningMs: 0, standbyMs: 179 * 20_000, energyWh };
    expect(frozen(after)).toEqual(frozen(before).map((session) => ({ ...session, ...lengths })));
    expect(after?.rollups.length).toBe(before?.rollups.length);
    expect(await house.differences()).toEqual([]);
  });

  it('begins no session inside the frozen time when more of a run counts before its badge', async () => {
    for (let n = 0; n < 4; n++) {
      const at = BEGIN + n * DAY_MS;
      const run = Array.from({ length: 360 }, (_, third) => power(at + third * 20_000, third < 350 ? 200 : 3));
      await house.append([...run, badge(at + HOUR_MS, `token-${n}.`)]);
    }
    await house.settle();
    const horizon = BEGIN + 2 * DAY_MS + HOUR_MS / 2;
    await house.retain(horizon + 38 * DAY_MS);
    expect(await house.ledger.frozenUntil('laser-1')).toBe(horizon);
    await house.restart();
    await house.setRegistry(registryOf({ graceS: 2 * 3600 }));
    await house.settle();
    const sessions = await house.ledger.foldedSessions('laser-1', 0, end);
    expect(sessions.map(({ start }) => start - BEGIN)).toEqual([HOUR_MS, DAY_MS + HOUR_MS, horizon - BEGIN]);
    expect(await house.differences()).toEqual([]);
  });

  it('applies corrections of frozen sessions to a past that is computed again', async () => {
    await live(0, 50);
    const [session] = await house.ledger.sessions(['laser-1'], 0, end);
    const { id, start } = session as Session;
    await house.append([correction(id, start + 10 * MINUTE_MS, BEGIN + 50 * DAY_MS)]);
    await house.settle();
    await house.retain(BEGIN + 80 * DAY_MS);
    const [before] = await dumps();
    await house.restart();
    await house.setRegistry(registryOf({ opening: 'Mo-Su 10:00-11:00' }));
    await house.settle();
    const [after] = await dumps();
    expect(after?.sessions).toEqual(before?.sessions);
    expect(after?.sessions).not.toEqual(after?.folded);
    expect(await house.differences()).toEqual([]);
  });

  it('keeps the badges of a session that reaches over the horizon', async () => {
    const night = BEGIN + 15 * HOUR_MS;
    await house.append([badge(night, 'token-1.', 'saw-1'), badge(night + 3 * HOUR_MS, 'token-1.', 'saw-1')]);
    await house.append([
      badge(BEGIN - 2 * DAY_MS, 'token-0.', 'saw-1'),
      badge(BEGIN + 9 * DAY_MS, 'token-2.', 'saw-1'),
    ]);
    await house.settle();
    await house.retain(night + HOUR_MS + 38 * DAY_MS);
    expect(tokenDays()).toEqual([1, 2]);
    expect(await house.ledger.frozenUntil('saw-1')).toBe(night);
  });

  it('forgets the badge of a session that nothing ever ended, and keeps the session', async () => {
    await house.append([badge(BEGIN, 'token-0.'), badge(BEGIN, 'token-0.', 'saw-1')]);
    await house.settle();
    expect(tokenDays()).toEqual([0]);
    await house.retain(BEGIN + 60 * DAY_MS);
    expect(tokenDays()).toEqual([]);
    const [laser, saw] = await dumps();
    for (const dump of [laser, saw]) expect(dump?.folded).toMatchObject([{ start: BEGIN, member: 'person 0.' }]);
    expect(await house.differences()).toEqual([]);
  });

  it('forgets the badges of a machine that is no longer in the registry', async () => {
    await house.append([badge(BEGIN, 'token-0.'), badge(BEGIN, 'token-0.', 'saw-1')]);
    await house.settle();
    const registry = registryOf() as { machines: { id: string }[]; connectors: { channels: { machine: string }[] }[] };
    registry.machines = registry.machines.filter(({ id }) => id !== 'saw-1');
    for (const one of registry.connectors) one.channels = one.channels.filter(({ machine }) => machine !== 'saw-1');
    await house.setRegistry(registry);
    await house.retain(BEGIN + 60 * DAY_MS);
    expect(tokenDays()).toEqual([]);
    expect(await house.ledger.foldedSessions('saw-1', 0, end)).toHaveLength(1);
  });

  it('lets a late event 20 days old have the same effect after packing as without it', {
    timeout: 60_000,
  }, async () => {
    const other = house;
    await live(0, 40);
    house = await ProjectionHouse.open(registryOf());
    try {
      await live(0, 40);
      await house.retain(BEGIN + 41 * DAY_MS);
      const at = BEGIN + 21 * DAY_MS + 100 * MINUTE_MS + 7000;
      const late = [{ ...power(at, 900), body: { ...power(at, 900).body, receivedAt: BEGIN + 41 * DAY_MS } }];
      late.push(badge(at + HOUR_MS, 'token-late.', 'saw-1', BEGIN + 41 * DAY_MS));
      for (const one of [house, other]) {
        await one.append(late);
        await one.settle();
        expect(await one.differences()).toEqual([]);
      }
      for (const machine of MACHINES) expect(await house.dump(machine)).toEqual(await other.dump(machine));
      expect((await house.retain(BEGIN + 42 * DAY_MS)).find(({ job }) => job === 'readings')?.count).toBeGreaterThan(0);
      expect(await house.differences()).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('lets the journal go no further than its readers are, but for old badges', async () => {
    for (let n = 0; n < 10; n++) await house.append(day(n).filter(({ body }) => n > 6 || body.kind !== 'badge'));
    await house.settle();
    await house.retain(BEGIN + 200 * DAY_MS, {}, 5);
    const kept = await house.journal.batches(0, 1_000_000);
    expect(kept.map(({ id }) => id)).toEqual([6, 7]);
    expect(await house.differences()).toEqual([]);
  });
});

describe('verify() of a pruned journal', () => {
  const tamper = (sql: string) => {
    const db = new DatabaseSync(house.ledgerFile);
    expect(db.prepare(sql).run().changes).toBeGreaterThan(0);
    db.close();
  };

  beforeEach(async () => {
    await live(0, 50);
    await house.retain(BEGIN + 51 * DAY_MS);
    expect(await house.journal.pruned()).toHaveLength(1);
    expect(await house.differences()).toEqual([]);
  });

  it.each([
    [
      'a session, frozen',
      'UPDATE session SET running = running + 1 WHERE start_at = (SELECT min(start_at) FROM session)',
      /laser-1: session/,
    ],
    [
      'an interval of long ago',
      "UPDATE activity SET end_at = end_at - 1 WHERE start_at = (SELECT min(start_at) FROM activity WHERE activity = 'running')",
      /laser-1: activity/,
    ],
    ['a rollup', 'UPDATE rollup SET runningMs = runningMs + 1', /rollup/],
    [
      'an input that the journal still has',
      "DELETE FROM input WHERE body LIKE '%token-45%'",
      /the ledger lacks the badge of 2026-07-16/,
    ],
    [
      'readings that the journal still has',
      'DELETE FROM reading_block WHERE start_at = (SELECT max(start_at) FROM reading_block)',
      /the ledger lacks the reading of 2026-07-20.* and \d+ more/,
    ],
  ])('finds what somebody did to %s', async (_what, sql, sentence) => {
    tamper(sql);
    expect((await house.differences()).join('\n')).toMatch(sentence);
  });

  it('finds a batch that is missing and was not let go', async () => {
    house.journal.lose((await house.journal.batches(0, 1))[0]?.id ?? 0);
    expect((await house.differences())[0]).toMatch(/^journal: events \d+ to \d+ are missing/);
  });
});

import { afterEach, beforeEach, expect, it } from 'vitest';
import { createQueries } from '../../api/queries/create-queries.ts';
import type { Queries } from '../../api/queries/queries.ts';
import type { CorrectionChange } from '../../domain/event.ts';
import { machineSettings } from '../../ingest/rules.ts';
import { MemoryJournal } from '../api-fixture.ts';
import { registryOf } from './events.ts';
import { ProjectionHouse, type RoutedEvent } from './house.ts';

const HOUR_MS = 3_600_000;
/** 10:00 in Paris. */
const BEGIN = Date.parse('2026-11-16T09:00:00Z');
const ID = `saw-1~${BEGIN.toString(36)}`;

let house: ProjectionHouse;
let queries: Queries;
let now: number;

beforeEach(async () => {
  house = await ProjectionHouse.open(registryOf());
  now = BEGIN + 10 * HOUR_MS;
  queries = createQueries({
    ledger: house.ledger,
    journal: new MemoryJournal(),
    registry: () => house.registry,
    isEarlier: () => false,
    rules: (machine) => machineSettings(house.registry).get(machine)?.rules as never,
    clock: () => now,
  });
});
afterEach(() => house.close());

function badge(hours: number, member: string): RoutedEvent {
  const stamp = { at: BEGIN + hours * HOUR_MS, receivedAt: BEGIN + hours * HOUR_MS };
  const route = { connector: 'reader', channel: 2, machine: 'saw-1' };
  return { route, body: { kind: 'badge', channel: 2, token: member, member, action: 'tap', ...stamp } };
}

async function correct(id: string, change: CorrectionChange): Promise<void> {
  const said = { session: ID, change, author: 'manager', reason: 'asked' };
  expect(await queries.checkCorrection({ ...said, at: now })).toBeNull();
  const body = { kind: 'correction' as const, id, ...said, at: now, receivedAt: now };
  await house.append([{ route: { connector: '', channel: null, machine: 'saw-1' }, body }]);
  await house.settle();
  expect(await house.differences()).toEqual([]);
}

async function told(): Promise<unknown[]> {
  const range = { from: '2026-11-16', to: '2026-11-17', machines: ['saw-1'] };
  const page = await queries.sessions({ ...range, confidence: null, limit: 10, after: null });
  const [row] = (await queries.usage({ ...range, by: 'machine', period: 'total' })).rows;
  const review = await queries.review({ machines: ['saw-1'], limit: 10, after: null });
  return [
    page.sessions.map(({ end, endCause }) => [((end ?? 0) - BEGIN) / HOUR_MS, endCause]),
    row?.badgedS,
    review.sessions.length,
  ];
}

it('a session that ended by time alone is corrected before anything else is heard, and stays so after it', async () => {
  await house.append([badge(0, 'ada')]);
  await house.settle();
  expect(await house.ledger.sessions(['saw-1'], 0, now)).toEqual([]);
  const presumed = [[[4, 'presumed']], 4 * 3600, 1];
  const corrected = [[[1, 'corrected']], 3600, 0];
  expect(await told()).toEqual(presumed);
  await correct('one', { action: 'correct', end: BEGIN + HOUR_MS });
  expect(await told()).toEqual(corrected);
  await correct('two', { action: 'undo', correction: 'one' });
  expect(await told()).toEqual(presumed);
  await correct('three', { action: 'correct', end: BEGIN + HOUR_MS });
  now += 24 * HOUR_MS;
  await house.append([badge(30, 'bob'), badge(30.1, 'bob')]);
  await house.settle();
  expect(await house.differences()).toEqual([]);
  expect(await house.ledger.sessions(['saw-1'], 0, BEGIN + HOUR_MS)).toMatchObject([{ id: ID, endCause: 'corrected' }]);
  expect(await told()).toEqual(corrected);
});

import { expect, it } from 'vitest';
import type { Machine } from './contract.ts';
import { CHANGES_MAX, emptyFloor, type FloorAction, type FloorState, reduceFloor, WAITING_MAX } from './floor-state.ts';

function machine(id: string, change: Partial<Machine> = {}): Machine {
  return {
    id,
    lab: 'pasteur',
    kind: '3d-printer',
    name: id.toUpperCase(),
    activity: 'off',
    since: null,
    watts: 0,
    wattsAt: null,
    session: null,
    service: 'up',
    online: true,
    coverageToday: null,
    heardAt: null,
    thresholds: { standbyW: 5, runningW: 50, stopW: 40 },
    ...change,
  };
}

const run = (actions: FloorAction[], state: FloorState = emptyFloor(null)): FloorState =>
  actions.reduce(reduceFloor, state);
const live = (one: Machine): FloorAction => ({ kind: 'machine', machine: one, now: 0 });
const listed: FloorAction[] = [{ kind: 'list-asked' }, { kind: 'list', machines: [machine('a'), machine('b')] }];

it('reduceFloor() keeps the order of the list when machines change, and puts new ones at its end', () => {
  const state = run([...listed, live(machine('c')), live(machine('a', { watts: 9 }))]);
  expect(state.machines?.map((one) => [one.id, one.watts])).toEqual([
    ['a', 9],
    ['b', 0],
    ['c', 0],
  ]);
});

it('reduceFloor() puts events that came while a list was under way over it: they are newer', () => {
  const state = run([
    ...listed,
    { kind: 'list-asked' },
    live(machine('a', { watts: 7 })),
    { kind: 'list', machines: [machine('a'), machine('b')] },
  ]);
  expect(state.machines?.[0]?.watts).toBe(7);
  expect(state.waiting).toBeNull();
});

it('reduceFloor() takes events before the first list, and forgets machines that a later list does not have', () => {
  const early = run([
    { kind: 'list-asked' },
    live(machine('a', { watts: 7 })),
    { kind: 'list', machines: [machine('a')] },
  ]);
  expect(early.machines?.[0]?.watts).toBe(7);
  expect(run([{ kind: 'list-asked' }, { kind: 'list', machines: [] }], early).machines).toEqual([]);
});

it('reduceFloor() lets a bounded number of events wait', () => {
  const events = Array.from({ length: WAITING_MAX + 1 }, () => live(machine('a')));
  expect(run([{ kind: 'list-asked' }, ...events.slice(1)]).waiting).toHaveLength(WAITING_MAX);
  expect(run([{ kind: 'list-asked' }, ...events]).waiting).toHaveLength(WAITING_MAX);
});

it('reduceFloor() leaves out machines of other labs', () => {
  const state = run([...listed, live(machine('z', { lab: 'rennes' }))], emptyFloor('pasteur'));
  expect(state.machines?.map((one) => one.id)).toEqual(['a', 'b']);
});

it('reduceFloor() tells changes of condition, not of watts, and keeps the last ones', () => {
  expect(run([...listed, live(machine('a', { watts: 3 }))]).changes).toEqual([]);
  const running = run([...listed, live(machine('a', { activity: 'running' }))]);
  expect(running.changes).toEqual([{ key: 1, machine: 'a', name: 'A', condition: 'running' }]);
  const toAndFro = Array.from({ length: CHANGES_MAX + 1 }, (_, index) =>
    live(machine('b', { activity: index % 2 === 0 ? 'running' : 'off' })),
  );
  expect(run([...listed, ...toAndFro]).changes.map((change) => change.key)).toEqual([2, 3, 4, 5, 6]);
});

it('reduceFloor() remembers since when the stream is lost, not the last attempt', () => {
  const lost = run([{ kind: 'live' }, { kind: 'lost', now: 5 }, { kind: 'lost', now: 9 }]);
  expect(lost.connection).toEqual({ kind: 'lost', since: 5 });
  expect(run([{ kind: 'live' }, { kind: 'lost', now: 20 }], lost).connection).toEqual({ kind: 'lost', since: 20 });
});

it('reduceFloor() keeps the machines when a later list fails, and shows the reason until one succeeds', () => {
  const failed = run([...listed, { kind: 'list-asked' }, { kind: 'list-failed', sentence: 'The disk is full.' }]);
  expect([failed.machines?.length, failed.trouble, failed.waiting]).toEqual([2, 'The disk is full.', null]);
  expect(run(listed, failed).trouble).toBeNull();
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LiveChanges } from './live-changes.ts';

it('after(id) gives the newest change of each machine since, by growing ids', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(6), { maxLength: 60 }), fc.nat(70), (machines, back) => {
      const changes = new LiveChanges(1000);
      const noted = machines.map((machine) => {
        changes.note(`m${machine}`);
        return { id: changes.last, machine: `m${machine}` };
      });
      const id = changes.last - Math.min(back, noted.length);
      const newest = new Map(noted.filter((change) => change.id > id).map((change) => [change.machine, change.id]));
      const expected = [...newest].map(([machine, last]) => ({ id: last, machine })).sort((a, b) => a.id - b.id);
      expect(changes.after(id)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

it('forgets old changes, and gives every machine to who comes back after them', () => {
  const changes = new LiveChanges(0);
  changes.note('rare');
  const { last } = changes;
  for (let index = 0; index < 140_000; index += 1) changes.note('busy');
  expect(changes.after(last)).toEqual([{ id: changes.last, machine: 'busy' }]);
  expect(changes.after(0).map(({ machine }) => machine)).toEqual(['rare', 'busy']);
});

it('gives every machine for ids of another start, whose ids are greater', () => {
  const before = new LiveChanges(1000);
  before.note('a');
  const after = new LiveChanges(2000);
  after.note('a');
  expect(after.last).toBeGreaterThan(before.last);
  expect(after.after(before.last)).toHaveLength(1);
  expect(before.after(after.last)).toHaveLength(1);
});

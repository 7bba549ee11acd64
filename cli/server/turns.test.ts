import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

/** Work that ends when it is told to. */
function pieces() {
  const begun: { name: string; end(): void; fail(error: Error): void }[] = [];
  const work = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      begun.push({ name, end: () => resolve(`${name} ${begun.length}`), fail: reject });
    });
  return { begun, work, names: () => begun.map(({ name }) => name) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('Turns does one thing after the other; the same is asked for once while it waits', async () => {
  const turns = new Turns<string>();
  const { begun, work, names } = pieces();
  expect(turns.isIdle).toBe(true);
  const first = turns.ask('a', work('a'));
  expect(turns.isIdle).toBe(false);
  const again = turns.ask('a', work('a'));
  const other = turns.ask('b', work('b'));
  const third = turns.ask('a', work('a'));
  expect(names()).toEqual(['a']);
  begun[0]?.end();
  expect(await first).toBe('a 1');
  await settled();
  expect(names()).toEqual(['a', 'a']);
  begun[1]?.end();
  expect(await Promise.all([again, third])).toEqual(['a 2', 'a 2']);
  await settled();
  begun[2]?.end();
  expect(await other).toBe('b 3');
  expect(turns.isIdle).toBe(false);
  await settled();
  expect(turns.isIdle).toBe(true);
});

it('Turns goes on after what failed', async () => {
  const turns = new Turns<string>();
  const { begun, work } = pieces();
  const failed = turns.ask('a', work('a'));
  const other = turns.ask('b', work('b'));
  begun[0]?.fail(new RangeError('no such machine'));
  await expect(failed).rejects.toThrow('no such machine');
  await settled();
  begun[1]?.end();
  expect(await other).toBe('b 2');
  const later = turns.ask('c', work('c'));
  await settled();
  begun[2]?.end();
  expect(await later).toBe('c 3');
});

import { expect, it } from 'vitest';
import { forgetToken, keepToken, readFragment, readToken } from './access.ts';
import { openStorage } from './storage.ts';

const FRAGMENTS = [
  ['', null, null],
  ['#', null, null],
  ['#machines', null, null],
  ['#token=abc.DEF-1_2', 'abc.DEF-1_2', null],
  ['#token=', null, null],
  ['#key=k%2F1', null, 'k/1'],
  ['#token=a&key=b', 'a', 'b'],
] as const;

it('has fragments', () => expect(FRAGMENTS.length).toBeGreaterThan(0));
it.each(FRAGMENTS)('readFragment(%s)', (hash, token, key) => {
  expect(readFragment(hash)).toEqual({ token, key });
});

const forbidden = (): Storage =>
  openStorage(() => {
    throw new DOMException('denied', 'SecurityError');
  });

it('keepToken() keeps a token for the tab alone unless its holder wants more', () => {
  const [tab, device] = [forbidden(), forbidden()];
  keepToken('one', false, tab, device);
  expect([readToken(tab, device), device.length]).toEqual(['one', 0]);
  keepToken('two', true, tab, device);
  expect(readToken(forbidden(), device)).toBe('two');
  keepToken('three', false, tab, device);
  expect(readToken(forbidden(), device)).toBeNull();
  forgetToken(tab, device);
  expect(readToken(tab, device)).toBeNull();
});

import { describe, expect, it } from 'vitest';
import { csvText } from './csv.ts';

describe('csvText()', () => {
  it.each([
    ['a plain text', 'laser', 'laser'],
    ['a number', -1.5, '-1.5'],
    ['a text that is a number', '-1.5', '-1.5'],
    ['nothing', null, ''],
    ['a yes', true, 'true'],
    ['a comma', 'a,b', '"a,b"'],
    ['a quote', 'a"b', '"a""b"'],
    ['a line break', 'a\nb', '"a\nb"'],
    ['a formula', '=1+1', "'=1+1"],
    ['a plus', '+cmd', "'+cmd"],
    ['a minus', '-cmd', "'-cmd"],
    ['an at', '@sum', "'@sum"],
    ['a tab', '\tx', "'\tx"],
    ['a formula with a comma', '=a,b', `"'=a,b"`],
  ])('writes %s', (_, cell, text) => {
    expect(csvText(['a'], [{ a: cell }])).toBe(`a\r\n${text}\r\n`);
  });

  it('keeps the order of the columns and leaves out what is not asked for', () => {
    expect(csvText(['b', 'a'], [{ a: 1, b: 2, c: 3 }, { a: 4 }])).toBe('b,a\r\n2,1\r\n,4\r\n');
  });

  it('has a header without rows', () => expect(csvText(['a', 'b'], [])).toBe('a,b\r\n'));
});

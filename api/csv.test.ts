import { describe, expect, it } from 'vitest';
import { apiFixture } from '../test/api-fixture.ts';
import { csvText } from './csv-text.ts';

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

describe('the dialect of French Excel', () => {
  it('has a byte order mark, semicolons and decimal commas', () => {
    const rows = [{ a: 1.5, b: 'x;y', c: 'a,b', d: '=1+1', e: -2, f: 'é', g: 1e-7 }];
    const columns = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    expect(csvText(columns, rows, 'excel-fr')).toBe(`\uFEFFa;b;c;d;e;f;g\r\n1,5;"x;y";a,b;'=1+1;-2;é;1e-7\r\n`);
  });

  it.each([
    ['text/csv', ',', 'text/csv; charset=utf-8; header=present'],
    ['text/csv; dialect=standard', ',', 'text/csv; charset=utf-8; header=present'],
    ['text/csv;dialect="excel-fr"', ';', 'text/csv; charset=utf-8; header=present; dialect=excel-fr'],
    ['text/csv; q=0.9; dialect=excel-fr, */*; q=0.1', ';', 'text/csv; charset=utf-8; header=present; dialect=excel-fr'],
  ])('comes for Accept: %s', async (accept, separator, type) => {
    const response = await apiFixture().get('/api/v1/labs', { accept });
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="labs.csv"');
    expect(await response.text()).toContain(`id${separator}name${separator}timezone`);
  });

  it('one that is not known is refused with the nearest', async () => {
    const response = await apiFixture().get('/api/v1/labs', { accept: 'text/csv; dialect=excel-rf' });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({
      code: 'not-acceptable',
      detail: 'Accept: no dialect "excel-rf"; did you mean "excel-fr"?',
      complaints: [{ path: 'Accept' }],
    });
  });
});

import { describe, expect, it } from 'vitest';
import { formatInstant, HOUR_MS } from '../domain/time.ts';
import { REGISTRY } from '../test/api-fixture.ts';
import { checkRows, groupCount, ROWS_MAX, SUMS_MAX } from './row-limit.ts';

const from = '2020-01-01T00:00:00Z';
const hours = (count: number) => ({ from, to: formatInstant(Date.parse(from) + count * HOUR_MS) });

describe('checkRows()', () => {
  it('takes as many rows as the limit and refuses one more', () => {
    expect(checkRows(hours(ROWS_MAX), 'hour', 1)).toBeNull();
    expect(checkRows(hours(ROWS_MAX + 1), 'hour', 1)).toMatchObject({
      code: 'bad-range',
      sentence: expect.stringMatching(/about 20001 rows, more than 20000\. Take a longer period/),
      complaints: [{ path: 'period' }],
    });
    expect(checkRows(hours(1), 'total', ROWS_MAX)).toBeNull();
    expect(checkRows(hours(1), 'total', ROWS_MAX + 1)).not.toBeNull();
  });

  it('takes as many totals of machines as the limit and refuses more', () => {
    const machines = SUMS_MAX / 1000;
    expect(checkRows(hours(1000), 'hour', 1, machines)).toBeNull();
    expect(checkRows(hours(1001), 'hour', 1, machines)?.sentence).toMatch(/adds up about 4004000 totals/);
  });

  it.each([
    ['machine', 3],
    ['lab', 2],
    ['kind', 2],
    ['audience', 1],
    ['network', 1],
  ] as const)('counts the groups by %s', (by, count) => {
    expect(groupCount(by, REGISTRY, { machines: REGISTRY.machines.map(({ id }) => id) })).toBe(count);
  });

  it('leaves room for what people ask: a machine-year by the hour, a network-year by lab and month', () => {
    expect(checkRows(hours(8784), 'hour', 1)).toBeNull();
    expect(checkRows(hours(8784), 'month', 1000)).toBeNull();
  });
});

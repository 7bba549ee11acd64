import { describe, expect, it } from 'vitest';
import { Pressure } from './pressure.ts';

describe('Pressure', () => {
  /** Notes as `[when, busy]`, ms; then when it is asked, and what it answers. */
  const CASES: [string, [number, number][], number, number][] = [
    ['nothing was told', [], 0, 0],
    ['ingest is half busy', repeated(0.5, 5000), 5000, 0],
    ['ingest is busy for seven tenths of its time', repeated(0.7, 5000), 5000, 12.5],
    ['ingest has no time left', repeated(0.9, 5000), 5000, 25],
    ['ingest is busy all the time', repeated(1, 5000), 5000, 25],
    ['it was busy and told nothing since', repeated(1, 5000), 7000, 0],
    ['it was busy, told nothing, and is calm', [...repeated(1, 5000), [9000, 0.1]], 9000, 0],
    ['one busy moment in calm', [...repeated(0.1, 5000), [5025, 1]], 5025, 0],
  ];
  it.each(CASES)('when %s', (_what, notes, at, rest) => {
    let now = 0;
    const pressure = new Pressure(() => now);
    for (const [when, busy] of notes) {
      now = when;
      pressure.note(busy);
    }
    now = at;
    expect(pressure.restPerWork).toBeCloseTo(rest, 0);
  });

  it('is high within two seconds of load', () => {
    let now = 0;
    const pressure = new Pressure(() => now);
    for (const [when, busy] of [...repeated(0.05, 5000), ...repeated(1, 2000, 5000)]) {
      now = when;
      pressure.note(busy);
    }
    expect(pressure.restPerWork).toBeGreaterThan(20);
  });

  function repeated(busy: number, ms: number, from = 0): [number, number][] {
    return Array.from({ length: ms / 25 + 1 }, (_, index) => [from + index * 25, busy]);
  }
});

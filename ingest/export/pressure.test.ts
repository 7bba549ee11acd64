import { describe, expect, it } from 'vitest';
import { Pressure } from './pressure.ts';

describe('Pressure', () => {
  const CASES: [string, [number, number][], number, boolean][] = [
    ['nothing came', [], 0, false],
    [
      'as many came as are admitted',
      [
        [0, 500],
        [500, 500],
        [1000, 1],
      ],
      1000,
      false,
    ],
    [
      'more came',
      [
        [0, 600],
        [500, 600],
        [1000, 1],
      ],
      1000,
      true,
    ],
    [
      'more came, and then nothing',
      [
        [0, 600],
        [500, 600],
        [1000, 1],
      ],
      3000,
      false,
    ],
    [
      'many came at once after a long silence',
      [
        [0, 1],
        [10_000, 5000],
        [10_100, 1],
      ],
      10_100,
      false,
    ],
  ];
  it.each(CASES)('when %s', (_what, notes, at, isHigh) => {
    let now = 0;
    const pressure = new Pressure(1000, () => now);
    for (const [when, events] of notes) {
      now = when;
      pressure.note(events);
    }
    now = at;
    expect(pressure.isHigh).toBe(isHigh);
  });
});

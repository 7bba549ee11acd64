import { describe, expect, it } from 'vitest';
import { clock, counter, LASER, MIDNIGHT, power, tell, watts } from '../test/naive/story.ts';
import { energyBetween } from './energy-window.ts';
import { compareInputs } from './input-order.ts';
import { initialFold } from './machine-fold.ts';
import type { MachineInput } from './machine-input.ts';

const counters = (
  from: string,
  to: string,
  everyS: number,
  wh: (index: number) => number,
  w: number | null,
): MachineInput[] => {
  const inputs: MachineInput[] = [];
  for (let at = clock(from), index = 0; at < clock(to); at += everyS * 1000, index++) {
    inputs.push({ kind: 'reading', at, series: 'plug/0', main: true, w, wh: wh(index), holdMs: everyS * 2500 });
  }
  return inputs;
};
const reset = (at: string): MachineInput[] => [{ kind: 'energy-reset', at: clock(at), series: 'plug/0' }];

/** Hour → Wh, and what was recovered behind a plus. */
const stories: { name: string; parts: MachineInput[][]; hours: Record<string, string> }[] = [
  {
    name: 'without a counter: the step integral over known time',
    parts: [power('09:30', '10:30', 120)],
    hours: { '09': '60', '10': '60.5' },
  },
  { name: 'exported power is no use', parts: [power('09:00', '09:30', -500)], hours: { '09': '0' } },
  {
    name: "a counter's rise counts, not the integral",
    parts: [counters('09:00', '10:00:01', 600, (index) => 1000 + index * 30, 120)],
    hours: { '09': '180', '10': '50' },
  },
  {
    name: 'a rise is spread in proportion to the integral',
    parts: [
      counter('09:50', 1000, 100),
      power('09:50:10', '10:00', 100),
      power('10:00', '10:10', 300),
      counter('10:10', 1080, 0),
    ],
    hours: { '09': '20', '10': '60' },
  },
  {
    name: 'a rise is spread evenly where there is no integral',
    parts: [counter('09:50', 1000, null, 3600), counter('10:10', 1080, null, 3600)],
    hours: { '09': '40', '10': '40' },
  },
  {
    name: 'a fall of 1 Wh is rounding: the higher value stays',
    parts: [counter('09:00', 100, null, 900), counter('09:10', 99, null, 900), counter('09:20', 101, null, 900)],
    hours: { '09': '1' },
  },
  {
    name: 'a fall of 0.1 % is rounding',
    parts: [counter('09:00', 5000, null, 900), counter('09:10', 4995, null, 900), counter('09:20', 5003, null, 900)],
    hours: { '09': '3' },
  },
  {
    name: 'a larger fall is a reset: the new value, when it is less than the integral',
    parts: [counter('09:00', 5000, 120, 900), counter('09:10', 15, 120, 900), counter('09:20', 35, 0)],
    hours: { '09': '35' },
  },
  {
    name: 'a larger fall is a reset: the integral, when it is less than the new value',
    parts: [counter('09:00', 5000, 120, 900), counter('09:10', 100, 120, 900), counter('09:20', 120, 0)],
    hours: { '09': '40' },
  },
  {
    name: 'a reset by hand is one, even where the counter seems to rise',
    parts: [counter('09:00', 10, 120, 900), reset('09:05'), counter('09:10', 15, 0)],
    hours: { '09': '15' },
  },
  {
    name: 'a rise beyond ratedW is a jump: the integral counts',
    parts: [counter('09:00', 1000, 120, 900), counter('09:10', 9000, 120, 900), counter('09:20', 9020, 0)],
    hours: { '09': '40' },
  },
  {
    name: 'a rise of just ratedW is none',
    parts: [counter('09:00', 1000, null, 3600), counter('09:30', 13_500, null, 3600)],
    hours: { '09': '12500' },
  },
  {
    name: 'over a long hole: what was seen stays, the rest is recovered in the later hour',
    parts: [counter('09:00', 1000, 3600), counter('11:30', 1100, 0)],
    hours: { '09': '25', '11': '0 + 75' },
  },
  {
    name: 'over a hole of bridgeS nothing is recovered',
    parts: [counter('09:00', 1000, 3600), counter('09:10:25', 1100, 0)],
    hours: { '09': '100' },
  },
  {
    name: 'what the integral gave too much over a hole is taken from the next rise',
    parts: [counter('09:00', 1000, 3600), counter('11:30', 1020, 0, 3600), counter('11:50', 1030, 0)],
    hours: { '09': '25', '11': '5' },
  },
  {
    name: 'a counter that is silent for more than a day does not hold up the hours',
    parts: [counter('09:00', 1000, 60, 1e6), counter('36:00', 3000, 0)],
    hours: { '09': '60', '35': '60', '36': '0 + 380' },
  },
];

describe('energy by hours', () => {
  it('has stories', () => expect(stories.length).toBeGreaterThan(12));

  it.each(stories)('$name', ({ parts, hours }) => {
    const { rest } = tell(parts, '40:00');
    const told = Object.fromEntries(
      rest.energy.map(({ hour, wh, recoveredWh }) => {
        const text = recoveredWh
          ? `${Number(wh.toFixed(2))} + ${Number(recoveredWh.toFixed(2))}`
          : `${Number(wh.toFixed(2))}`;
        return [String((hour - MIDNIGHT) / 3_600_000).padStart(2, '0'), text];
      }),
    );
    for (const [hour, text] of Object.entries(hours)) expect(told).toHaveProperty(hour, text);
  });

  it('are there for every hour with a reading, and for no other', () => {
    const { rest } = tell([power('09:30', '10:30', 0), power('13:00', '13:01', 0)], '20:00');
    expect(rest.energy.map(({ hour, wh }) => [(hour - MIDNIGHT) / 3_600_000, wh])).toEqual([
      [9, 0],
      [10, 0],
      [13, 0],
    ]);
  });

  it('belong to each channel', () => {
    const fan = power('09:00', '10:00', 60).map((one) => ({ ...one, series: 'plug/1', main: false }) as MachineInput);
    const { rest } = tell([power('09:00', '10:00', 120), fan], '20:00');
    expect(rest.energy.filter(({ hour }) => hour === clock('09:00'))).toEqual([
      { series: 'plug/0', hour: clock('09:00'), wh: expect.closeTo(120, 6), recoveredWh: 0 },
      { series: 'plug/1', hour: clock('09:00'), wh: expect.closeTo(60, 6), recoveredWh: 0 },
    ]);
  });
});

describe('energyBetween()', () => {
  const between = (parts: MachineInput[][], from: string, to: string) =>
    energyBetween(initialFold(MIDNIGHT), parts.flat().sort(compareInputs), clock(from), clock(to), LASER);

  it('cuts the step integral at the window', () => {
    expect(between([power('09:00', '10:00', 120)], '09:10', '09:20')).toBeCloseTo(20, 6);
  });

  it('gives a window its part of a rise that is counted later', () => {
    const parts = [
      counter('09:00', 1000, 100),
      power('09:00:10', '09:30', 100),
      power('09:30', '10:00', 300),
      counter('10:00', 1400, 0),
    ];
    expect(between(parts, '09:20', '09:40')).toBeCloseTo(
      400 * ((600 * 100 + 600 * 300) / (1800 * 100 + 1800 * 300)),
      6,
    );
  });

  it('holds what was recovered in it', () => {
    expect(between([counter('09:00', 1000, 0), counter('11:30', 1100, 0)], '11:00', '12:00')).toBeCloseTo(100, 6);
  });

  it('is null where nothing measures, and 0 where it measured nothing', () => {
    expect(between([], '09:00', '10:00')).toBeNull();
    expect(between([watts('08:00', 100)], '09:00', '10:00')).toBe(0);
  });
});

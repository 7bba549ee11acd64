import { expect, it } from 'vitest';
import { formatHours, formatShare, formatWatts, isWhole } from './format.ts';
import { WORDS } from './words.ts';

const { fr, en } = WORDS;
const T = '\u202f';

const HOURS = [
  [0, `0${T}min`, `0${T}min`],
  [0.4, `<${T}1${T}min`, `<${T}1${T}min`],
  [59.999, `<${T}1${T}min`, `<${T}1${T}min`],
  [60, `1${T}min`, `1${T}min`],
  [3599.9, `59${T}min`, `59${T}min`],
  [3600, `1${T}h${T}00`, `1${T}h${T}00`],
  [7500, `2${T}h${T}05`, `2${T}h${T}05`],
  [225_000, `62${T}h${T}30`, `62${T}h${T}30`],
  [4_501_800, `1${T}250${T}h${T}30`, `1,250${T}h${T}30`],
] as const;

it('has durations', () => expect(HOURS.length).toBeGreaterThan(0));
it.each(HOURS)('formatHours(%d) is %s in French and %s in English', (seconds, french, english) => {
  expect([formatHours(seconds, fr), formatHours(seconds, en)]).toEqual([french, english]);
});

const WATTS = [
  [0, `0${T}W`, `0${T}W`],
  [-0.04, `0${T}W`, `0${T}W`],
  [3.44, `3,4${T}W`, `3.4${T}W`],
  [9.94, `9,9${T}W`, `9.9${T}W`],
  [9.95, `10${T}W`, `10${T}W`],
  [245.5, `246${T}W`, `246${T}W`],
  [-120.2, `-120${T}W`, `-120${T}W`],
  [1250, `1${T}250${T}W`, `1,250${T}W`],
] as const;

it('has powers', () => expect(WATTS.length).toBeGreaterThan(0));
it.each(WATTS)('formatWatts(%d) is %s in French and %s in English', (watts, french, english) => {
  expect([formatWatts(watts, fr), formatWatts(watts, en)]).toEqual([french, english]);
});

const SHARES = [
  [0, `0${T}%`, '0%', false],
  [0.0001, `1${T}%`, '1%', false],
  [0.94, `94${T}%`, '94%', false],
  [0.9949, `99${T}%`, '99%', false],
  [0.996, `100${T}%`, '100%', true],
  [1, `100${T}%`, '100%', true],
] as const;

it('has shares', () => expect(SHARES.length).toBeGreaterThan(0));
it.each(SHARES)('formatShare(%d) is %s in French and %s in English; whole: %s', (share, french, english, whole) => {
  expect([formatShare(share, fr), formatShare(share, en), isWhole(share)]).toEqual([french, english, whole]);
});

import { expect, it } from 'vitest';
import { dayRange, sinceWords } from './time-words.ts';
import { WORDS } from './words.ts';

const PARIS = 'Europe/Paris';
const at = (text: string): number => Date.parse(text);
// A Wednesday, 15:30 in Paris.
const NOW = at('2026-03-18T14:30:00Z');

const SINCE = [
  ['the same day', '2026-03-18T13:02:59Z', 'depuis 14:02', 'since 14:02'],
  ['midnight', '2026-03-17T23:00:00Z', 'depuis 00:00', 'since 00:00'],
  ['a moment ahead of our clock', '2026-03-18T14:31:00Z', 'depuis 15:31', 'since 15:31'],
  ['the last minute of yesterday', '2026-03-17T22:59:00Z', 'depuis hier 23:59', 'since yesterday 23:59'],
  ['yesterday', '2026-03-17T17:40:00Z', 'depuis hier 18:40', 'since yesterday 18:40'],
  ['two days ago', '2026-03-16T07:05:00Z', 'depuis lundi 08:05', 'since Monday 08:05'],
  ['six days ago', '2026-03-12T07:05:00Z', 'depuis jeudi 08:05', 'since Thursday 08:05'],
  ['seven days ago', '2026-03-11T07:05:00Z', 'depuis le 11\u00a0mars', 'since 11\u00a0March'],
  ['the first of a month', '2026-03-01T07:05:00Z', 'depuis le 1er\u00a0mars', 'since 1\u00a0March'],
  ['another year', '2025-12-24T07:05:00Z', 'depuis le 24\u00a0décembre 2025', 'since 24\u00a0December 2025'],
] as const;

it('has instants', () => expect(SINCE.length).toBeGreaterThan(0));
it.each(SINCE)('sinceWords() for %s', (_, since, french, english) => {
  expect(sinceWords(at(since), NOW, PARIS, WORDS.fr)).toBe(french);
  expect(sinceWords(at(since), NOW, PARIS, WORDS.en)).toBe(english);
});

it('sinceWords() counts days of the lab, not of the reader nor of 24 hours', () => {
  const since = at('2026-03-18T01:00:00Z');
  expect(sinceWords(since, NOW, 'America/Martinique', WORDS.fr)).toBe('depuis hier 21:00');
  expect(sinceWords(since, NOW, 'Indian/Reunion', WORDS.fr)).toBe('depuis 05:00');
});

it('sinceWords() holds over the nights in which clocks change', () => {
  expect(sinceWords(at('2026-03-28T22:30:00Z'), at('2026-03-29T20:00:00Z'), PARIS, WORDS.fr)).toBe('depuis hier 23:30');
  expect(sinceWords(at('2026-10-24T22:30:00Z'), at('2026-10-25T22:30:00Z'), PARIS, WORDS.fr)).toBe('depuis 00:30');
});

it('sinceWords() still speaks when the browser does not know the zone', () => {
  expect(sinceWords(NOW, NOW, 'Mars/Olympus', WORDS.fr)).toMatch(/^depuis \d\d:\d\d$/);
});

const DAYS = [
  ['2026-03-18T22:59:59Z', PARIS, '2026-03-18', '2026-03-19'],
  ['2026-03-18T23:00:00Z', PARIS, '2026-03-19', '2026-03-20'],
  ['2026-03-28T23:00:00Z', PARIS, '2026-03-29', '2026-03-30'],
  ['2026-12-31T12:00:00Z', 'Pacific/Kiritimati', '2027-01-01', '2027-01-02'],
  ['2028-02-28T12:00:00Z', 'UTC', '2028-02-28', '2028-02-29'],
] as const;

it('has days', () => expect(DAYS.length).toBeGreaterThan(0));
it.each(DAYS)('dayRange(%s in %s) is %s to %s', (now, zone, from, to) => {
  expect(dayRange(at(now), zone)).toEqual({ from, to });
});

import { expect, it } from 'vitest';
import { KIND_WORDS } from './kind-words.ts';
import { LANGUAGES, sentence, WORDS } from './words.ts';

/** Every text of a language, functions called with examples. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'function') return [String(value('A', 'B', null))];
  if (value !== null && typeof value === 'object') return Object.values(value).flatMap(textsOf);
  return [];
}

const GENDERED = /\b(utilisat(eur|rice)|connectée?s?|adhérente?s?|étudiants|usagers?|usagère)\b|·e/i;

it.each(LANGUAGES)('WORDS.%s leaves no text empty and none undefined', (language) => {
  const texts = textsOf(WORDS[language]);
  expect(texts.length).toBeGreaterThan(50);
  // English puts nothing between a number and its per cent.
  expect(texts.filter((text) => text === '').length).toBe(language === 'en' ? 1 : 0);
  expect(texts.filter((text) => text.includes('undefined'))).toEqual([]);
});

it('WORDS.fr has no gendered words for people and no plain space before double punctuation', () => {
  const texts = [...textsOf(WORDS.fr), ...Object.values(KIND_WORDS).map((kind) => kind.fr)];
  expect(texts.filter((text) => GENDERED.test(text))).toEqual([]);
  expect(texts.filter((text) => / [:;!?%»]/.test(text) || /[^\s\d][;!?]/.test(text))).toEqual([]);
});

it('both languages know the same audiences', () => {
  expect(Object.keys(WORDS.en.audience)).toEqual(Object.keys(WORDS.fr.audience));
});

it('sentence() capitalises accented letters and leaves the rest', () => {
  expect([sentence('éteinte depuis hier'), sentence('CNC mill'), sentence('')]).toEqual([
    'Éteinte depuis hier',
    'CNC mill',
    '',
  ]);
});

import { expect, it } from 'vitest';
import { chooseLanguage, keepLanguage, keepTheme, readTheme, withParameters } from './preferences.ts';
import { openStorage } from './storage.ts';

const storage = (): Storage =>
  openStorage(() => {
    throw new DOMException('denied', 'SecurityError');
  });

const CASES = [
  ['the address first', '?lang=fr', 'en', ['en-GB'], 'fr'],
  ['then what was chosen before', '?lab=x', 'en', ['fr-FR'], 'en'],
  ['then the browser', '', null, ['de-DE', 'fr-CA', 'en'], 'fr'],
  ['a language it does not have', '?lang=de', null, ['FR'], 'fr'],
  ['English at last', '', null, ['de', 'frr'], 'en'],
] as const;

it('has cases', () => expect(CASES.length).toBeGreaterThan(0));
it.each(CASES)('chooseLanguage() takes %s', (_, search, kept, browser, language) => {
  const device = storage();
  if (kept) keepLanguage(kept, device);
  expect(chooseLanguage(search, device, browser)).toBe(language);
});

it('readTheme() gives what was chosen, and nothing else', () => {
  const device = storage();
  expect(readTheme(device)).toBeNull();
  keepTheme('dark', device);
  expect(readTheme(device)).toBe('dark');
  device.setItem('fabmeter-theme', 'pink');
  expect(readTheme(device)).toBeNull();
});

it('withParameters() changes, adds and removes', () => {
  const url = new URL('http://box:8080/?lab=a%20b&lang=fr');
  expect(withParameters(url, { lab: null, lang: 'en' })).toBe('/?lang=en');
  expect(withParameters(url, { lab: 'ç' })).toBe('/?lab=%C3%A7&lang=fr');
  expect(withParameters(url, { lab: null, lang: null })).toBe('/');
});

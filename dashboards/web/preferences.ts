import { LANGUAGES, type Language } from './words.ts';

/** The looks of the page; without a choice the device's setting counts. */
export type Theme = 'light' | 'dark';

const LANGUAGE_KEY = 'fabmeter-language';
const THEME_KEY = 'fabmeter-theme';

/** The language: asked for in the address (`?lang=`), else chosen before, else the browser's first that we have, else English. */
export function chooseLanguage(search: string, device: Storage, browser: readonly string[]): Language {
  const wishes = [new URLSearchParams(search).get('lang'), device.getItem(LANGUAGE_KEY), ...browser];
  for (const wish of wishes) {
    const found = LANGUAGES.find((language) => wish?.toLowerCase().split('-')[0] === language);
    if (found) return found;
  }
  return 'en';
}

/** Keeps a chosen language on this device. */
export function keepLanguage(language: Language, device: Storage): void {
  device.setItem(LANGUAGE_KEY, language);
}

/** The theme chosen on this device, null when none was. */
export function readTheme(device: Storage): Theme | null {
  const theme = device.getItem(THEME_KEY);
  return theme === 'light' || theme === 'dark' ? theme : null;
}

/** Keeps a chosen theme on this device. */
export function keepTheme(theme: Theme, device: Storage): void {
  device.setItem(THEME_KEY, theme);
}

/** The address with some of its parameters changed; null removes one. */
export function withParameters(url: URL, changes: Record<string, string | null>): string {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) changed.searchParams.delete(name);
    else changed.searchParams.set(name, value);
  }
  return changed.pathname + changed.search;
}

import type { Theme } from './preferences.ts';
import { LANGUAGES, type Language, WORDS } from './words.ts';

/** What the preferences are made from. */
export interface PreferencesBarProps {
  language: Language;
  /** The theme that is shown now. */
  theme: Theme;
  /** Null when nobody signed in. */
  onSignOut: (() => void) | null;
  onLanguage(language: Language): void;
  onTheme(theme: Theme): void;
}

/** Language, light or dark, and the way out. */
export function PreferencesBar({ language, theme, onSignOut, onLanguage, onTheme }: PreferencesBarProps) {
  const words = WORDS[language];
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <div class="preferences">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and a legend for two buttons */}
      <div class="languages" role="group" aria-label={words.chooseLanguage}>
        {LANGUAGES.map((one) => (
          <button
            key={one}
            type="button"
            lang={one}
            aria-pressed={one === language}
            aria-label={WORDS[one].languageName}
            title={WORDS[one].languageName}
            onClick={() => onLanguage(one)}
          >
            {one.toUpperCase()}
          </button>
        ))}
      </div>
      <button
        type="button"
        onClick={() => onTheme(other)}
        aria-label={`${words.appearance}${words.colon} ${themeWord(other, language)}`}
      >
        {themeWord(other, language)}
      </button>
      {onSignOut && (
        <button type="button" onClick={onSignOut}>
          {words.signOut}
        </button>
      )}
    </div>
  );
}

function themeWord(theme: Theme, language: Language): string {
  const words = WORDS[language];
  return theme === 'dark' ? words.darkTheme : words.lightTheme;
}

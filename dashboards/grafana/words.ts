/** The languages of the dashboards: each has a folder of its own. */
export const LANGUAGES = ['fr', 'en'] as const;
/** A language of the dashboards. */
export type Language = (typeof LANGUAGES)[number];

/** One text in every language. French is written with plain spaces; `say` sets the narrow ones. */
export type Text = Readonly<Record<Language, string>>;

/** What a panel says: its question, what its figures mean, and the names of its columns or lines. */
export interface PanelWords {
  title: Text;
  description: Text;
  names?: Readonly<Record<string, Text>>;
}

/** What a dashboard says: its question, one sentence for lists, and how to read it (Markdown). */
export interface DashboardWords {
  title: Text;
  description: Text;
  read: Text;
  panels: Readonly<Record<string, PanelWords>>;
}

const NARROW = '\u202f';
const FIXED = '\u00a0';

/** A text in one language, with the spaces that French puts before its signs. */
export function say(text: Text, language: Language): string {
  if (language === 'en') return text.en;
  return text.fr
    .replaceAll(/ ([?!;%»])/g, `${NARROW}$1`)
    .replaceAll(/« /g, `«${NARROW}`)
    .replaceAll(/ :/g, `${FIXED}:`);
}

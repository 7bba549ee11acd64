/** A quantity's name and its meaning in a sentence, for people. */
export interface DefinitionText {
  name: string;
  sentence: string;
}

/** What one quantity means: for a manager in a sentence, for an auditor as a formula over sets of time. */
export interface Definition {
  /** Never changes. */
  id: string;
  /** Grows when the meaning changes. */
  version: number;
  unit: 'h' | 'share' | 'kWh' | 'people' | 'count' | 'machines' | 'money per h' | 'verdict';
  /** What it is measured over or divided by. */
  base: string;
  formula: string;
  /** Which values are possible. */
  bounds: string;
  /** Where answers and exports hold it; the end of a name says its unit. */
  fields: readonly string[];
  fr: DefinitionText;
  en: DefinitionText;
}

/** The letters of the formulas: sets of time within the window; `|X|` is the length of a set. */
export const SYMBOLS = {
  O: 'opening time of the lab',
  R: 'running',
  S: 'standby',
  B: 'badged: a session is open',
  F: 'fault',
  M: 'planned maintenance',
  U: 'unknown: nothing was heard',
  T: '|O| − |M∩O|, the time in which the machine is wanted',
  W: 'the window, up to now, while the lab exists',
  n: 'number of faults that begin in the window',
  c: 'number of machines that are up',
} as const;

const BOUNDS: Record<Definition['unit'], string> = {
  h: '0 or more',
  share: 'from 0 to 1; low ≤ value ≤ high where there are bounds',
  kWh: '0 or more',
  people: '0 or more',
  count: '0 or more',
  machines: '0 or more; high is null where demand has no upper bound',
  'money per h': 'any amount',
  verdict: 'met, not-met, not-provable or pending',
};

/** One definition, written in short. */
export function define(
  id: string,
  unit: Definition['unit'],
  [base, formula]: readonly [string, string],
  fields: readonly string[],
  [frName, frSentence]: readonly [string, string],
  [enName, enSentence]: readonly [string, string],
  version = 1,
): Definition {
  return {
    id,
    version,
    unit,
    base,
    formula,
    bounds: BOUNDS[unit],
    fields,
    fr: { name: frName, sentence: frSentence },
    en: { name: enName, sentence: enSentence },
  };
}

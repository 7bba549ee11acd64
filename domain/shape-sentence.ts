import type { z } from 'zod';
import { suggest } from './suggestion.ts';

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  object: 'a group of keys',
  array: 'a list',
  boolean: 'true or false',
};

/** What is wrong with a value, as zod found it, in words that say what to write instead. Never quotes more than a near miss. */
export function shapeSentence(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}, not ${kindOf(value)}`;
    case 'invalid_value':
      return choiceSentence(issue.values.map(String), value);
    case 'too_small':
    case 'too_big':
      return boundSentence(issue, value);
    default:
      return issue.message;
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return KINDS[typeof value] ?? typeof value;
}

function choiceSentence(choices: readonly string[], value: unknown): string {
  const listed = choices.map((choice) => `"${choice}"`).join(', ');
  if (typeof value !== 'string') return `must be one of ${listed}`;
  const near = suggest(value, choices);
  return near === undefined ? `must be one of ${listed}` : `"${value}" is not known; did you mean "${near}"?`;
}

function boundSentence(issue: Extract<z.core.$ZodIssue, { code: 'too_small' | 'too_big' }>, value: unknown): string {
  const isLow = issue.code === 'too_small';
  const bound = Number(isLow ? issue.minimum : issue.maximum);
  if (issue.origin === 'string')
    return `must have at ${isLow ? 'least' : 'most'} ${bound} ${bound === 1 ? 'character' : 'characters'}`;
  if (issue.origin === 'array')
    return `must have at ${isLow ? 'least' : 'most'} ${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  const relation = issue.inclusive ? `at ${isLow ? 'least' : 'most'}` : isLow ? 'more than' : 'less than';
  return `must be ${relation} ${bound}, not ${String(value)}`;
}

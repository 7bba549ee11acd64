import { z } from 'zod';
import type { Complaints, Place } from './complaints.ts';
import { Registry } from './registry.ts';
import { didYouMean, suggest } from './suggestion.ts';

type Issue = z.core.$ZodIssue;

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  object: 'a group of keys',
  array: 'a list',
  boolean: 'true or false',
};

/** Adds what zod found as sentences, each with its place and, where one is near, a suggestion. Never quotes a secret or a badge. */
export function addShapeComplaints(complaints: Complaints, issues: readonly Issue[], input: unknown): void {
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') {
      complaints.add(issue.path, () => sentence(issue, input));
      continue;
    }
    for (const key of issue.keys) {
      complaints.add([...issue.path, key], () => `unknown key "${key}"${didYouMean(key, keysAt(issue.path))}`);
    }
  }
}

function sentence(issue: Issue, input: unknown): string {
  const value = valueAt(input, issue.path);
  if (value === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return typeSentence(issue.expected, issue.path, value);
    case 'invalid_value':
      return choiceSentence(issue.values.map(String), value);
    case 'invalid_union':
      return issue.path.at(-1) === 'channel'
        ? 'must be a whole number from 0 to 255, or total, a, b or c'
        : issue.message;
    case 'too_small':
    case 'too_big':
      return boundSentence(issue, value);
    default:
      return issue.message;
  }
}

function typeSentence(expected: string, place: Place, value: unknown): string {
  if (place.includes('badges') && typeof value === 'number')
    return 'put the badge number in quotes, or its zeros are lost';
  return `must be ${KINDS[expected] ?? expected}, not ${kindOf(value)}`;
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

function boundSentence(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>, value: unknown): string {
  const isLow = issue.code === 'too_small';
  const bound = Number(isLow ? issue.minimum : issue.maximum);
  if (issue.message.startsWith('a secret')) return issue.message;
  if (issue.origin === 'string')
    return `must have at ${isLow ? 'least' : 'most'} ${bound} ${bound === 1 ? 'character' : 'characters'}`;
  if (issue.origin === 'array') return `must have at most ${bound} entries`;
  const relation = issue.inclusive ? `at ${isLow ? 'least' : 'most'}` : isLow ? 'more than' : 'less than';
  return `must be ${relation} ${bound}, not ${String(value)}`;
}

function valueAt(input: unknown, place: Place): unknown {
  let value = input;
  for (const step of place) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** The keys that the schema knows at a place. */
function keysAt(place: Place): string[] {
  let schema: unknown = Registry;
  for (const step of place) {
    const bare = unwrap(schema);
    if (bare instanceof z.ZodArray) schema = bare.element;
    else if (bare instanceof z.ZodObject) schema = (bare.shape as Record<PropertyKey, unknown>)[step];
  }
  const bare = unwrap(schema);
  return bare instanceof z.ZodObject ? Object.keys(bare.shape) : [];
}

function unwrap(schema: unknown): unknown {
  let bare = schema;
  while (bare instanceof z.ZodDefault || bare instanceof z.ZodOptional) bare = bare.unwrap();
  return bare;
}

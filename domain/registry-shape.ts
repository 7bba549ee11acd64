import { z } from 'zod';
import type { Complaints, Place } from './complaints.ts';
import { Registry } from './registry.ts';
import { shapeSentence } from './shape-sentence.ts';
import { didYouMean } from './suggestion.ts';

type Issue = z.core.$ZodIssue;

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
  if (issue.code === 'invalid_type' && issue.path.includes('badges') && typeof value === 'number')
    return 'put the badge number in quotes, or its zeros are lost';
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'channel' && value !== undefined)
    return 'must be a whole number from 0 to 255, or total, a, b or c';
  if (issue.message.startsWith('a secret') && value !== undefined) return issue.message;
  return shapeSentence(issue, value);
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

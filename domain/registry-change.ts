import { type Failure, failure } from './failure.ts';
import type { Registry } from './registry.ts';

/** How many differences one answer names; the rest is counted. */
export const CHANGES_MAX = 1000;

const NOUNS = { labs: 'lab', machines: 'machine', connectors: 'connector', funders: 'funder' } as const;
/** What never appears in a difference: it is not kept in the document either. */
const UNSAID = new Set(['secret', 'badges']);

/**
 * What changes from one registry document to the next, in words, in the order of the document.
 *
 * A new value in a list entry reads `machine laser-1: signature.runningW 120 → 150`. Members are counted, not named.
 * The same document twice gives nothing. Secrets and badges are left out: whoever stores them compares them.
 */
export function applyRegistry(before: Registry | undefined, after: Registry): string[] {
  const changes = [
    ...valueChanges('network', before?.network ?? {}, after.network),
    ...Object.entries(NOUNS).flatMap(([list, noun]) => {
      const key = list as keyof typeof NOUNS;
      return listChanges(noun, before?.[key] ?? [], after[key]);
    }),
    ...valueChanges('registry', generalOf(before), generalOf(after)),
    ...memberChanges(before?.members ?? [], after.members),
  ];
  if (changes.length <= CHANGES_MAX) return changes;
  return [...changes.slice(0, CHANGES_MAX), `and ${changes.length - CHANGES_MAX} more`];
}

/** Two people edited at the same time: the later one must see what the other did. */
export function changedMeanwhile(): Failure {
  const sentence =
    'The registry has changed since you read it; read it again, make your changes in that, and send it with its new ETag. Nothing was changed.';
  return failure('precondition-failed', sentence, [{ path: 'If-Match', message: 'is not the tag of the registry' }]);
}

function generalOf(document: Registry | undefined): object {
  return { audiences: document?.audiences ?? [], kinds: document?.kinds ?? {} };
}

function listChanges(noun: string, before: readonly { id: string }[], after: readonly { id: string }[]): string[] {
  const old = new Map(before.map((entry) => [entry.id, entry]));
  const kept = new Set(after.map(({ id }) => id));
  const changed = after.flatMap((entry) => {
    const earlier = old.get(entry.id);
    return earlier ? valueChanges(`${noun} ${entry.id}`, earlier, entry) : [`${noun} ${entry.id} added`];
  });
  const removed = before.filter(({ id }) => !kept.has(id)).map(({ id }) => `${noun} ${id} removed`);
  return [...changed, ...removed];
}

function valueChanges(subject: string, before: object, after: object): string[] {
  const old = leaves(before);
  const now = leaves(after);
  const names = [...now.keys(), ...[...old.keys()].filter((name) => !now.has(name))];
  return names.flatMap((name) => {
    const [from, to] = [old.get(name), now.get(name)];
    return from === to ? [] : [`${subject}: ${name} ${from ?? 'none'} → ${to ?? 'none'}`];
  });
}

/** Every value of an entry by its dotted name, as text; a list is one value. */
function leaves(entry: object, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(entry)) {
    if (value === undefined || UNSAID.has(key)) continue;
    const name = prefix + key;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [inner, text] of leaves(value, `${name}.`)) found.set(inner, text);
    } else {
      found.set(name, textOf(value));
    }
  }
  return found;
}

function textOf(value: unknown): string {
  if (!Array.isArray(value)) return typeof value === 'string' ? `"${value}"` : String(value);
  return `[${value.map(entryText).join(', ')}]`;
}

function entryText(entry: unknown): string {
  return typeof entry === 'object' && entry !== null ? Object.values(entry).map(String).join(' ') : String(entry);
}

function memberChanges(before: Registry['members'], after: Registry['members']): string[] {
  const old = new Map(before.map((member) => [member.id, contentOf(member)]));
  const kept = new Set(after.map(({ id }) => id));
  const counts = {
    added: after.filter(({ id }) => !old.has(id)).length,
    changed: after.filter((member) => old.has(member.id) && old.get(member.id) !== contentOf(member)).length,
    removed: before.filter(({ id }) => !kept.has(id)).length,
  };
  return Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`members: ${count} ${what}`] : []));
}

function contentOf({ audience, class: taught }: Registry['members'][number]): string {
  return JSON.stringify([audience, taught?.people, taught?.machines]);
}

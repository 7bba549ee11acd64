import { Complaints } from './complaints.ts';
import { type Failure, failure } from './failure.ts';
import { Registry } from './registry.ts';
import { addReferenceComplaints, type Draft, LISTS, type List } from './registry-references.ts';
import { addShapeComplaints } from './registry-shape.ts';

/**
 * Checks a whole registry document: its shape, its defaults, and what its parts say of each other.
 *
 * Everything that is wrong comes in one answer (the first 50). Entries with a wrong shape are left out of the second
 * half, but their ids count as known, so that one mistake is complained of once.
 */
export function checkRegistry(input: unknown): Registry | Failure {
  const complaints = new Complaints();
  const parsed = Registry.safeParse(input);
  if (!parsed.success) addShapeComplaints(complaints, parsed.error.issues, input);
  const draft = parsed.success ? wholeDraft(parsed.data) : partialDraft(input, parsed.error.issues);
  if (draft) addReferenceComplaints(complaints, draft);
  if (parsed.success && complaints.count === 0) return parsed.data;
  return failure('registry-invalid', sentenceFor(complaints), complaints.list);
}

function sentenceFor(complaints: Complaints): string {
  const { count, list } = complaints;
  const shown = count > list.length ? ` (the first ${list.length} are listed)` : '';
  return `The registry has ${count} ${count === 1 ? 'mistake' : 'mistakes'}${shown}; nothing was changed.`;
}

function wholeDraft(document: Registry): Draft {
  return draftOf(document, (list) => document[list].map((_, index) => index), document);
}

function draftOf(document: Registry, indexOf: (list: List) => number[], written: unknown): Draft {
  const each = <T>(make: (list: List) => T): Record<List, T> =>
    Object.fromEntries(LISTS.map((list) => [list, make(list)])) as Record<List, T>;
  return { document, index: each(indexOf), ids: each((list) => new Set(writtenIds(listIn(written, list)))) };
}

function listIn(input: unknown, list: List): unknown[] {
  const found = (input as Record<string, unknown> | null)?.[list];
  return Array.isArray(found) ? found : [];
}

function writtenIds(entries: readonly unknown[]): string[] {
  return entries.flatMap((entry) => {
    const id = (entry as { id?: unknown } | null)?.id;
    return typeof id === 'string' ? [id] : [];
  });
}

/** The document without the entries that have a wrong shape; undefined when a whole list is not one. */
function partialDraft(input: unknown, issues: readonly { path: readonly PropertyKey[] }[]): Draft | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
  const isListLost = issues.some(({ path }) => path.length === 1 && path[0] !== 'network');
  if (isListLost) return undefined;
  const broken = new Set(issues.map(({ path }) => `${String(path[0])} ${String(path[1])}`));
  const kept = (list: List): number[] =>
    listIn(input, list).flatMap((_, index) => (broken.has(`${list} ${index}`) ? [] : [index]));
  const lists = LISTS.map((list) => [list, kept(list).map((index) => listIn(input, list)[index])] as const);
  const { audiences } = input as { audiences?: unknown };
  const parsed = Registry.safeParse({
    network: { id: 'network', name: 'network' },
    ...Object.fromEntries(lists),
    audiences: Array.isArray(audiences) ? audiences.filter((_, index) => !broken.has(`audiences ${index}`)) : [],
  });
  return parsed.success ? draftOf(parsed.data, kept, input) : undefined;
}

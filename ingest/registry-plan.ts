import { canonicalBadge } from '../domain/badge.ts';
import { Complaints } from '../domain/complaints.ts';
import { type Failure, failure } from '../domain/failure.ts';
import type { Registry } from '../domain/registry.ts';
import { applyRegistry } from '../domain/registry-change.ts';
import { hashOf, type LoadedRegistry } from './loaded-registry.ts';
import { makeSecret, type Secrets } from './secrets.ts';

/** What applying a document would do: what is written, and what is told. */
export interface RegistryPlan {
  /** Without secrets and badge numbers. */
  document: Registry;
  changes: string[];
  /** Hashes of secrets that are new or changed. */
  secretHashes: Map<string, Uint8Array>;
  /** Secrets that were made, to be shown this once. */
  made: { connector: string; secret: string }[];
  /** Members whose badges change, with all their badges from now on (`Secrets.badgeIndex`). */
  badges: Map<string, string[]>;
}

/**
 * Compares a checked document with what is there.
 *
 * What a document leaves out of secrets and badges stays as it is. The same document twice plans nothing.
 */
export function planRegistry(before: LoadedRegistry, after: Registry, secrets: Secrets): RegistryPlan | Failure {
  const badges = planBadges(before, after, secrets);
  if (!(badges instanceof Map)) return badges;
  const { secretHashes, made, changes } = planSecrets(before, after, secrets);
  const document = withoutSecrets(after);
  const changesInDocument = applyRegistry(before.version === 0 ? undefined : before.document, document);
  const changesOfBadges = badges.size > 0 ? [`members: badges of ${badges.size} changed`] : [];
  return { document, changes: [...changesInDocument, ...changes, ...changesOfBadges], secretHashes, made, badges };
}

/** The document as it is kept and shown: no secrets, no badge numbers. */
function withoutSecrets(document: Registry): Registry {
  return {
    ...document,
    connectors: document.connectors.map(({ secret: _secret, ...connector }) => connector),
    members: document.members.map(({ badges: _badges, ...member }) => member),
  };
}

function planSecrets(before: LoadedRegistry, after: Registry, secrets: Secrets) {
  const secretHashes = new Map<string, Uint8Array>();
  const made: RegistryPlan['made'] = [];
  const changes: string[] = [];
  for (const { id, secret } of after.connectors) {
    const hash = hashOf(before.connectors.get(id));
    if (secret === undefined && hash) continue;
    if (secret !== undefined && secrets.isSecret(id, secret, hash)) continue;
    const next = secret ?? makeSecret();
    if (secret === undefined) made.push({ connector: id, secret: next });
    if (hash) changes.push(`connector ${id}: secret changed`);
    else if (before.connectors.has(id)) changes.push(`connector ${id}: secret set`);
    secretHashes.set(id, secrets.hashSecret(id, next));
  }
  return { secretHashes, made, changes };
}

function planBadges(before: LoadedRegistry, after: Registry, secrets: Secrets): Map<string, string[]> | Failure {
  const held = Map.groupBy(before.badges.keys(), (badge) => before.badges.get(badge) ?? '');
  const kept = new Set(after.members.filter(({ badges }) => badges === undefined).map(({ id }) => id));
  const planned = new Map<string, string[]>();
  const complaints = new Complaints();
  after.members.forEach(({ id, badges }, index) => {
    if (badges === undefined) return;
    const wanted = badges.map((badge) => secrets.badgeIndex(canonicalBadge(badge) ?? ''));
    wanted.forEach((badge, at) => {
      const holder = before.badges.get(badge);
      if (holder === undefined || !kept.has(holder)) return;
      complaints.add(['members', index, 'badges', at], `is already a badge of member "${holder}"`);
    });
    if (!isSameSet(wanted, held.get(id) ?? [])) planned.set(id, wanted);
  });
  if (complaints.count === 0) return planned;
  return failure('registry-invalid', 'A badge belongs to two members; nothing was changed.', complaints.list);
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  const set = new Set(one);
  return set.size === other.length && other.every((item) => set.has(item));
}

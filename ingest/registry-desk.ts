import { type Failure, failure, StorageError } from '../domain/failure.ts';
import type { AuditEntry, RegistryStore, SignatureVersion, StoredRegistry } from '../domain/ports-registry.ts';
import type { Member, Registry } from '../domain/registry.ts';
import { changedMeanwhile } from '../domain/registry-change.ts';
import { checkRegistry } from '../domain/registry-check.ts';
import { registryWarnings } from '../domain/registry-warnings.ts';
import { signatureChanges } from '../domain/signature-change.ts';
import { machinesIn } from '../domain/stay.ts';
import { formatInstant, wallOf } from '../domain/time.ts';
import { hashOf, type LoadedConnector, type LoadedRegistry, loadRegistry } from './loaded-registry.ts';
import { planRegistry } from './registry-plan.ts';
import { makeSecret, type Secrets } from './secrets.ts';
import type { ResolvedBadge } from './source.ts';

/** What applying a document did. Nothing changed: `changes` is empty. */
export interface Applied {
  version: number;
  /** The differences in words. */
  changes: string[];
  /** Secrets that were made for connectors without one: shown here and never again. */
  secrets: { connector: string; secret: string }[];
  warnings: string[];
}

/** How a document is applied. `reason` is kept in the log of changes. */
interface ApplyOptions {
  dryRun: boolean;
  basedOn?: Registry;
  reason?: string | null;
}

type Listener = (registry: LoadedRegistry) => void;

/** Holds the registry of the running process: answers from memory, writes to its store first. */
export class RegistryDesk {
  readonly #store: RegistryStore;
  readonly #secrets: Secrets;
  readonly #clock: () => number;
  readonly #listeners = new Set<Listener>();
  #loaded: LoadedRegistry | undefined;
  #lastApply: Promise<unknown> = Promise.resolve();

  /** `clock` gives UTC ms. */
  constructor(store: RegistryStore, secrets: Secrets, clock: () => number) {
    this.#store = store;
    this.#secrets = secrets;
    this.#clock = clock;
  }

  /** Reads what is stored; comes before everything else. Throws a `StorageError`, also when the key is not the one of the store. */
  async load(): Promise<LoadedRegistry> {
    const stored = await this.#store.load();
    const keyCheck = this.#secrets.keyCheck();
    if (stored.keyCheck === undefined) await this.#store.setKeyCheck(keyCheck);
    else if (stored.keyCheck !== keyCheck) throw wrongKey();
    return this.#take(stored);
  }

  /** The registry now. */
  current(): LoadedRegistry {
    if (!this.#loaded) throw new Error('The registry was not loaded');
    return this.#loaded;
  }

  /** Calls back after every change with the new registry; returns how to stop that. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Replaces the registry by a document, all or nothing, one after the other; with `dryRun` only tells what would change.
   * With `basedOn` it is refused when that is no longer the current document.
   *
   * Throws a `StorageError` when it could not be written; then nothing has changed.
   */
  apply(
    input: unknown,
    author: string,
    { dryRun, basedOn, reason = null }: ApplyOptions = { dryRun: false },
  ): Promise<Applied | Failure> {
    return this.#inTurn(async () =>
      basedOn && basedOn !== this.document() ? changedMeanwhile() : this.#apply(input, author, reason, dryRun),
    );
  }

  async #apply(input: unknown, author: string, reason: string | null, isDry: boolean): Promise<Applied | Failure> {
    const before = this.current();
    const checked = checkRegistry(withMembers(input, before.document.members));
    if ('kind' in checked) return checked;
    const plan = planRegistry(before, checked, this.#secrets);
    if ('kind' in plan) return plan;
    const { document, changes, made, secretHashes, badges } = plan;
    const warnings = registryWarnings(document, this.#clock());
    if (isDry || changes.length === 0) return { version: before.version, changes, secrets: [], warnings };
    const signatures = signatureChanges(before.document, document);
    const at = this.#clock();
    const write = { author, at, changes, reason, signatures, document, secretHashes, badges };
    const version = await this.#store.write(write);
    this.#take(await this.#store.load());
    return { version, changes, secrets: made, warnings };
  }

  /** Makes a new secret for a connector whose secret was lost; the old one is refused from now on. */
  renewSecret(connector: string, author: string): Promise<{ secret: string } | Failure> {
    return this.#inTurn(async () => {
      const { document, connectors } = this.current();
      if (!connectors.has(connector)) return failure('not-found', `There is no connector "${connector}".`);
      const secret = makeSecret();
      const secretHashes = new Map([[connector, this.#secrets.hashSecret(connector, secret)]]);
      const changes = [`connector ${connector}: secret changed`];
      const nothing = { reason: null, signatures: new Map(), badges: new Map() };
      await this.#store.write({ author, at: this.#clock(), changes, document, secretHashes, ...nothing });
      this.#take(await this.#store.load());
      return { secret };
    });
  }

  /** Who changed what, the newest first; with `before` what is older than that entry. */
  changes(limit: number, before?: number): Promise<AuditEntry[]> {
    return this.#store.audit(limit, before);
  }

  /** The thresholds that a machine ever had, the newest first. */
  signatures(machine: string): Promise<SignatureVersion[]> {
    return this.#store.signatures(machine);
  }

  /** The document without secrets and badge numbers: applying it again changes nothing. The same object until it changes. */
  document(): Registry {
    return this.current().document;
  }

  /** The connector that a name and a secret belong to; undefined when they do not. */
  login(name: string, secret: string | Uint8Array): LoadedConnector | undefined {
    const found = this.current().connectors.get(name);
    return this.#secrets.isSecret(name, secret, hashOf(found)) ? found : undefined;
  }

  /** Replaces a badge number (in its canonical form) by tokens; the number is kept nowhere. `at` decides the year. */
  resolve(lab: string, uid: string, at: number): ResolvedBadge {
    const { badges, members, labs } = this.current();
    const token = this.#secrets.badgeToken(lab, uid);
    const member = members.get(badges.get(this.#secrets.badgeIndex(uid)) ?? '');
    if (!member) return { token, member: null, audience: null };
    const year = Number(formatInstant(wallOf(at, labs.get(lab)?.timezone ?? 'UTC')).slice(0, 4));
    const found = { token, member: this.#secrets.memberToken(member.id, year), audience: member.audience };
    const taught = member.class && classIn(lab, member.class, this.current(), at);
    return taught ? { ...found, class: taught } : found;
  }

  fingerprint(payload: Uint8Array): number {
    return this.#secrets.fingerprint(payload);
  }

  #take(stored: StoredRegistry): LoadedRegistry {
    const loaded = loadRegistry(stored);
    this.#loaded = loaded;
    for (const listener of this.#listeners) listener(loaded);
    return loaded;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastApply.then(work, work);
    this.#lastApply = turn.catch(() => undefined);
    return turn;
  }
}

/** A document that does not speak of members leaves them as they are: they often live in another file. */
function withMembers(input: unknown, members: Registry['members']): unknown {
  const isDocument = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isDocument && !('members' in input) ? { ...input, members } : input;
}

/** A class as one lab sees it; undefined where it has no machine: its badge is like any other there. */
function classIn(lab: string, said: NonNullable<Member['class']>, { document, labs }: LoadedRegistry, at: number) {
  const here = machinesIn(lab, at, document.machines, labs).map(({ id }) => id);
  const machines = here.filter((id) => said.machines.includes(id));
  if (machines.length === 0) return undefined;
  return { people: said.people, machines, others: here.filter((id) => !machines.includes(id)) };
}

function wrongKey(): StorageError {
  const sentence =
    'Cannot use this data folder: keys/master.key is not the key that its registry was written with; put the one from your backup in its place';
  return new StorageError('corrupt', sentence);
}

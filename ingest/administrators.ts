import { type Failure, failure } from '../domain/failure.ts';
import type { ApiRole, ApiTokenRow, RegistryStore } from '../domain/ports-registry.ts';
import { makeToken, type Secrets } from './secrets.ts';

/** How long a set-up key is good, in ms. */
export const SETUP_KEY_MS = 24 * 3_600_000;

/** Who calls. */
export interface Caller {
  id: string;
  role: ApiRole;
}

/** A token that was made, to be shown this once. */
export interface NewToken extends Caller {
  token: string;
}

/**
 * Knows who holds an API token. Tokens are kept as keyed hashes only.
 *
 * The token of the environment is good while it is set, and stored nowhere. A set-up key is good once, for a day, and
 * until the next start.
 */
export class Administrators {
  readonly #store: RegistryStore;
  readonly #secrets: Secrets;
  readonly #clock: () => number;
  readonly #byHash = new Map<string, Caller>();
  #setup: { hash: string; until: number } | undefined;

  /** `clock` gives UTC ms. */
  constructor(store: RegistryStore, secrets: Secrets, clock: () => number) {
    this.#store = store;
    this.#secrets = secrets;
    this.#clock = clock;
  }

  /** Reads the stored tokens. `environmentToken` is `FABMETER_ADMIN_TOKEN`, when it is set. */
  async load(environmentToken: string | undefined): Promise<void> {
    const { tokens } = await this.#store.load();
    for (const row of tokens) this.#byHash.set(row.hash, { id: row.id, role: row.role });
    if (environmentToken === undefined) return;
    this.#byHash.set(this.#secrets.hashToken(environmentToken), { id: 'environment', role: 'administrator' });
  }

  /** Whether anybody can call at all; if not, a set-up key is due. */
  get isEmpty(): boolean {
    return this.#byHash.size === 0;
  }

  /** Who holds this token; undefined: nobody. Looked up by its keyed hash, so that time tells nothing of the token. */
  authenticate(token: string): Caller | undefined {
    return this.#byHash.get(this.#secrets.hashToken(token));
  }

  /** Makes a set-up key; an earlier one is no longer good. */
  createSetupKey(): string {
    const key = makeToken('setup_');
    this.#setup = { hash: this.#secrets.hashToken(key), until: this.#clock() + SETUP_KEY_MS };
    return key;
  }

  /** Trades a set-up key for an administrator's API token, once; undefined when the key is wrong, used or old. */
  async redeemSetupKey(key: string): Promise<string | undefined> {
    const setup = this.#setup;
    const isGood = setup !== undefined && this.#clock() < setup.until && this.#secrets.hashToken(key) === setup.hash;
    if (!isGood) return undefined;
    this.#setup = undefined;
    try {
      return (await this.addToken('set-up key')).token;
    } catch (error) {
      this.#setup = setup;
      throw error;
    }
  }

  /** Makes one more administrator's token. */
  async addToken(author: string): Promise<NewToken> {
    const ids = new Set([...this.#byHash.values()].map(({ id }) => id));
    let number = 1;
    while (ids.has(`admin-${number}`)) number += 1;
    const caller: Caller = { id: `admin-${number}`, role: 'administrator' };
    const token = makeToken('fabmeter_');
    const row: ApiTokenRow = { ...caller, hash: this.#secrets.hashToken(token), createdAt: this.#clock() };
    await this.#store.putToken(row, author);
    this.#byHash.set(row.hash, caller);
    return { ...caller, token };
  }

  /** Takes a token back. The last one stays: nobody could call any more. */
  async removeToken(id: string, author: string): Promise<Failure | undefined> {
    const entry = [...this.#byHash].find(([, caller]) => caller.id === id);
    if (!entry) return failure('not-found', `There is no API token "${id}".`);
    if (id === 'environment')
      return failure('conflict', 'This token comes from FABMETER_ADMIN_TOKEN: unset that and start again.');
    if (this.#byHash.size === 1) return failure('conflict', 'This is the last API token: make another one first.');
    await this.#store.removeToken(id, this.#clock(), author);
    this.#byHash.delete(entry[0]);
    return undefined;
  }
}

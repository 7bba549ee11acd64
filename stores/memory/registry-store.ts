import { StorageError } from '../../domain/failure.ts';
import type {
  ApiTokenRow,
  AuditEntry,
  RegistryStore,
  RegistryVersion,
  RegistryWrite,
  StoredRegistry,
} from '../../domain/ports-registry.ts';

/** The registry in memory, for tests; `state` outlives a close, as a file would. */
export class MemoryRegistryStore implements RegistryStore {
  readonly #state: StoredRegistry & { log: AuditEntry[]; past: RegistryVersion[] };
  #isClosed = false;

  constructor(before?: MemoryRegistryStore) {
    this.#state = before === undefined ? emptyState() : before.#state;
  }

  async load(): Promise<StoredRegistry> {
    const { log: _log, past: _past, ...stored } = structuredClone(this.#open());
    return stored;
  }

  async write(change: RegistryWrite): Promise<number> {
    const state = this.#open();
    const { author, at, changes, document } = structuredClone(change);
    state.version += 1;
    state.document = document;
    const connectors = new Set(document.connectors.map(({ id }) => id));
    for (const [id, hash] of change.secretHashes) state.secretHashes.set(id, hash.slice());
    for (const id of state.secretHashes.keys()) if (!connectors.has(id)) state.secretHashes.delete(id);
    const members = new Set(document.members.map(({ id }) => id));
    for (const [badge, member] of state.badges) {
      if (!members.has(member) || change.badges.has(member)) state.badges.delete(badge);
    }
    for (const [member, badges] of change.badges) {
      for (const badge of badges) state.badges.set(badge, member);
    }
    state.log.unshift({ at, author, changes, version: state.version });
    state.past.unshift({ version: state.version, at, document: { ...document, members: [] } });
    return state.version;
  }

  async setKeyCheck(keyCheck: string): Promise<void> {
    this.#open().keyCheck = keyCheck;
  }

  async putToken(row: ApiTokenRow, author: string): Promise<void> {
    const state = this.#open();
    state.tokens = [...state.tokens.filter(({ id }) => id !== row.id), { ...row }];
    state.log.unshift({ at: row.createdAt, author, changes: [`API token ${row.id} (${row.role}) added`] });
  }

  async removeToken(id: string, at: number, author: string): Promise<boolean> {
    const state = this.#open();
    const kept = state.tokens.filter((row) => row.id !== id);
    if (kept.length === state.tokens.length) return false;
    state.tokens = kept;
    state.log.unshift({ at, author, changes: [`API token ${id} removed`] });
    return true;
  }

  async audit(limit: number): Promise<AuditEntry[]> {
    return structuredClone(this.#open().log.slice(0, limit));
  }

  async versions(limit: number): Promise<RegistryVersion[]> {
    return structuredClone(this.#open().past.slice(0, limit));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #open(): StoredRegistry & { log: AuditEntry[]; past: RegistryVersion[] } {
    if (this.#isClosed) throw new StorageError('closed', 'Cannot use the registry: it is not open');
    return this.#state;
  }
}

function emptyState(): StoredRegistry & { log: AuditEntry[]; past: RegistryVersion[] } {
  return {
    version: 0,
    document: undefined,
    secretHashes: new Map(),
    badges: new Map(),
    tokens: [],
    keyCheck: undefined,
    log: [],
    past: [],
  };
}

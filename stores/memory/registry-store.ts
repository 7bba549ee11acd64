import { StorageError } from '../../domain/failure.ts';
import type {
  ApiTokenRow,
  AuditEntry,
  RegistryStore,
  RegistryVersion,
  RegistryWrite,
  SignatureVersion,
  StoredRegistry,
} from '../../domain/ports-registry.ts';

interface MemoryState extends StoredRegistry {
  log: AuditEntry[];
  past: RegistryVersion[];
  signatures: (SignatureVersion & { machine: string })[];
}

/** The registry in memory, for tests; `state` outlives a close, as a file would. */
export class MemoryRegistryStore implements RegistryStore {
  readonly #state: MemoryState;
  #isClosed = false;

  constructor(before?: MemoryRegistryStore) {
    this.#state = before === undefined ? emptyState() : before.#state;
  }

  async load(): Promise<StoredRegistry> {
    const { log: _log, past: _past, signatures: _signatures, ...stored } = structuredClone(this.#open());
    return stored;
  }

  async write(change: RegistryWrite): Promise<number> {
    const state = this.#open();
    const { author, at, changes, reason, signatures, document } = structuredClone(change);
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
    const { version } = state;
    log(state, { at, author, changes, version, ...(reason === null ? {} : { reason }) });
    for (const [machine, signature] of signatures)
      state.signatures.unshift({ machine, version, at, author, reason, signature });
    state.past.unshift({ version: state.version, at, document: { ...document, members: [] } });
    return state.version;
  }

  async setKeyCheck(keyCheck: string): Promise<void> {
    this.#open().keyCheck = keyCheck;
  }

  async putToken(row: ApiTokenRow, author: string): Promise<void> {
    const state = this.#open();
    state.tokens = [...state.tokens.filter(({ id }) => id !== row.id), { ...row }];
    log(state, { at: row.createdAt, author, changes: [`API token ${row.id} (${row.role}) added`] });
  }

  async removeToken(id: string, at: number, author: string): Promise<boolean> {
    const state = this.#open();
    const kept = state.tokens.filter((row) => row.id !== id);
    if (kept.length === state.tokens.length) return false;
    state.tokens = kept;
    log(state, { at, author, changes: [`API token ${id} removed`] });
    return true;
  }

  async audit(limit: number, before = Number.POSITIVE_INFINITY): Promise<AuditEntry[]> {
    return structuredClone(
      this.#open()
        .log.filter(({ id }) => id < before)
        .slice(0, limit),
    );
  }

  async signatures(machine: string): Promise<SignatureVersion[]> {
    const found = this.#open().signatures.filter((one) => one.machine === machine);
    return structuredClone(found.map(({ machine: _machine, ...version }) => version));
  }

  async versions(limit: number): Promise<RegistryVersion[]> {
    return structuredClone(this.#open().past.slice(0, limit));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #open(): MemoryState {
    if (this.#isClosed) throw new StorageError('closed', 'Cannot use the registry: it is not open');
    return this.#state;
  }
}

function log(state: MemoryState, entry: Omit<AuditEntry, 'id'>): void {
  state.log.unshift({ id: state.log.length + 1, ...entry });
}

function emptyState(): MemoryState {
  return {
    version: 0,
    document: undefined,
    secretHashes: new Map(),
    badges: new Map(),
    tokens: [],
    keyCheck: undefined,
    log: [],
    past: [],
    signatures: [],
  };
}

import type { Registry, SignatureEntry } from './registry.ts';

/** What a person or a program may do over HTTP. Only administrators for now. */
export type ApiRole = 'administrator';

/** Who holds an API token; the token itself is nowhere, `hash` is its keyed hash. */
export interface ApiTokenRow {
  id: string;
  role: ApiRole;
  hash: string;
  /** UTC ms. */
  createdAt: number;
}

/** Everything that is kept of the registry. */
export interface StoredRegistry {
  /** How many documents were applied; 0: none yet. */
  version: number;
  /** Without secrets and badge numbers; undefined before the first one. */
  document: Registry | undefined;
  /** Keyed hash of each connector's secret. */
  secretHashes: Map<string, Uint8Array>;
  /** Whose badge it is, by the badge's keyed hash (`Secrets.badgeIndex`). */
  badges: Map<string, string>;
  tokens: ApiTokenRow[];
  /** `Secrets.keyCheck` of the key that made the hashes; undefined in a new file. */
  keyCheck: string | undefined;
}

/** One applied document with what came with it, written all or nothing. */
export interface RegistryWrite {
  author: string;
  /** UTC ms. */
  at: number;
  /** The differences in words. */
  changes: string[];
  /** Why, in the author's words; null when nobody said. */
  reason: string | null;
  /** The machines whose thresholds are others from now on; null: none any more. */
  signatures: Map<string, SignatureEntry | null>;
  document: Registry;
  /** Hashes to set; those of connectors that are not in the document go. */
  secretHashes: Map<string, Uint8Array>;
  /** Members whose badges are replaced by these; badges of members that are not in the document go. */
  badges: Map<string, string[]>;
}

/** Who changed what, and when (UTC ms). `version` is the document's, absent for what concerns tokens; `reason` where one was given. */
export interface AuditEntry {
  id: number;
  at: number;
  author: string;
  changes: string[];
  version?: number;
  reason?: string;
}

/** A machine's thresholds from one document on; null: it had none. `version` and `at` (UTC ms) are the document's. */
export interface SignatureVersion {
  version: number;
  at: number;
  author: string;
  reason: string | null;
  signature: SignatureEntry | null;
}

/** An earlier document, without its members: those who leave are forgotten. */
export interface RegistryVersion {
  version: number;
  at: number;
  document: Registry;
}

/** Where the registry lives. Every method throws a `StorageError` when the store cannot be used. */
export interface RegistryStore {
  load(): Promise<StoredRegistry>;
  /** Resolves to the new version when everything is on disk. */
  write(change: RegistryWrite): Promise<number>;
  setKeyCheck(keyCheck: string): Promise<void>;
  /** Adds a token's row, or replaces the one with the same id; the deed goes into the audit log. */
  putToken(row: ApiTokenRow, author: string): Promise<void>;
  /** Removes a token's row; false when there is none. */
  removeToken(id: string, at: number, author: string): Promise<boolean>;
  /** The newest entries first; with `before` those with a smaller `id`. */
  audit(limit: number, before?: number): Promise<AuditEntry[]>;
  /** The thresholds that a machine ever had, the newest first. */
  signatures(machine: string): Promise<SignatureVersion[]>;
  /** The newest documents first. */
  versions(limit: number): Promise<RegistryVersion[]>;
  close(): Promise<void>;
}

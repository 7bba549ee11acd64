import { DatabaseSync } from 'node:sqlite';
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
import { Registry, type SignatureEntry } from '../../domain/registry.ts';
import { storageError } from './failure.ts';
import { migrate } from './migrations.ts';
import { REGISTRY_STEPS } from './registry-schema.ts';

/** The registry's file. WAL with `synchronous=FULL`: what `write` returned from is on the disk. */
export class SqliteRegistryStore implements RegistryStore {
  readonly #file: string;
  readonly #db: DatabaseSync;

  private constructor(file: string, db: DatabaseSync) {
    this.#file = file;
    this.#db = db;
  }

  /** Opens the file, makes it when there is none, and brings it to the newest form. Throws a `StorageError`. */
  static open(file: string): SqliteRegistryStore {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(file, { timeout: 2000 });
      db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
      migrate(db, REGISTRY_STEPS, file);
      return new SqliteRegistryStore(file, db);
    } catch (error) {
      if (db?.isOpen) db.close();
      throw storageError(error, file);
    }
  }

  async load(): Promise<StoredRegistry> {
    return this.#use((db) => {
      const current = db.prepare('SELECT version, document, key_check FROM current').get();
      const secrets = db.prepare('SELECT connector, hash FROM secret').all();
      const badges = db.prepare('SELECT badge, member FROM badge').all();
      return {
        version: current?.version as number,
        document: this.#documentOf(current?.document),
        keyCheck: (current?.key_check as string | null) ?? undefined,
        secretHashes: new Map(secrets.map((row) => [row.connector as string, row.hash as Uint8Array])),
        badges: new Map(badges.map((row) => [row.badge as string, row.member as string])),
        tokens: db
          .prepare('SELECT id, role, hash, created_at FROM token ORDER BY created_at, id')
          .all()
          .map(tokenOfRow),
      };
    });
  }

  async write(change: RegistryWrite): Promise<number> {
    return this.#commit((db) => {
      const row = db.prepare('UPDATE current SET version = version + 1, document = ? RETURNING version');
      const version = row.get(JSON.stringify(change.document))?.version as number;
      writeSecrets(db, change);
      writeBadges(db, change);
      addAudit(db, change, version);
      writeSignatures(db, change, version);
      const past = JSON.stringify({ ...change.document, members: [] });
      db.prepare('INSERT INTO past(version, at, document) VALUES (?, ?, ?)').run(version, change.at, past);
      return version;
    });
  }

  async setKeyCheck(keyCheck: string): Promise<void> {
    this.#commit((db) => db.prepare('UPDATE current SET key_check = ?').run(keyCheck));
  }

  async putToken(row: ApiTokenRow, author: string): Promise<void> {
    this.#commit((db) => {
      const put = db.prepare('INSERT OR REPLACE INTO token(id, role, hash, created_at) VALUES (?, ?, ?, ?)');
      put.run(row.id, row.role, row.hash, row.createdAt);
      const changes = [`API token ${row.id} (${row.role}) added`];
      addAudit(db, { at: row.createdAt, author, changes, reason: null }, null);
    });
  }

  async removeToken(id: string, at: number, author: string): Promise<boolean> {
    return this.#commit((db) => {
      if (db.prepare('DELETE FROM token WHERE id = ?').run(id).changes === 0) return false;
      addAudit(db, { at, author, changes: [`API token ${id} removed`], reason: null }, null);
      return true;
    });
  }

  async audit(limit: number, before = Number.MAX_SAFE_INTEGER): Promise<AuditEntry[]> {
    return this.#use((db) => {
      const sql = 'SELECT id, at, author, changes, version, reason FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?';
      const rows = db.prepare(sql).all(before, limit);
      return rows.map((row) => ({
        id: row.id as number,
        at: row.at as number,
        author: row.author as string,
        changes: JSON.parse(row.changes as string) as string[],
        ...(row.version === null ? {} : { version: row.version as number }),
        ...(row.reason === null ? {} : { reason: row.reason as string }),
      }));
    });
  }

  async signatures(machine: string): Promise<SignatureVersion[]> {
    return this.#use((db) => {
      const sql = `SELECT version, at, author, reason, signature FROM signature JOIN audit USING (version)
        WHERE machine = ? ORDER BY version DESC`;
      return db
        .prepare(sql)
        .all(machine)
        .map((row) => ({
          version: row.version as number,
          at: row.at as number,
          author: row.author as string,
          reason: row.reason as string | null,
          signature: row.signature === null ? null : (JSON.parse(row.signature as string) as SignatureEntry),
        }));
    });
  }

  async versions(limit: number): Promise<RegistryVersion[]> {
    return this.#use((db) => {
      const rows = db.prepare('SELECT version, at, document FROM past ORDER BY version DESC LIMIT ?').all(limit);
      return rows.flatMap((row) => {
        const document = this.#documentOf(row.document);
        return document ? [{ version: row.version as number, at: row.at as number, document }] : [];
      });
    });
  }

  async close(): Promise<void> {
    if (this.#db.isOpen) this.#use((db) => db.close());
  }

  #documentOf(text: unknown): Registry | undefined {
    if (typeof text !== 'string') return undefined;
    const parsed = Registry.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw new StorageError('corrupt', `Cannot use ${this.#file}: its document is damaged; restore the last backup`);
  }

  #use<T>(work: (db: DatabaseSync) => T): T {
    if (!this.#db.isOpen) throw new StorageError('closed', `Cannot use ${this.#file}: it is not open`);
    try {
      return work(this.#db);
    } catch (error) {
      throw storageError(error, this.#file);
    }
  }

  #commit<T>(work: (db: DatabaseSync) => T): T {
    return this.#use((db) => {
      db.exec('BEGIN IMMEDIATE');
      try {
        const result = work(db);
        db.exec('COMMIT');
        return result;
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    });
  }
}

function tokenOfRow(row: Record<string, unknown>): ApiTokenRow {
  return {
    id: row.id as string,
    role: row.role as ApiTokenRow['role'],
    hash: row.hash as string,
    createdAt: row.created_at as number,
  };
}

function addAudit(
  db: DatabaseSync,
  { at, author, changes, reason }: Pick<RegistryWrite, 'at' | 'author' | 'changes' | 'reason'>,
  version: number | null,
): void {
  const add = db.prepare('INSERT INTO audit(at, author, changes, version, reason) VALUES (?, ?, ?, ?, ?)');
  add.run(at, author, JSON.stringify(changes), version, reason);
}

function writeSignatures(db: DatabaseSync, { signatures }: RegistryWrite, version: number): void {
  const put = db.prepare('INSERT INTO signature(machine, version, signature) VALUES (?, ?, ?)');
  for (const [machine, signature] of signatures) put.run(machine, version, signature && JSON.stringify(signature));
}

function writeSecrets(db: DatabaseSync, change: RegistryWrite): void {
  const put = db.prepare('INSERT OR REPLACE INTO secret(connector, hash) VALUES (?, ?)');
  for (const [connector, hash] of change.secretHashes) put.run(connector, hash);
  const kept = JSON.stringify(change.document.connectors.map(({ id }) => id));
  db.prepare('DELETE FROM secret WHERE connector NOT IN (SELECT value FROM json_each(?))').run(kept);
}

function writeBadges(db: DatabaseSync, change: RegistryWrite): void {
  const drop = db.prepare('DELETE FROM badge WHERE member = ?');
  for (const member of change.badges.keys()) drop.run(member);
  const kept = JSON.stringify(change.document.members.map(({ id }) => id));
  db.prepare('DELETE FROM badge WHERE member NOT IN (SELECT value FROM json_each(?))').run(kept);
  const put = db.prepare('INSERT INTO badge(badge, member) VALUES (?, ?)');
  for (const [member, badges] of change.badges) {
    for (const badge of badges) put.run(badge, member);
  }
}

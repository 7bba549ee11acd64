/** The registry's tables, as numbered steps; a step is never changed once it has landed. */
export const REGISTRY_STEPS: readonly string[] = [
  `CREATE TABLE current(
     one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, document TEXT, key_check TEXT) STRICT;
   INSERT INTO current(one, version) VALUES (1, 0);
   CREATE TABLE secret(connector TEXT PRIMARY KEY, hash BLOB NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE badge(badge TEXT PRIMARY KEY, member TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX badge_member ON badge(member);
   CREATE TABLE token(id TEXT PRIMARY KEY, role TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, created_at REAL NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE audit(id INTEGER PRIMARY KEY, at REAL NOT NULL, author TEXT NOT NULL, changes TEXT NOT NULL, version INTEGER) STRICT;
   CREATE TABLE past(version INTEGER PRIMARY KEY, at REAL NOT NULL, document TEXT NOT NULL) STRICT;`,
  `ALTER TABLE audit ADD COLUMN reason TEXT;
   CREATE TABLE signature(machine TEXT NOT NULL, version INTEGER NOT NULL, signature TEXT, PRIMARY KEY(machine, version)) STRICT, WITHOUT ROWID;
   INSERT INTO signature(machine, version, signature) SELECT machine, version, signature FROM (
     SELECT machine, version, signature, lag(signature) OVER (PARTITION BY machine ORDER BY version) AS before FROM (
       SELECT entry.value ->> 'id' AS machine, past.version AS version, entry.value -> 'signature' AS signature
       FROM past JOIN json_each(past.document, '$.machines') AS entry)) WHERE signature IS NOT before;`,
];

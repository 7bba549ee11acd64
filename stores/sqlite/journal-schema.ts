/** The journal's tables, as numbered steps; a step is never changed once it has landed. */
export const JOURNAL_STEPS: readonly string[] = [
  `CREATE TABLE route(id INTEGER PRIMARY KEY, connector TEXT NOT NULL, channel TEXT, machine TEXT) STRICT;
   CREATE TABLE batch(
     id INTEGER PRIMARY KEY, first_seq INTEGER NOT NULL, events INTEGER NOT NULL, messages INTEGER NOT NULL,
     received_from REAL NOT NULL, received_to REAL NOT NULL, at_min REAL NOT NULL, at_max REAL NOT NULL,
     crc INTEGER NOT NULL, event_bytes BLOB NOT NULL, message_bytes BLOB) STRICT;
   CREATE TABLE seen(connector TEXT NOT NULL, boot TEXT NOT NULL, ranges TEXT NOT NULL, PRIMARY KEY(connector, boot)) STRICT, WITHOUT ROWID;
   CREATE TABLE quarantine(id INTEGER PRIMARY KEY, connector TEXT NOT NULL, received_at REAL NOT NULL, topic TEXT NOT NULL,
     payload TEXT NOT NULL, bytes INTEGER NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
   CREATE INDEX quarantine_connector ON quarantine(connector, id);
   CREATE TABLE count(connector TEXT NOT NULL, name TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(connector, name)) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE batch ADD COLUMN packed INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE batch ADD COLUMN badge_at_min REAL;
   UPDATE batch SET badge_at_min = at_min;
   CREATE INDEX batch_badge ON batch(badge_at_min) WHERE badge_at_min IS NOT NULL;
   CREATE TABLE packed(one INTEGER PRIMARY KEY CHECK (one = 1), up_to INTEGER NOT NULL) STRICT;
   INSERT INTO packed VALUES (1, 0);
   CREATE TABLE pruned(first_batch INTEGER PRIMARY KEY, last_batch INTEGER NOT NULL, first_seq INTEGER NOT NULL, next_seq INTEGER NOT NULL, received_to REAL NOT NULL) STRICT;`,
];

/** The figures of a rollup, as columns; the names are those of `RollupHour`. */
export const ROLLUP_COLUMNS = [
  'offMs',
  'standbyMs',
  'runningMs',
  'unknownMs',
  'bridgedMs',
  'badgedMs',
  'attributedMs',
  'openMs',
  'outsideMs',
  'runningOpenMs',
  'unknownOpenMs',
  'heldOpenMs',
  'faultMs',
  'maintenanceMs',
  'faultOpenMs',
  'maintenanceOpenMs',
  'sessions',
  'doubtful',
  'energyWh',
  'recoveredWh',
  'unknownMaintenanceOpenMs',
] as const;

/** The figures that the first version of the ledger had; sums have them packed in one value. */
export const FIRST_COLUMNS = ROLLUP_COLUMNS.slice(0, 20);

/** The table that holds the sums of each tier. */
export const TIER_TABLES = { day: 'rollup_day', month: 'rollup_month' } as const;

const TIER_COLUMNS = `machine INTEGER NOT NULL, start_at INTEGER NOT NULL, lab TEXT NOT NULL,
     ${FIRST_COLUMNS.map((name) => `${name} REAL`).join(', ')}, members BLOB NOT NULL, PRIMARY KEY(machine, start_at)`;

/** `body` is what `packTier` makes. */
const PACKED_TIER_COLUMNS = `machine INTEGER NOT NULL, start_at INTEGER NOT NULL, lab TEXT NOT NULL, body BLOB NOT NULL,
     PRIMARY KEY(machine, start_at)`;

/** The ledger's tables, as numbered steps; a step is never changed once it has landed. Machines and series are numbered to keep rows small. */
export const LEDGER_STEPS: readonly string[] = [
  `CREATE TABLE cursor(one INTEGER PRIMARY KEY CHECK (one = 1), batch INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT;
   INSERT INTO cursor VALUES (1, 0, 0);
   CREATE TABLE machine(no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE series(no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, connector TEXT NOT NULL, channel TEXT NOT NULL,
     machine TEXT NOT NULL, main INTEGER NOT NULL, hold_ms REAL) STRICT;
   CREATE INDEX series_machine ON series(machine);
   CREATE TABLE reading_block(no INTEGER PRIMARY KEY, series INTEGER NOT NULL, start_at INTEGER NOT NULL, end_at INTEGER NOT NULL,
     n INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
   CREATE UNIQUE INDEX reading_block_at ON reading_block(series, start_at, end_at);
   CREATE TABLE input(machine INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY(machine, at, body)) STRICT, WITHOUT ROWID;
   CREATE TABLE activity(machine INTEGER NOT NULL, start_at INTEGER NOT NULL, end_at INTEGER NOT NULL, activity TEXT NOT NULL,
     source TEXT NOT NULL, bridged INTEGER NOT NULL, censored INTEGER NOT NULL, PRIMARY KEY(machine, start_at)) STRICT, WITHOUT ROWID;
   CREATE TABLE service(machine INTEGER NOT NULL, start_at INTEGER NOT NULL, end_at INTEGER, state TEXT NOT NULL, source TEXT NOT NULL,
     PRIMARY KEY(machine, start_at)) STRICT, WITHOUT ROWID;
   CREATE TABLE session(machine INTEGER NOT NULL, start_at INTEGER NOT NULL, id TEXT NOT NULL, end_at INTEGER NOT NULL,
     start_cause TEXT NOT NULL, end_cause TEXT NOT NULL, confidence TEXT NOT NULL, running INTEGER NOT NULL, standby INTEGER NOT NULL,
     unknown INTEGER NOT NULL, energy REAL, member TEXT NOT NULL, audience TEXT NOT NULL, PRIMARY KEY(machine, start_at, id)) STRICT, WITHOUT ROWID;
   CREATE INDEX session_id ON session(id);
   CREATE INDEX session_no_energy ON session(machine, end_at) WHERE energy IS NULL;
   CREATE TABLE energy(machine INTEGER NOT NULL, hour INTEGER NOT NULL, series TEXT NOT NULL, wh REAL NOT NULL, recovered REAL NOT NULL,
     PRIMARY KEY(machine, hour, series)) STRICT, WITHOUT ROWID;
   CREATE TABLE rollup(machine INTEGER NOT NULL, hour INTEGER NOT NULL, lab TEXT NOT NULL,
     ${FIRST_COLUMNS.map((name) => `${name} REAL`).join(', ')}, PRIMARY KEY(machine, hour)) STRICT, WITHOUT ROWID;
   CREATE TABLE fold(machine INTEGER PRIMARY KEY, state TEXT NOT NULL, rolled_from INTEGER NOT NULL, rolled_until INTEGER NOT NULL, rules TEXT NOT NULL) STRICT;
   CREATE TABLE checkpoint(machine INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY(machine, at)) STRICT, WITHOUT ROWID;
   CREATE TABLE online(connector TEXT PRIMARY KEY, online INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE change(no INTEGER PRIMARY KEY, machine INTEGER NOT NULL, layer INTEGER NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL) STRICT;
   CREATE TABLE change_feed(one INTEGER PRIMARY KEY CHECK (one = 1), born TEXT NOT NULL) STRICT;
   INSERT INTO change_feed VALUES (1, lower(hex(randomblob(8))));`,
  `ALTER TABLE reading_block ADD COLUMN packed INTEGER NOT NULL DEFAULT 0;
   CREATE INDEX reading_block_loose ON reading_block(end_at) WHERE packed = 0;`,
  `CREATE TABLE correction(machine INTEGER NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY(machine, seq)) STRICT, WITHOUT ROWID;
   CREATE TABLE corrected_session(machine INTEGER NOT NULL, start_at INTEGER NOT NULL, id TEXT NOT NULL, end_at INTEGER NOT NULL,
     start_cause TEXT NOT NULL, end_cause TEXT NOT NULL, confidence TEXT NOT NULL, running INTEGER NOT NULL, standby INTEGER NOT NULL,
     unknown INTEGER NOT NULL, energy REAL, member TEXT NOT NULL, audience TEXT NOT NULL, PRIMARY KEY(machine, start_at, id)) STRICT, WITHOUT ROWID;
   CREATE INDEX corrected_session_no_energy ON corrected_session(machine, end_at) WHERE energy IS NULL;
   CREATE TABLE replaced_session(machine INTEGER NOT NULL, start_at INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY(machine, start_at, id)) STRICT, WITHOUT ROWID;
   CREATE INDEX session_doubtful ON session(machine, start_at) WHERE confidence = 'doubtful';
   CREATE TABLE declaration(machine INTEGER NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY(machine, at, seq)) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE machine ADD COLUMN layers INTEGER;
   ALTER TABLE machine ADD COLUMN has_rebuild INTEGER NOT NULL DEFAULT 0;`,
  `CREATE TABLE member(no INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE rollup_day(${TIER_COLUMNS}) STRICT, WITHOUT ROWID;
   CREATE TABLE rollup_month(${TIER_COLUMNS}) STRICT, WITHOUT ROWID;
   CREATE TABLE tiered(machine INTEGER PRIMARY KEY) STRICT;`,
  `ALTER TABLE session ADD COLUMN people INTEGER;
   ALTER TABLE corrected_session ADD COLUMN people INTEGER;
   UPDATE fold SET state = json_insert(state, '$.session.classes', json('[]'), '$.session.open.people', NULL);
   UPDATE checkpoint SET state = json_insert(state, '$.session.classes', json('[]'), '$.session.open.people', NULL);`,
  `CREATE TABLE frozen(machine INTEGER PRIMARY KEY, until INTEGER NOT NULL) STRICT;`,
  `DROP TABLE rollup_day;
   DROP TABLE rollup_month;
   DELETE FROM tiered;
   CREATE TABLE rollup_day(${PACKED_TIER_COLUMNS}) STRICT, WITHOUT ROWID;
   CREATE TABLE rollup_month(${PACKED_TIER_COLUMNS}) STRICT, WITHOUT ROWID;`,
  // What was added up before is told as far as it follows (`leastUnknownMaintenance`). Where an hour has both, and neither
  // fills it, only computing the past again tells how far they meet; sums of days have both more often.
  `ALTER TABLE rollup ADD COLUMN unknownMaintenanceOpenMs REAL;
   ALTER TABLE rollup_day ADD COLUMN unknownMaintenanceOpenMs REAL;
   ALTER TABLE rollup_month ADD COLUMN unknownMaintenanceOpenMs REAL;
   DELETE FROM tiered WHERE machine IN (SELECT machine FROM service WHERE state = 'maintenance')
     OR machine IN (SELECT machine FROM fold WHERE json_extract(state, '$.service.state') = 'maintenance');
   UPDATE fold SET rules = '~' || rules WHERE rules NOT LIKE '~%' AND (json_extract(state, '$.service.state') = 'maintenance'
     OR EXISTS (SELECT 1 FROM service JOIN rollup ON rollup.machine = service.machine AND rollup.hour < service.end_at
       AND rollup.hour > service.start_at - 7200000 WHERE service.machine = fold.machine AND service.state = 'maintenance'
       AND maintenanceOpenMs > 0 AND unknownOpenMs > 0 AND maintenanceOpenMs < openMs AND unknownOpenMs < openMs));`,
];

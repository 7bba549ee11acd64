/** The exporter's tables, as numbered steps; a step is never changed once it has landed. */
export const EXPORT_STEPS: readonly string[] = [
  `CREATE TABLE target(no INTEGER PRIMARY KEY, url TEXT NOT NULL, database TEXT NOT NULL, batch INTEGER, change INTEGER, born TEXT,
     refused INTEGER NOT NULL DEFAULT 0, too_old INTEGER NOT NULL DEFAULT 0, UNIQUE(url, database)) STRICT;
   CREATE TABLE exported_machine(no INTEGER PRIMARY KEY, target INTEGER NOT NULL, machine TEXT NOT NULL, lab TEXT NOT NULL, kind TEXT NOT NULL,
     filled_to INTEGER NOT NULL, grid_from INTEGER, grid_to INTEGER, usage_from INTEGER, usage_to INTEGER, had TEXT NOT NULL,
     UNIQUE(target, machine, lab, kind)) STRICT;
   CREATE TABLE activity_point(machine INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(machine, at)) STRICT, WITHOUT ROWID;
   CREATE TABLE session_point(machine INTEGER NOT NULL, at INTEGER NOT NULL, audience TEXT NOT NULL, end_cause TEXT NOT NULL,
     PRIMARY KEY(machine, at, audience, end_cause)) STRICT, WITHOUT ROWID;
   CREATE TABLE refused(no INTEGER PRIMARY KEY, target INTEGER NOT NULL, point TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
   CREATE TABLE backfill(target INTEGER NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, batch INTEGER NOT NULL,
     PRIMARY KEY(target, from_at, to_at)) STRICT, WITHOUT ROWID;`,
  // Points have new fields: all layers are sent again.
  `UPDATE exported_machine SET filled_to = -9007199254740991;`,
];

/** Numbers that shape the projection. */
export interface ProjectorLimits {
  /** Bytes of events read at once. */
  readBytes: number;
  /** How long the ledger's transaction may stay open, in ms. */
  flushMs: number;
  /** How many events it may hold. */
  flushEvents: number;
  /** How many inputs of a past that is computed again are folded between two looks at the clock. */
  rebuildInputs: number;
  /** How long the past is computed again before what came meanwhile has its turn, in ms. */
  rebuildMs: number;
}

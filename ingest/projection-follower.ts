import type { CorrectionRecord } from '../domain/correction-record.ts';

/** What is told of a machine besides. */
export interface ProjectionFollower {
  /** Inputs with `at` from `from` to `to` were stored; those that were there already may be among them. */
  stored(from: number, to: number): void;
  correct(record: CorrectionRecord): void;
}

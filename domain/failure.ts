/**
 * Stable codes of everything that can be refused, with the HTTP status of each.
 *
 * A code is never renamed: clients and documents rely on it.
 */
export const FAILURE_STATUS = {
  'bad-request': 400,
  'bad-parameter': 400,
  'bad-range': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  conflict: 409,
  'precondition-failed': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  'registry-invalid': 422,
  'too-many-requests': 429,
  internal: 500,
  'storage-unavailable': 503,
} as const;

/** A failure's stable code. */
export type FailureCode = keyof typeof FAILURE_STATUS;

/** One thing that is wrong, and where: `path` as people read it (`machines[2].lab`). */
export interface Complaint {
  path: string;
  message: string;
}

/** An expected failure, returned and never thrown: a code and a sentence that says what to do. */
export interface Failure {
  kind: 'failure';
  code: FailureCode;
  sentence: string;
  complaints?: Complaint[];
}

/** Makes a failure. */
export function failure(code: FailureCode, sentence: string, complaints?: Complaint[]): Failure {
  return complaints ? { kind: 'failure', code, sentence, complaints } : { kind: 'failure', code, sentence };
}

/** An operational error (disk, network): thrown with its cause; the shell decides to retry or to stop. */
export class StorageError extends Error {
  readonly code: 'full' | 'read-only' | 'locked' | 'corrupt' | 'io' | 'closed';
  constructor(code: StorageError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StorageError';
    this.code = code;
  }
}

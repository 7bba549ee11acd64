import type { Failure } from '../domain/failure.ts';

/** Where commands write to. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
}

/** Exit code of a command that could not do what it was asked. */
export const FAILED = 1;
/** Exit code of a command that was asked wrongly. */
export const MISUSED = 2;

/** Writes a failure with everything that is complained of; gives the exit code. */
export function writeFailure({ err }: Terminal, { code, sentence, complaints = [] }: Failure): number {
  err(`${sentence}\n`);
  const [first] = complaints;
  const isSaid = complaints.length === 1 && sentence.includes(first?.message ?? '');
  for (const { path, message } of isSaid ? [] : complaints) err(`  ${path}: ${message}\n`);
  return code === 'bad-parameter' ? MISUSED : FAILED;
}

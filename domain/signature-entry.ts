import type { Signature } from './machine-input.ts';
import type { SignatureEntry } from './registry.ts';
import { SECOND_MS } from './time.ts';

/** `stopW`, where the registry does not say it (`usage-model.md` §2.1). */
const STOP_SHARE = 0.8;

/** The thresholds of a registry entry as the fold takes them. */
export function signatureOf(entry: SignatureEntry): Signature {
  return {
    standbyW: entry.standbyW,
    runningW: entry.runningW,
    stopW: entry.stopW ?? entry.runningW * STOP_SHARE,
    runAfterMs: entry.runAfterS * SECOND_MS,
    stopAfterMs: entry.stopAfterS * SECOND_MS,
    bridgeMs: entry.bridgeS * SECOND_MS,
  };
}

/** Thresholds as the registry writes them. */
export function entryOf(signature: Signature): SignatureEntry {
  return {
    standbyW: signature.standbyW,
    runningW: signature.runningW,
    stopW: signature.stopW,
    runAfterS: signature.runAfterMs / SECOND_MS,
    stopAfterS: signature.stopAfterMs / SECOND_MS,
    bridgeS: signature.bridgeMs / SECOND_MS,
  };
}

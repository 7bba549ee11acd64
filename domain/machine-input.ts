import type { ReportedState } from './event.ts';
import type { Service } from './layers.ts';

/**
 * A machine's power thresholds and delays (`usage-model.md` §2.1). `stopW` ≤ `runningW`, `standbyW` ≤ `runningW`.
 */
export interface Signature {
  standbyW: number;
  runningW: number;
  stopW: number;
  runAfterMs: number;
  stopAfterMs: number;
  bridgeMs: number;
}

/** Everything the fold of one machine needs to know beside its inputs. Pure data but for the closing times. */
export interface MachineRules {
  machine: string;
  /** Null: thresholds are not set yet, so that activity from power is `unknown`. */
  signature: Signature | null;
  session: { idleTimeoutMs: number; graceMs: number; maxMs: number; repeatMs: number };
  /** A rise of a counter that would need more is a jump. */
  ratedW: number;
  /** Whether a channel with the role `main` (or a state report) tells the activity; without it sessions end `presumed`. */
  hasActivity: boolean;
  /** The first instant after `at` at which the lab closes; null when the lab declares no hours. */
  nextClosing(at: number): number | null;
}

/** What the badge of a class is to one machine. */
export interface ClassRead {
  /** The declared head-count. */
  people: number;
  /** Whether the class works at this machine; another only learns when the class begins and ends. */
  takes: boolean;
  /** Whether the reader is this machine's: it alone is answered. Makes no other input of it. */
  isHere: boolean;
}

/** What every input has: when it happened, in UTC ms. */
interface Happened {
  at: number;
}

/**
 * One input of a machine's fold.
 *
 * `series` names a connector's channel. `holdMs: null` means "holds for as long as the connector is online".
 * `heard` only tells that something was heard: it stands where a badge was that is forgotten.
 * `connector` of a state only tells where it came from: it makes no other input of it.
 * A reading has `w`, or `wh` (the cumulative import counter), or both. A relay that opened on the main channel comes as
 * a reading of 0 W.
 */
export type MachineInput = Happened &
  (
    | { kind: 'reading'; series: string; main: boolean; w: number | null; wh: number | null; holdMs: number | null }
    | { kind: 'energy-reset'; series: string }
    | { kind: 'online'; connector: string; series: string[]; main: boolean; online: boolean }
    | { kind: 'state'; state: ReportedState; holdMs: number | null; connector?: string }
    | {
        kind: 'badge';
        reader: string;
        token: string;
        member: string | null;
        audience: string | null;
        action: 'tap' | 'in' | 'out';
        class?: ClassRead;
      }
    | { kind: 'service'; state: Service }
    | { kind: 'heard' }
  );

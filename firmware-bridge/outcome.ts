import type { BridgeEvent, QuarantineCode, Translation } from '../domain/event.ts';

/** A message that was understood and tells of these events, in order. */
export function events(...found: BridgeEvent[]): Translation {
  return { outcome: 'events', events: found };
}

/** A message that is known to mean nothing here. */
export function ignored(reason: string): Translation {
  return { outcome: 'ignored', reason };
}

/**
 * A message that could not be understood.
 *
 * `detail` is a sentence for the person who built or set up the device. It must never repeat a value of the payload:
 * details are stored and shown, and any text of a message may be a badge number.
 */
export function quarantined(code: QuarantineCode, detail: string): Quarantined {
  return { outcome: 'quarantined', code, detail };
}

/** The outcome of a message that could not be understood. */
export type Quarantined = Extract<Translation, { outcome: 'quarantined' }>;

/** Why a retained copy tells nothing. */
export const RETAINED = ignored('retained');
/** Why a message that is on its way to a device tells nothing. */
export const COMMAND = ignored('command');
/** Why an empty message tells nothing: it clears a retained one, or stands for a missing value. */
export const EMPTY = ignored('empty');
/** Why a message that is understood and holds no reading tells nothing. */
export const NO_READING = ignored('no reading');

import { crc32 } from 'node:zlib';
import type { EventKind, Translation } from '../domain/event.ts';
import { scrubPayload } from './scrub.ts';
import type { BadgeDesk } from './source.ts';

const EMPTY = new Uint8Array(0);
/** Messages with these events may hold a badge number or a name: nothing of their payload is kept, only the events. */
const MAY_HOLD_TEXT: ReadonlySet<EventKind> = new Set(['badge', 'state', 'alarm', 'discovery']);

/** Whether the translator knows every byte of the message, so that nothing personal can be in it. */
export function isPlain(translation: Translation): boolean {
  return translation.outcome === 'events' && translation.isPlain === true;
}

/** What is kept of a payload in the journal, as bytes. What is quarantined is kept there, and not twice. */
export function keptPayload(payload: Uint8Array, translation: Translation): Uint8Array {
  if (isPlain(translation)) return payload;
  if (translation.outcome === 'quarantined') return EMPTY;
  if (translation.outcome === 'events' && translation.events.some(({ kind }) => MAY_HOLD_TEXT.has(kind))) return EMPTY;
  return new TextEncoder().encode(scrubPayload(payload));
}

/** By what a message is recognised when it is sent again: a keyed hash, but for plain messages, which hold nothing to guess. */
export function printOf(
  { qos, payload, topic }: { qos: number; payload: Uint8Array; topic: string },
  plain: boolean,
  badges: BadgeDesk,
): number {
  if (qos === 0) return 0;
  return plain ? crc32(payload, topic.length) : badges.fingerprint(payload);
}

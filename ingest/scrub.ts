import { Buffer, isUtf8 } from 'node:buffer';

/** How much of a payload that was not understood is kept, in characters. */
const SCRUBBED_CHARS_MAX = 2000;

/** Digits and separators as badge readers write numbers: six hexadecimal digits or more, or a run that base64 could hide one in. */
const BADGE_LIKE = /(?:[0-9a-f][-: ]?){5,}[0-9a-f]h?/gi;
const BASE64_LIKE = /[A-Za-z0-9+/_-]{10,}={0,2}/g;
const HAS_DIGIT = /\d/;
const IS_MIXED = /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])/;

/** Replaces everything in a text that could be a badge number, as readers and bridges write one, by its length. */
export function scrubText(text: string): string {
  return text
    .replace(BASE64_LIKE, (found) => (IS_MIXED.test(found) ? `‹${found.length}›` : found))
    .replace(BADGE_LIKE, (found) => (HAS_DIGIT.test(found) ? `‹${found.length}›` : found));
}

/** A topic as it may be kept: each level scrubbed, but for `device`, which the registry names anyway. Cut at 500 characters. */
export function scrubTopic(topic: string, device: string): string {
  const scrub = (part: string) => part.split('/').map(scrubText).join('/');
  return topic.split(device).map(scrub).join(device).slice(0, 500);
}

/**
 * A payload that was not understood as it may be kept: badge-like text replaced, cut at 2,000 characters;
 * bytes that are not text become their number alone.
 */
export function scrubPayload(payload: Uint8Array): string {
  if (!isUtf8(payload)) return `‹${payload.length} bytes›`;
  const bytes = payload.length > SCRUBBED_CHARS_MAX * 4 ? payload.subarray(0, SCRUBBED_CHARS_MAX * 4) : payload;
  return scrubText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')).slice(
    0,
    SCRUBBED_CHARS_MAX,
  );
}

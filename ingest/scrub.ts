import { Buffer, isUtf8 } from 'node:buffer';
import { scrubText } from '../domain/badge-scrub.ts';

/** How much of a payload that was not understood is kept, in characters. */
const SCRUBBED_CHARS_MAX = 2000;

/** Characters that no text of a firmware holds: a badge number's own bytes often do. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

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
  const bytes = payload.length > SCRUBBED_CHARS_MAX * 4 ? payload.subarray(0, SCRUBBED_CHARS_MAX * 4) : payload;
  const text = isUtf8(payload) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8') : undefined;
  if (text === undefined || CONTROL.test(text)) return `‹${payload.length} bytes›`;
  return scrubText(text).slice(0, SCRUBBED_CHARS_MAX);
}

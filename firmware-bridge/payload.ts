import { type Quarantined, quarantined } from './outcome.ts';

/** Larger payloads are not read. */
export const PAYLOAD_BYTES_MAX = 256 * 1024;

/** A JSON object as it was parsed: nothing is known of its fields. */
export type JsonObject = Record<string, unknown>;

/** What was read, or why it could not be. */
export type Read<T> = { ok: true; value: T } | { ok: false; why: Quarantined };

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NOT_A_NUMBER = /-?(?:nan|inf(?:inity)?)(?![\w$])/iy;

/** Reads a payload as text. Bytes that are not UTF-8 and payloads that are too long are refused. */
export function readText(payload: Uint8Array): Read<string> {
  if (payload.length > PAYLOAD_BYTES_MAX) {
    return refused('limit', `A message may hold ${PAYLOAD_BYTES_MAX} bytes; send fewer readings at a time.`);
  }
  try {
    return { ok: true, value: UTF8.decode(payload) };
  } catch {
    return refused('encoding', 'The message is not UTF-8 text.');
  }
}

/** Reads a payload as JSON, strictly; then once more with the bare `nan` and `inf` of C programs read as null. */
export function readJson(payload: Uint8Array): Read<unknown> {
  const text = readText(payload);
  if (!text.ok) return text;
  const parsed = parse(text.value) ?? parse(withoutNan(text.value));
  return parsed ?? refused('json', 'The message is not JSON: look for a missing brace, quote or comma.');
}

/** Reads a payload as one JSON object. */
export function readObject(payload: Uint8Array): Read<JsonObject> {
  const read = readJson(payload);
  if (!read.ok) return read;
  if (isObject(read.value)) return { ok: true, value: read.value };
  return refused('shape', 'The message is JSON, but not an object: it must begin with { and end with }.');
}

/** Whether a parsed value is an object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a string field; undefined when it is absent or something else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function refused(code: Quarantined['code'], detail: string): { ok: false; why: Quarantined } {
  return { ok: false, why: quarantined(code, detail) };
}

/** The parser's own message is dropped: it repeats parts of the payload. */
function parse(text: string): { ok: true; value: unknown } | undefined {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Replaces bare `nan`, `-inf`… outside of strings, in one pass. */
function withoutNan(text: string): string {
  let out = '';
  let from = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === 'n' || char === 'N' || char === 'i' || char === 'I' || char === '-') {
      NOT_A_NUMBER.lastIndex = at;
      const match = NOT_A_NUMBER.exec(text);
      if (!match) continue;
      out += `${text.slice(from, at)}null`;
      from = at + match[0].length;
      at = from - 1;
    }
  }
  return out + text.slice(from);
}

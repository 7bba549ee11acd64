import type { MiddlewareHandler } from 'hono';
import { except } from 'hono/combine';
import { etag } from 'hono/etag';

/** A stream would have to end before anybody could take its tag. */
const STREAMS = ['/api/v1/live', '/api/v1/events'];

/** Gives every good answer to GET an `ETag` of its bytes, and answers 304 to whoever has them already. */
export function conditional(): MiddlewareHandler {
  return except(STREAMS, etag({ generateDigest: digest }));
}

/** Whether answers of this path have a tag. */
export function isTagged(path: string): boolean {
  return path.startsWith('/api/v1/') && !STREAMS.includes(path);
}

/** The tag of a text that may be changed on condition (`If-Match`). */
export async function entityTag(text: string): Promise<string> {
  return `"${Buffer.from(await digest(new TextEncoder().encode(text))).toString('base64url')}"`;
}

/** Whether an `If-Match` names the tag. A proxy that compresses marks a tag as weak; the text behind it is the same. */
export function namesTag(header: string, tag: string): boolean {
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}

/** Web Crypto computes in another thread. */
function digest(bytes: Uint8Array): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
}

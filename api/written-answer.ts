import { createHash } from 'node:crypto';

/** An answer that is written already, in UTF-8, and the `ETag` of its bytes. */
export interface WrittenAnswer {
  bytes: Uint8Array<ArrayBuffer>;
  tag: string;
}

const UTF8 = new TextEncoder();

/** Writes an answer, in the thread that made its text: the one that hands it on has others to serve. */
export function writtenAnswer(text: string): WrittenAnswer {
  const bytes = UTF8.encode(text);
  return { bytes, tag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
}

/** Hexadecimal or decimal digits in a row, in the middle of a word too: `card04A2B3`. */
const RUN = /(?:0x)?[0-9a-f]{6,}h?/gi;
/** Groups of digits as readers and bridges separate them: `04:a2:b3`, `0x04, 0xA2`, `4.162.179`. */
const GROUPS = /(?<![a-z0-9])(?:0x)?[0-9a-f]{1,8}(?:[\s:.,;_-]{1,2}(?:0x)?[0-9a-f]{1,8})+(?![a-z0-9])/gi;
const BASE64 = /[A-Za-z0-9+/_-]{6,}={0,2}/g;
/** Names as firmware writes them: `ApparentPower`, `Channel1`, `power-delta`. */
const NAME = /^(?:(?:[A-Z]{2,}|[A-Z]?[a-z]+)(?:[A-Z][a-z]+|[A-Z]{2,})*\d{0,3}(?:[-_/+]|$))*$/;
/** A time as RFC 3339 writes it is no badge number. */
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?/g;
const DIGITS_MIN = 6;
const LETTERS_MIN = 8;

function hidden(found: string): string {
  return `‹${found.length}›`;
}

/** Six digits with a decimal one among them; letters alone only when they are many, or words would go. */
function isNumber(found: string): boolean {
  const digits = found.replaceAll(/0x|[^0-9a-f]/gi, '');
  if (digits.length < DIGITS_MIN) return false;
  return /\d/.test(digits) || (digits.length >= LETTERS_MIN && digits.length % 2 === 0 && !/[\s,]/.test(found));
}

/** `1234.567` is a reading; more than one dot is a separator. */
function isReading(found: string): boolean {
  return /^\d+\.\d+$/.test(found);
}

function couldBeBase64(found: string): boolean {
  return /[a-z]/.test(found) && /[A-Z]/.test(found) && !NAME.test(found.replace(/=+$/, ''));
}

function scrubPiece(text: string): string {
  return text
    .replace(BASE64, (found) => (couldBeBase64(found) ? hidden(found) : found))
    .replace(GROUPS, (found) => (isNumber(found) && !isReading(found) ? hidden(found) : found))
    .replace(RUN, (found) => (isNumber(found) ? hidden(found) : found));
}

/**
 * Replaces everything in a text that could be a badge number, as readers and bridges write one, by its length: digits
 * with and without separators, decimal, backwards, base64.
 */
export function scrubText(text: string): string {
  let scrubbed = '';
  let from = 0;
  for (const { index, 0: instant } of text.matchAll(INSTANT)) {
    scrubbed += scrubPiece(text.slice(from, index)) + instant;
    from = index + instant.length;
  }
  return scrubbed + scrubPiece(text.slice(from));
}

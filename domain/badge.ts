/** Badge numbers longer than this, in hexadecimal digits, are not believed. */
export const BADGE_DIGITS_MAX = 64;

const SEPARATORS = /[\s:.\-_]/g;
const DECIMAL = /^dec:(\d{1,77})$/i;
const HEX = /^[0-9A-F]{1,64}$/;
const ONLY_ZEROS = /^0+$/;

/**
 * The one form in which badge numbers meet: those that a reader sends and those that a person enrols.
 *
 * Separators, spaces, a leading `0x` and the trailing `h` of Wiegand readers go; hexadecimal digits become upper case.
 * No zero is ever added or taken away: `04:a2:b3` and `04A2B3` meet, and a reader that loses zeros (esp-rfid: `cdb6217`
 * for 0CDB6217) gives its own text in upper case (`CDB6217`). A person enrols that text as one more badge of the
 * member, since a lost zero cannot be put back. A number printed in decimal is enrolled as `dec:7748328`.
 * Undefined when the text is no badge number; readers report errors as zero.
 */
export function canonicalBadge(text: string): string | undefined {
  if (text.length > 2 * BADGE_DIGITS_MAX) return undefined;
  const decimal = DECIMAL.exec(text.trim());
  if (decimal?.[1]) return believable(BigInt(decimal[1]).toString(16).toUpperCase());
  const bare = text.replace(SEPARATORS, '');
  return believable(bare.replace(/^0x/i, '').replace(/h$/i, '').toUpperCase());
}

/**
 * The canonical form of a badge that a reader sends as a number: hexadecimal, without leading zeros.
 *
 * Undefined for zero, fractions, and numbers too large to be exact.
 */
export function canonicalBadgeNumber(value: number): string | undefined {
  if (!Number.isSafeInteger(value) || value <= 0) return undefined;
  return value.toString(16).toUpperCase();
}

function believable(hex: string): string | undefined {
  return HEX.test(hex) && !ONLY_ZEROS.test(hex) ? hex : undefined;
}

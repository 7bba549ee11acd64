import type { TierSum } from '../../domain/tier.ts';
import { totalsOf, type Values } from './ledger-rows.ts';
import { ROLLUP_COLUMNS } from './ledger-schema.ts';

const FIGURES = ROLLUP_COLUMNS.length;
const FIGURE_BYTES = 8;
const MEMBER_BYTES = 4;

/**
 * A tier's sum in one value, which SQLite hands over several times faster than one for each figure: the figures in the
 * order of `ROLLUP_COLUMNS` as doubles (not a number: null), then its members' numbers, the lowest byte first.
 */
export function packTier(sum: TierSum, members: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(FIGURES * FIGURE_BYTES + members.length * MEMBER_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, name] of ROLLUP_COLUMNS.entries())
    view.setFloat64(index * FIGURE_BYTES, sum[name] ?? Number.NaN, true);
  for (const [index, no] of members.entries()) view.setUint32(FIGURES * FIGURE_BYTES + index * MEMBER_BYTES, no, true);
  return bytes;
}

/** Reads `start_at, lab, body` of a row of a tier; `tokenOf` tells the member of a number. */
export function tierOf(values: Values, machine: string, tokenOf: (no: number) => string): TierSum {
  const [start, lab, body] = values as [number, string, Uint8Array];
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const figures: (number | null)[] = [];
  let at = 0;
  for (; at < FIGURES * FIGURE_BYTES; at += FIGURE_BYTES) {
    const figure = view.getFloat64(at, true);
    figures.push(Number.isNaN(figure) ? null : figure);
  }
  const members: string[] = [];
  for (; at < body.byteLength; at += MEMBER_BYTES) members.push(tokenOf(view.getUint32(at, true)));
  return { machine, lab, start, members, ...totalsOf(figures, 0) };
}

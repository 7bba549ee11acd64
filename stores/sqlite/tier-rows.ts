import { type MemberNumbering, NumberedMembers } from '../../domain/numbered-members.ts';
import type { TierSum } from '../../domain/tier.ts';
import { leastUnknownMaintenance, type Values } from './ledger-rows.ts';
import { FIRST_COLUMNS } from './ledger-schema.ts';

const FIGURES = FIRST_COLUMNS.length;
const FIGURE_BYTES = 8;
const MEMBER_BYTES = 4;

/**
 * A tier's sum in one value, which SQLite hands over several times faster than one for each figure: the figures in the
 * order of `FIRST_COLUMNS` as doubles (not a number: null), then its members' numbers, the lowest byte first.
 */
export function packTier(sum: TierSum, members: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(FIGURES * FIGURE_BYTES + members.length * MEMBER_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, name] of FIRST_COLUMNS.entries())
    view.setFloat64(index * FIGURE_BYTES, sum[name] ?? Number.NaN, true);
  for (const [index, no] of members.entries()) view.setUint32(FIGURES * FIGURE_BYTES + index * MEMBER_BYTES, no, true);
  return bytes;
}

/** Reads `start_at, lab, body, unknownMaintenanceOpenMs` of a row of a tier. */
export function tierOf(values: Values, machine: string, numbering: MemberNumbering): TierSum {
  const [start, lab, body, unknownMaintenance] = values as [number, string, Uint8Array, number | null];
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const figure = (place: number): number => view.getFloat64(place * FIGURE_BYTES, true);
  const known = (place: number): number | null => {
    const value = figure(place);
    return Number.isNaN(value) ? null : value;
  };
  // Written out, as in `totalsOf`, and without a list between: whatever is made for each row has to be cleared away.
  return {
    machine,
    lab,
    start,
    members: new NumberedMembers(view, FIGURES * FIGURE_BYTES, numbering),
    offMs: figure(0),
    standbyMs: figure(1),
    runningMs: figure(2),
    unknownMs: figure(3),
    bridgedMs: figure(4),
    badgedMs: figure(5),
    attributedMs: figure(6),
    openMs: known(7),
    outsideMs: known(8),
    runningOpenMs: known(9),
    unknownOpenMs: known(10),
    heldOpenMs: known(11),
    faultMs: figure(12),
    maintenanceMs: figure(13),
    faultOpenMs: known(14),
    maintenanceOpenMs: known(15),
    sessions: figure(16),
    doubtful: figure(17),
    energyWh: known(18),
    recoveredWh: known(19),
    unknownMaintenanceOpenMs: unknownMaintenance ?? leastUnknownMaintenance(known(7), known(10), known(15)),
  };
}

import type { LedgerReader } from '../domain/ports.ts';
import type { LedgerWriter } from '../domain/ports-ledger.ts';
import type { Span } from '../domain/spans.ts';
import type { Stay } from '../domain/stay.ts';
import { startOfOpenDay, sumOfDays, TIERS, type Tier, type TierSum, tierPieces } from '../domain/tier.ts';

/** How many days are summed up at once. */
const DAYS_AT_ONCE = 31;
const NEVER = Number.MIN_SAFE_INTEGER;
const FOREVER = Number.MAX_SAFE_INTEGER;

/** Which rollups of a machine changed. */
export interface RollupChange {
  machine: string;
  stays: readonly Stay[];
  /** Hours in these ranges were replaced. */
  changed: readonly Span[];
  /** Before it and now, hours up to here have their rollups. */
  rolledBefore: number;
  rolledUntil: number;
}

/** Brings the tiers of a machine up to date: the days that hold changed hours, and the months that hold changed whole days. */
export async function refreshTiers(ledger: LedgerWriter, change: RollupChange): Promise<void> {
  const { machine, stays, changed, rolledUntil } = change;
  const openBefore = startOfOpenDay(stays, change.rolledBefore);
  const openDay = startOfOpenDay(stays, rolledUntil);
  for (const { start, end } of changed) {
    const days = tierPieces(stays, 'day', start, end);
    for (let at = 0; at < days.length; at += DAYS_AT_ONCE) {
      const some = days.slice(at, at + DAYS_AT_ONCE);
      const sums = await sumDays(ledger, machine, some, rolledUntil);
      await ledger.replaceTiers(machine, 'day', (some[0] as Stay).start, (some.at(-1) as Stay).end, sums);
    }
    const firstDay = days[0]?.start ?? start;
    // A day that is not whole, and was not, is in no month.
    if (firstDay >= openBefore && firstDay >= openDay) continue;
    for (const month of tierPieces(stays, 'month', firstDay, end)) {
      const whole = await ledger.tiers(machine, 'day', month.start, Math.min(month.end, openDay));
      const sum = sumOfDays(whole, month);
      await ledger.replaceTiers(machine, 'month', month.start, month.end, sum ? [sum] : []);
    }
  }
}

/** The sums of days, from their hours and from the sessions that begin in them; days without hours have none. */
async function sumDays(
  ledger: LedgerReader,
  machine: string,
  days: readonly Stay[],
  rolledUntil: number,
): Promise<TierSum[]> {
  const edges = [...new Set(days.flatMap(({ start, end }) => [start, end]))];
  const [from = 0, to = 0] = [edges[0], edges.at(-1)];
  if (days.length === 0) return [];
  const stretches = await ledger.rollupSums(machine, edges);
  const sessions = await ledger.sessions([machine], from, Math.min(to, rolledUntil));
  return days.flatMap(({ lab, start, end }) => {
    const { hours = 0, ...totals } = stretches[edges.indexOf(start)] ?? {};
    if (hours === 0) return [];
    const begun = sessions.filter((session) => session.start >= start && session.start < end);
    const members = [...new Set(begun.map(({ member }) => member))];
    return { ...(totals as TierSum), machine, lab: lab.id, start, members };
  });
}

/** The tiers of a machine that has no rollups yet: empty, and from now on they follow. */
export async function beginTiers(ledger: LedgerWriter, machine: string): Promise<void> {
  for (const tier of TIERS) await ledger.replaceTiers(machine, tier, NEVER, FOREVER, []);
  await ledger.putTiered(machine);
}

/** Fills the tiers of a machine of an older ledger, which has rollups in the given range; false when they are there already. */
export async function fillTiers(
  ledger: LedgerWriter,
  machine: string,
  stays: readonly Stay[],
  rolled: Span,
): Promise<boolean> {
  if (await ledger.isTiered(machine)) return false;
  await beginTiers(ledger, machine);
  const changed = rolled.start < rolled.end ? [rolled] : [];
  await refreshTiers(ledger, { machine, stays, changed, rolledBefore: rolled.start, rolledUntil: rolled.end });
  return true;
}

/** The tiers of a machine as they must be, from its stored hours and sessions. */
export async function tiersOf(
  ledger: LedgerReader,
  machine: string,
  stays: readonly Stay[],
  { start, end }: Span,
): Promise<Record<Tier, TierSum[]>> {
  const openDay = startOfOpenDay(stays, end);
  const day = await sumDays(ledger, machine, tierPieces(stays, 'day', start, end), end);
  const month = tierPieces(stays, 'month', start, end).flatMap((piece) => {
    const whole = day.filter((one) => one.start >= piece.start && one.start < Math.min(piece.end, openDay));
    return sumOfDays(whole, piece) ?? [];
  });
  return { day, month };
}

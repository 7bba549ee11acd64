import type { Session } from '../../domain/layers.ts';
import type { MachineReading } from '../../domain/machine-reading.ts';
import { type MachineHistory, measure } from '../../domain/rollup.ts';
import { clipSpans, type Span, subtractSpans, unionSpans } from '../../domain/spans.ts';
import { addTotals, emptySum, type UsageSum } from '../../domain/usage-sum.ts';
import type { Range } from './buckets.ts';
import type { UsageWindow } from './machine-usage.ts';

/** The audience of whoever is not known; runs without a badge are theirs too. */
export const UNKNOWN_AUDIENCE = 'unknown';

/**
 * The usage of one machine in one lab by each audience, in each bucket.
 *
 * The time of an audience is that of its sessions, so that its `windowMs` is its badged time; the audience `unknown`,
 * which is always there, also has the runs without a badge: running time adds up to the machine's. Energy is not known
 * by audience.
 */
export async function audienceUsage(
  reading: MachineReading,
  { stay, buckets, counted }: UsageWindow,
): Promise<Map<string, UsageSum[]>> {
  const sumsOf = new Map<string, UsageSum[]>([[UNKNOWN_AUDIENCE, buckets.map(() => emptySum())]]);
  if (!(counted.from < counted.to)) return sumsOf;
  const history = { ...(await reading.history(stay, counted.from, counted.to)), energy: null };
  for (const { audience } of history.sessions) {
    if (!sumsOf.has(audience))
      sumsOf.set(
        audience,
        buckets.map(() => emptySum()),
      );
  }
  for (const [audience, sums] of sumsOf) {
    const sessions = history.sessions.filter((session) => session.audience === audience);
    for (const [index, bucket] of buckets.entries()) {
      const from = Math.max(bucket.from, counted.from);
      const to = Math.min(bucket.to, counted.to);
      if (from < to) addAudience(sums[index] as UsageSum, audience, sessions, history, { from, to });
    }
  }
  return sumsOf;
}

function addAudience(
  sum: UsageSum,
  audience: string,
  sessions: readonly Session[],
  history: MachineHistory,
  { from, to }: Range,
): void {
  sum.machines = 1;
  for (const { start, end } of timeOf(audience, sessions, history, { from, to })) {
    addTotals(sum, measure(history, start, end));
  }
  for (const { start, member } of sessions) if (start >= from && start < to) sum.members.add(member);
}

function timeOf(audience: string, sessions: readonly Session[], history: MachineHistory, { from, to }: Range): Span[] {
  const held = clipSpans(sessions, from, to);
  if (audience !== UNKNOWN_AUDIENCE) return held;
  const running = clipSpans(
    history.layers.activity.filter(({ activity }) => activity === 'running'),
    from,
    to,
  );
  return unionSpans(held, subtractSpans(running, clipSpans(history.sessions, from, to)));
}

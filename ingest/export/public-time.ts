import type { MachineReading } from '../../domain/machine-reading.ts';
import { openingIntervals } from '../../domain/opening.ts';
import type { RollupHour } from '../../domain/rollup.ts';
import { clipSpans, intersectSpans, type Span, spansMs, unionSpans } from '../../domain/spans.ts';
import type { Stay } from '../../domain/stay.ts';
import { nextPeriod } from '../../domain/time.ts';

/**
 * An hour as it is exported: with the lab's declared public time, and the part of it in which the machine ran or was
 * badged. Both are null when the lab declares no hours.
 */
export interface UsageHour extends RollupHour {
  publicMs: number | null;
  heldPublicMs: number | null;
}

/** Adds public time to the hours of a machine in one lab, given in order; `stays` is when it is there. */
export async function withPublicTime(
  hours: readonly RollupHour[],
  reading: MachineReading,
  stays: readonly Stay[],
): Promise<UsageHour[]> {
  const [lab] = stays.map((stay) => stay.lab);
  if (!lab || hours.length === 0) return [];
  const endOf = (hour: number) => nextPeriod(hour, 'hour', lab.timezone);
  const from = hours[0]?.hour ?? 0;
  const to = endOf(hours.at(-1)?.hour ?? 0);
  const opening = openingIntervals(lab, from, to);
  if (!opening) return hours.map((hour) => ({ ...hour, publicMs: null, heldPublicMs: null }));
  const open = intersectSpans(
    opening.filter(({ state }) => state === 'public'),
    stays,
  );
  const held = open.length > 0 ? intersectSpans(open, await heldSpans(reading, from, to)) : [];
  const measured = (spans: readonly Span[], hour: number) => spansMs(clipSpans(spans, hour, endOf(hour)));
  return hours.map((hour) => ({
    ...hour,
    publicMs: measured(open, hour.hour),
    heldPublicMs: measured(held, hour.hour),
  }));
}

async function heldSpans(reading: MachineReading, from: number, to: number): Promise<Span[]> {
  const running = (await reading.activity(from, to)).filter(({ activity }) => activity === 'running');
  return unionSpans(clipSpans(running, from, to), clipSpans(await reading.sessions(from, to), from, to));
}

import type { ActivityInterval, Session } from './layers.ts';
import { clipSpans, overlapping, spansMs } from './spans.ts';

/** How long the machine ran, stood by and was not heard of in `[start, end)`; what the layer does not cover is unknown. */
export function lengthsWithin(
  activity: readonly ActivityInterval[],
  start: number,
  end: number,
): Pick<Session, 'runningMs' | 'standbyMs' | 'unknownMs'> {
  const within = overlapping(activity, start, end);
  const lengthOf = (name: ActivityInterval['activity']) =>
    spansMs(
      clipSpans(
        within.filter((one) => one.activity === name),
        start,
        end,
      ),
    );
  const runningMs = lengthOf('running');
  const standbyMs = lengthOf('standby');
  return { runningMs, standbyMs, unknownMs: end - start - runningMs - standbyMs - lengthOf('off') };
}

import type { SeriesAnswer } from '../../domain/ports-series.ts';
import { parseHttpDate, SECOND_MS } from '../../domain/time.ts';

/** A store that asks for more patience than this is asked again after this. */
const RETRY_AFTER_MS_MAX = 3600 * SECOND_MS;
/** 1.x and 2.x store the other points of the body and tell so in these words. */
const TOO_OLD = /points? beyond retention policy(?: dropped=(\d+))?/;

/**
 * What an answer of InfluxDB that is no success means. `text` is its error text, `retryAfter` the header (seconds or an
 * HTTP date, read at `now`), `points` how many the body had.
 */
export function answerOf(
  status: number,
  text: string,
  { retryAfter, points, now }: { retryAfter: string | undefined; points: number; now: number },
): SeriesAnswer {
  const reason = `${status} ${text}`;
  switch (status) {
    case 400:
    case 422: {
      const tooOld = TOO_OLD.exec(text);
      if (tooOld) return { kind: 'stored', tooOld: Math.min(points, Number(tooOld[1] ?? 1)) };
      return { kind: 'bad-point', reason };
    }
    case 413:
      return { kind: 'too-large', reason };
    case 401:
    case 403:
    case 404:
      return { kind: 'set-up-wrong', reason };
    default:
      if (status >= 300 && status < 500 && status !== 408 && status !== 425 && status !== 429)
        return { kind: 'set-up-wrong', reason };
      return { kind: 'later', reason, retryAfterMs: retryAfterMs(retryAfter, now) };
  }
}

function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const isSeconds = /^\d+$/.test(header.trim());
  const until = isSeconds ? now + Number(header) * SECOND_MS : parseHttpDate(header);
  return until === undefined ? null : Math.min(RETRY_AFTER_MS_MAX, Math.max(0, until - now));
}

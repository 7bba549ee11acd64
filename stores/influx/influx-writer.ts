import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpError, InfluxDB, type Transport } from '@influxdata/influxdb-client';
import type { SeriesAnswer, SeriesStore } from '../../domain/ports-series.ts';
import type { SeriesPoint } from '../../domain/series-points.ts';
import { answerOf } from './answers.ts';
import { lineOf } from './line.ts';

/** What every version of InfluxDB takes in one body. */
export const BODY_BYTES_MAX = 10_000_000;
/** Shorter bodies are not worth a compression. */
const GZIP_BYTES_MIN = 1000;

/** Where to write, as whom, and how long an answer may take. */
export interface InfluxTarget {
  url: string;
  database: string;
  user: string | undefined;
  token: string | undefined;
  deadlineMs: number;
}

/** UTC ms. */
type Clock = () => number;

/**
 * Writes points to InfluxDB by the part of its HTTP interface that 1.x, 2.x and 3.x have in common. One call is one
 * request; nothing is queued and nothing is tried again here.
 */
export class InfluxWriter implements SeriesStore {
  readonly #transport: Transport;
  readonly #agent: HttpAgent;
  readonly #path: string;
  readonly #headers: Record<string, string>;
  readonly #deadlineMs: number;
  readonly #clock: Clock;
  readonly #closing = new AbortController();

  constructor(target: InfluxTarget, clock: Clock) {
    this.#clock = clock;
    this.#agent = target.url.startsWith('https:')
      ? new HttpsAgent({ keepAlive: true, maxSockets: 2 })
      : new HttpAgent({ keepAlive: true, maxSockets: 2 });
    const options = { url: target.url, timeout: target.deadlineMs, transportOptions: { agent: this.#agent } };
    this.#transport = new InfluxDB(options).transport;
    this.#path = `/write?db=${encodeURIComponent(target.database)}&precision=ms`;
    this.#headers = { 'content-type': 'text/plain; charset=utf-8', ...authorization(target) };
    this.#deadlineMs = target.deadlineMs;
  }

  async write(points: readonly SeriesPoint[]): Promise<SeriesAnswer> {
    const body = points.map(lineOf).join('\n');
    if (Buffer.byteLength(body) > BODY_BYTES_MAX && points.length > 1)
      return { kind: 'too-large', reason: `the body has more than ${BODY_BYTES_MAX} bytes` };
    const deadline = AbortSignal.timeout(this.#deadlineMs);
    try {
      await this.#transport.request(this.#path, body, {
        method: 'POST',
        headers: { ...this.#headers },
        gzipThreshold: GZIP_BYTES_MIN,
        signal: AbortSignal.any([deadline, this.#closing.signal]),
      });
      return { kind: 'stored', tooOld: 0 };
    } catch (error) {
      if (error instanceof HttpError)
        return answerOf(error.statusCode, errorText(error), {
          retryAfter: retryAfter(error),
          points: points.length,
          now: this.#clock(),
        });
      const reason = deadline.aborted ? `no answer within ${this.#deadlineMs} ms` : networkText(error as Error);
      return { kind: 'later', reason, retryAfterMs: null };
    }
  }

  close(): void {
    this.#closing.abort();
    this.#agent.destroy();
  }
}

/** Basic is what every version takes: 2.x and 3.x read the token from the password, whatever the user is. */
function authorization({ user, token }: InfluxTarget): Record<string, string> {
  if (user === undefined && token === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${user ?? 'fabmeter'}:${token ?? ''}`).toString('base64')}` };
}

function errorText(error: HttpError): string {
  const told = (error.json as { error?: unknown; message?: unknown } | undefined) ?? {};
  const text = [told.error, told.message, error.body, error.statusMessage].find(
    (part) => typeof part === 'string' && part,
  );
  return String(text ?? 'no reason given')
    .trim()
    .slice(0, 500);
}

function retryAfter(error: HttpError): string | undefined {
  const header = (error.headers as Record<string, unknown> | undefined)?.['retry-after'];
  return typeof header === 'string' ? header : undefined;
}

function networkText(error: Error & { code?: unknown }): string {
  return typeof error.code === 'string' && error.message === '' ? error.code : error.message;
}

import { createEventParser, type StreamEvent } from './sse.ts';

/** The first waiting time before a new attempt, its limit, and how long silence is believed (the server speaks at least every 15 s). */
export const LIVE_TIMES = { firstDelayMs: 1000, delayMsMax: 30_000, silenceMs: 45_000 };

/** What a live connection needs and whom it tells. */
export interface LiveOptions {
  url: string;
  headers(): Record<string, string>;
  /** The stream is open; missed events may or may not follow. */
  onOpen(): void;
  onEvent(event: StreamEvent): void;
  /** The stream is gone; told again after each attempt that fails. A new attempt follows by itself. */
  onLost(): void;
  /** The server wants a (better) token (401, 403); no attempt follows. */
  onRefused(): void;
  times?: Partial<typeof LIVE_TIMES>;
  random?(): number;
}

/** A live connection under way. */
export interface Live {
  close(): void;
  /** Does not wait any longer for the next attempt. */
  retryNow(): void;
}

/** The waiting time before attempt number `attempt` (from 0): doubling, with half of it left to chance. */
export function backOffMs(attempt: number, firstDelayMs: number, delayMsMax: number, random: number): number {
  const full = Math.min(delayMsMax, firstDelayMs * 2 ** Math.min(attempt, 16));
  return full / 2 + (full / 2) * random;
}

type Ending = 'closed' | 'refused' | 'silent' | 'lost';

/** Opens a server-sent event stream with an `Authorization` header and keeps it open, resuming after the last event. */
export function openLive(options: LiveOptions): Live {
  const times = { ...LIVE_TIMES, ...options.times };
  const closing = new AbortController();
  let lastId = '';
  let attempt = 0;
  let firstDelayMs = times.firstDelayMs;
  let wake: () => void = () => {};

  async function readOnce(): Promise<Ending> {
    const quiet = new AbortController();
    let hasOpened = false;
    let timer = setTimeout(() => quiet.abort(), times.silenceMs);
    const parser = createEventParser(lastId);
    try {
      const headers = {
        Accept: 'text/event-stream',
        ...options.headers(),
        ...(lastId ? { 'Last-Event-ID': lastId } : {}),
      };
      const signal = AbortSignal.any([closing.signal, quiet.signal]);
      const response = await fetch(options.url, { headers, signal, cache: 'no-store' });
      if (response.status === 401 || response.status === 403) return 'refused';
      if (!response.ok || !response.body) return 'lost';
      hasOpened = true;
      options.onOpen();
      for await (const text of textOf(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(() => quiet.abort(), times.silenceMs);
        attempt = 0;
        for (const event of parser.feed(text)) options.onEvent(event);
        lastId = parser.lastId();
        firstDelayMs = parser.retryMs() ?? firstDelayMs;
      }
      return 'lost';
    } catch {
      // Whatever broke the stream (network, abort, rubbish in it), the answer is the same: a new attempt.
      if (closing.signal.aborted) return 'closed';
      return quiet.signal.aborted && hasOpened ? 'silent' : 'lost';
    } finally {
      clearTimeout(timer);
    }
  }

  function pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const ending = await readOnce();
      if (closing.signal.aborted || ending === 'closed') return;
      if (ending === 'refused') return options.onRefused();
      // A silent stream is replaced at once; only if that fails as well is the connection lost.
      if (ending === 'silent') continue;
      options.onLost();
      await pause(backOffMs(attempt, firstDelayMs, times.delayMsMax, (options.random ?? Math.random)()));
      attempt += 1;
    }
  }

  void run();
  return {
    close: () => {
      closing.abort();
      wake();
    },
    retryNow: () => wake(),
  };
}

async function* textOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  // Not `for await` over the body: Safari's streams are not iterable.
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

import { type LoadClient, Publisher } from './mqtt-publisher.ts';

/** What a load run saw. `latencyMs` is a sample of the times from publish to PUBACK. */
export interface LoadResult {
  acked: number;
  elapsedMs: number;
  perSecond: number;
  latencyMs: number[];
}

/** One of so many acknowledgements is timed when there are many. */
const SAMPLED = 50;
/** How long the last acknowledgements of a steady load are waited for. */
const LAST_ACKS_MS = 500;

async function openAll(clients: readonly LoadClient[], port: number): Promise<Publisher[]> {
  const publishers: Publisher[] = [];
  for (const [index, client] of clients.entries()) publishers.push(await Publisher.open(client, port, `load-${index}`));
  return publishers;
}

/** Publishes as fast as acknowledgements come, up to `window` messages under way per client, for `ms`. */
export async function flatOut(
  clients: readonly LoadClient[],
  port: number,
  { window, ms, began }: { window: number; ms: number; began(): void },
): Promise<LoadResult> {
  const publishers = await openAll(clients, port);
  const latencyMs: number[] = [];
  let acks = 0;
  let isOver = false;
  began();
  const start = performance.now();
  for (const publisher of publishers) {
    publisher.onLatency = (took) => {
      if (acks++ % SAMPLED === 0) latencyMs.push(took);
    };
    publisher.onAcks = () => {
      if (!isOver && publisher.inFlight <= window / 2) publisher.send(window - publisher.inFlight);
    };
    publisher.send(window);
  }
  await new Promise((resolve) => setTimeout(resolve, ms));
  isOver = true;
  return result(publishers, start, latencyMs);
}

/** Each client publishes one message every `everyMs`, spread evenly, for `ms`. */
export async function steady(
  clients: readonly LoadClient[],
  port: number,
  { everyMs, ms, began }: { everyMs: number; ms: number; began(): void },
): Promise<LoadResult> {
  const publishers = await openAll(clients, port);
  const latencyMs: number[] = [];
  for (const publisher of publishers) publisher.onLatency = (took) => latencyMs.push(took);
  began();
  const start = performance.now();
  let sent = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsed = performance.now() - start;
      const due = Math.floor((elapsed / everyMs) * publishers.length);
      for (; sent < due; sent++) publishers[sent % publishers.length]?.send(1);
      if (elapsed < ms) return;
      clearInterval(timer);
      setTimeout(resolve, LAST_ACKS_MS);
    }, 1);
  });
  return result(publishers, start, latencyMs);
}

function result(publishers: readonly Publisher[], start: number, latencyMs: number[]): LoadResult {
  const elapsedMs = performance.now() - start;
  const acked = publishers.reduce((sum, publisher) => sum + publisher.acked, 0);
  for (const publisher of publishers) publisher.close();
  return { acked, elapsedMs, perSecond: (acked / elapsedMs) * 1000, latencyMs };
}

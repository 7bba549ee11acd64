import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { backOffMs, type Live, openLive } from './live.ts';

const BACK_OFFS = [
  [0, 0, 500],
  [0, 1, 1000],
  [1, 0, 1000],
  [3, 0.5, 6000],
  [5, 1, 30_000],
  [1000, 0, 15_000],
] as const;

it('has waiting times', () => expect(BACK_OFFS.length).toBeGreaterThan(0));
it.each(BACK_OFFS)('backOffMs() before attempt %d with chance %d is %d ms', (attempt, random, ms) => {
  expect(backOffMs(attempt, 1000, 30_000, random)).toBe(ms);
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server | undefined;
let live: Live | undefined;
const seen: string[] = [];

afterEach(async () => {
  live?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
  seen.length = 0;
});

/** Opens a live connection to a server that answers each request with the next handler, the last one for ever. */
async function open(
  handlers: Handler[],
  times = { firstDelayMs: 1, delayMsMax: 5, silenceMs: 20_000 },
): Promise<IncomingMessage[]> {
  const requests: IncomingMessage[] = [];
  server = createServer((request, response) => {
    requests.push(request);
    handlers[Math.min(requests.length, handlers.length) - 1]?.(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  live = openLive({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    headers: () => ({ Authorization: 'Bearer t' }),
    onOpen: () => seen.push('open'),
    onEvent: (event) => seen.push(`${event.name} ${event.data}`),
    onLost: () => seen.push('lost'),
    onRefused: () => seen.push('refused'),
    times,
  });
  return requests;
}

const stream: (text: string) => Handler = (text) => (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(text);
};
const streamAndBreak: (text: string) => Handler = (text) => (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(text, () => response.destroy());
};
const status: (code: number) => Handler = (code) => (_, response) => void response.writeHead(code).end();

it('openLive() sends the token, gives events, and resumes after the last one when the stream breaks', async () => {
  const requests = await open([
    streamAndBreak('retry: 1\n\nevent: machine\nid: 7\ndata: é\n\nid: 8\ndata: unfinished'),
    stream('event: machine\nid: 9\ndata: b\n\n'),
  ]);
  await vi.waitFor(() => expect(seen).toEqual(['open', 'machine é', 'lost', 'open', 'machine b']));
  expect(requests.map((request) => request.headers['last-event-id'])).toEqual([undefined, '7']);
  expect(requests.map((request) => request.headers.authorization)).toEqual(['Bearer t', 'Bearer t']);
});

it('openLive() tries again until the server is well', async () => {
  await open([status(503), status(500), stream(': live\n\n')]);
  await vi.waitFor(() => expect(seen).toEqual(['lost', 'lost', 'open']));
});

it.each([401, 403])('openLive() stops at %d: a new attempt would be refused as well', async (code) => {
  const requests = await open([status(code)]);
  await vi.waitFor(() => expect(seen).toEqual(['refused']));
  expect(requests).toHaveLength(1);
});

it('openLive() replaces a stream that says nothing, without calling it lost', async () => {
  const requests = await open([stream(': live\n\n')], { firstDelayMs: 1, delayMsMax: 5, silenceMs: 100 });
  await vi.waitFor(() => expect(requests.length).toBeGreaterThan(1), { timeout: 5000 });
  expect(seen).not.toContain('lost');
});

it('openLive() calls a server lost that takes the connection and never answers', async () => {
  await open([() => {}], { firstDelayMs: 1, delayMsMax: 5, silenceMs: 100 });
  await vi.waitFor(() => expect(seen.slice(0, 2)).toEqual(['lost', 'lost']), { timeout: 5000 });
});

it('openLive() waits no longer when it is told to try now, and is silent once closed', async () => {
  const requests = await open([status(503)], { firstDelayMs: 600_000, delayMsMax: 600_000, silenceMs: 20_000 });
  await vi.waitFor(() => expect(seen).toEqual(['lost']));
  live?.retryNow();
  await vi.waitFor(() => expect(seen).toEqual(['lost', 'lost']));
  live?.close();
  live?.retryNow();
  expect(requests).toHaveLength(2);
});

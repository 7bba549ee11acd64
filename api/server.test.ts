import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ALL_READS, apiFixture } from '../test/api-fixture.ts';
import { type ApiServer, createApiServer } from './server.ts';

const servers: ApiServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close(0);
});

function serverOf(house: ReturnType<typeof apiFixture>): ApiServer {
  const server = createApiServer(house);
  servers.push(server);
  return server;
}

it('answers over HTTP, gives its upgrades to others, and ends live streams when it closes', async () => {
  const house = apiFixture({ anonymousMay: ALL_READS });
  const server = serverOf(house);
  const port = await server.listen(0, '127.0.0.1');
  expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()).toEqual({ status: 'ok' });

  const upgraded = new Promise<string | undefined>((resolve) => {
    server.http.on('upgrade', (request, socket) => {
      resolve(request.url);
      socket.destroy();
    });
  });
  const socket = connect(port, '127.0.0.1', () => {
    socket.write('GET /mqtt HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  });
  expect(await upgraded).toBe('/mqtt');
  socket.destroy();

  const live = await fetch(`http://127.0.0.1:${port}/api/v1/live`);
  const reader = live.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('laser-9')) {
    const { value, done } = await reader.read();
    expect(done).toBe(false);
    text += value;
  }
  const closed = server.close(5000);
  for (;;) if ((await reader.read()).done) break;
  await closed;
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
});

it('a reader that goes leaves its stream', async () => {
  const house = apiFixture({
    anonymousMay: ALL_READS,
    live: { readers: 1, readerBytes: 65_536, gatherMs: 1, heartbeatMs: 5, stuckHeartbeats: 4 },
  });
  const server = serverOf(house);
  const port = await server.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}/api/v1/live`;
  const going = new AbortController();
  const first = await fetch(url, { signal: going.signal });
  expect(first.status).toBe(200);
  expect((await fetch(url)).status).toBe(429);
  going.abort();
  await expect
    .poll(async () => {
      const next = await fetch(url);
      await next.body?.cancel();
      return next.status;
    })
    .toBe(200);
});

it('says that a port is in use', async () => {
  const one = serverOf(apiFixture());
  const port = await one.listen(0, '127.0.0.1');
  const other = serverOf(apiFixture());
  await expect(other.listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

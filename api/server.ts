import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { ApiApp } from './app.ts';

/** How long a request may take to arrive whole; a slow reader of an answer is not bounded by it. */
const REQUEST_MS_MAX = 60_000;
const HEADERS_MS_MAX = 15_000;
const CONNECTIONS_MAX = 2000;
const IDLE_SWEEP_MS = 50;

/** The HTTP server of an application. `http` is the bare server, so that the broker can take upgrades to WebSocket. */
export interface ApiServer {
  http: Server;
  /** Listens; resolves with the port, rejects when it is in use. Port 0 chooses a free one. */
  listen(port: number, host: string): Promise<number>;
  /** Takes no more requests, ends the live streams, waits for answers under way for at most `patienceMs`. */
  close(patienceMs: number): Promise<void>;
}

/** Puts an application behind a server of Node. */
export function createApiServer({ app, close: closeApp }: ApiApp): ApiServer {
  const http = createServer(
    { requestTimeout: REQUEST_MS_MAX, headersTimeout: HEADERS_MS_MAX },
    getRequestListener(app.fetch),
  );
  http.maxConnections = CONNECTIONS_MAX;
  return {
    http,
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        http.once('error', reject);
        http.listen(port, host, () => {
          http.off('error', reject);
          const address = http.address();
          resolve(typeof address === 'object' && address ? address.port : port);
        });
      }),
    close: (patienceMs) =>
      new Promise((resolve) => {
        closeApp();
        const timer = setTimeout(() => http.closeAllConnections(), patienceMs);
        // A connection that was busy when the server closed stays open when it becomes idle.
        const sweep = setInterval(() => http.closeIdleConnections(), IDLE_SWEEP_MS);
        http.close(() => {
          clearTimeout(timer);
          clearInterval(sweep);
          resolve();
        });
      }),
  };
}

/** The other side of the page's contract: serves a built page and its API from fixture data on loopback. */
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Labs, Machine } from '../../dashboards/web/contract.ts';
import { usageRows } from './floor-fixture.ts';

/** What the server holds; a test changes it as it likes. */
export interface FloorData {
  labs: Labs;
  machines: readonly Machine[];
  /** Requests without this token get 401; null lets everyone read. */
  token: string | null;
  /** The key that a set-up link must carry. */
  setupKey: string | null;
}

/** A server with a floor, and what was asked of it. */
export class FloorServer {
  readonly data: FloorData;
  readonly asked: string[] = [];
  /** What set-up requests sent as `Authorization`: a token of an earlier start would be refused. */
  readonly setupTokens: (string | undefined)[] = [];
  readonly resumedFrom: (string | undefined)[] = [];
  readonly #folder: string;
  readonly #readers = new Set<(machine: Machine) => void>();
  #server: ServerType | undefined;
  #eventId = 100;
  #port = 0;

  constructor(folder: string, data: FloorData) {
    this.#folder = folder;
    this.data = data;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, again on the same port after a stop. */
  async start(): Promise<void> {
    const app = this.#routes();
    const { promise, resolve } = Promise.withResolvers<AddressInfo>();
    this.#server = serve({ fetch: app.fetch, port: this.#port, hostname: '127.0.0.1' }, resolve);
    this.#port = (await promise).port;
  }

  /** Stops listening and cuts every connection, as a box that loses its plug does. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    if ('closeAllConnections' in server) server.closeAllConnections();
    await closed;
    this.#readers.clear();
    this.#server = undefined;
  }

  /** Changes a machine and tells every reader of the live stream. */
  change(id: string, change: Partial<Machine>): void {
    const before = this.data.machines.find((one) => one.id === id);
    if (before === undefined) throw new Error(`The fixture has no machine "${id}".`);
    const after = { ...before, ...change };
    this.data.machines = this.data.machines.map((one) => (one.id === id ? after : one));
    for (const tell of this.#readers) tell(after);
  }

  #routes(): Hono {
    const app = new Hono();
    app.post('/api/v1/setup', async (c) => {
      this.setupTokens.push(c.req.header('authorization'));
      const { key } = await c.req.json<{ key: string }>();
      if (key !== this.data.setupKey) return problem(c, 403, 'This set-up link was used already.');
      this.data.setupKey = null;
      return c.json({ token: this.data.token });
    });
    app.use('/api/v1/*', async (c, next) => {
      this.asked.push(c.req.url.slice(this.url.length));
      const isAllowed = this.data.token === null || c.req.header('authorization') === `Bearer ${this.data.token}`;
      return isAllowed ? next() : problem(c, 401, 'Give an access token.');
    });
    app.get('/api/v1/labs', (c) => c.json(this.data.labs));
    app.get('/api/v1/machines', (c) => c.json({ machines: this.#machinesOf(c.req.query('lab')) }));
    app.get('/api/v1/usage', (c) => c.json({ rows: usageRows(this.#machinesOf(c.req.query('lab'))) }));
    app.get('/api/v1/live', (c) => this.#stream(c));
    app.get('/setup', serveStatic({ root: this.#folder, rewriteRequestPath: () => '/index.html' }));
    app.use('*', serveStatic({ root: this.#folder }));
    return app;
  }

  #machinesOf(lab: string | undefined): readonly Machine[] {
    return this.data.machines.filter((one) => lab === undefined || one.lab === lab);
  }

  #stream(c: Context): Response {
    this.resumedFrom.push(c.req.header('last-event-id'));
    return streamSSE(c, async (stream) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      stream.onAbort(resolve);
      await stream.write('retry: 200\n: live\n\n');
      this.#readers.add((machine) => {
        this.#eventId += 1;
        void stream.writeSSE({ event: 'machine', id: String(this.#eventId), data: JSON.stringify(machine) });
      });
      await promise;
    });
  }
}

function problem(c: Context, status: 401 | 403, detail: string): Response {
  return c.json({ type: 'about:blank', title: 'Refused', status, detail }, status);
}

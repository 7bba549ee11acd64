import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** How the server answers one write: a status with text and headers, or it never answers. */
export type FakeAnswer = { status: number; text?: string; headers?: Record<string, string> } | 'hang' | 'cut';

/** A write as it came: its lines, and how it was sent. */
export interface FakeWrite {
  path: string;
  authorization: string | undefined;
  isGzip: boolean;
  bytes: number;
  lines: string[];
}

/**
 * A server that takes line protocol and answers as it is told, as 1.x, 2.x and 3.x do for what cannot be provoked in a
 * real one. Lines of writes that it answers with 2xx are stored by their series and instant.
 */
export class FakeInflux {
  readonly #server: Server;
  readonly writes: FakeWrite[] = [];
  readonly stored = new Map<string, string>();
  /** Asked for each write, before anything is stored. */
  answer: (write: FakeWrite) => FakeAnswer = () => ({ status: 204 });

  constructor() {
    this.#server = createServer((request, response) => this.#take(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this.url;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const isGzip = request.headers['content-encoding'] === 'gzip';
      const text = (isGzip ? gunzipSync(body) : body).toString('utf8');
      const { authorization } = request.headers;
      const write = { path: request.url ?? '', authorization, isGzip, bytes: text.length, lines: text.split('\n') };
      this.writes.push(write);
      const answer = this.answer(write);
      if (answer === 'hang') return;
      if (answer === 'cut') {
        request.socket.destroy();
        return;
      }
      if (answer.status < 300) this.store(write.lines);
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.status === 204 ? undefined : JSON.stringify({ error: answer.text ?? 'because' }));
    });
  }

  store(lines: readonly string[]): void {
    for (const line of lines) {
      const [, key, fields, at] = /^((?:\\.|[^ ])+) (.*) (-?\d+)$/.exec(line) ?? [];
      if (key === undefined) throw new Error(`not a line: ${line}`);
      this.stored.set(`${key} ${at}`, fields as string);
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why tests with a real InfluxDB are skipped; undefined: they are not. */
export const NO_INFLUXD =
  spawnSync('influxd', ['version'], { encoding: 'utf8' }).status === 0
    ? undefined
    : 'influxd is not installed (Debian: apt install influxdb)';

/** An address of this machine that no other server has: while one is away, nobody must take its place. */
function ownAddress(): string {
  return ['127', ...Array.from({ length: 3 }, () => randomInt(1, 255))].join('.');
}

async function freePort(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until a condition holds; fails with what it was waiting for. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>, msMax = 30_000): Promise<void> {
  const end = performance.now() + msMax;
  for (;;) {
    if (await isTrue()) return;
    if (performance.now() > end) throw new Error(`waited ${msMax} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A row of an answer: columns, tags and, as `time`, UTC ms. */
export type InfluxRow = Record<string, number | string | boolean | null>;

/** How it is set up. */
export interface InfluxdOptions {
  auth?: boolean;
  /** A line more for the part `[http]` of its settings. */
  http?: string;
  /** Where its data are; absent: a throw-away folder. */
  folder?: string;
}

/** Debian's InfluxDB on an address and in a folder of its own. */
export class Influxd {
  readonly #options: InfluxdOptions;
  readonly #folder: string;
  #process: ChildProcess | undefined;
  readonly #address = ownAddress();
  #port = 0;
  database = 'fabmeter';
  user = 'admin';
  password = 'a-long-password';

  private constructor(options: InfluxdOptions) {
    this.#options = options;
    this.#folder = options.folder ?? mkdtempSync(join(tmpdir(), 'fabmeter-influxd-'));
  }

  static async start(options: InfluxdOptions = {}): Promise<Influxd> {
    const influxd = new Influxd(options);
    // Whoever ends what started it ends it too.
    process.once('exit', () => influxd.#process?.kill('SIGKILL'));
    influxd.#port = await freePort(influxd.#address);
    influxd.#configure();
    await influxd.run();
    if (options.auth)
      await influxd.query(`CREATE USER ${influxd.user} WITH PASSWORD '${influxd.password}' WITH ALL PRIVILEGES`);
    await influxd.query(`CREATE DATABASE ${influxd.database}`);
    return influxd;
  }

  #configure(): void {
    const dir = (name: string) => JSON.stringify(join(this.#folder, name));
    const config = `reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = ${dir('meta')}
[data]
dir = ${dir('data')}
wal-dir = ${dir('wal')}
query-log-enabled = false
[http]
bind-address = "${this.#address}:${this.#port}"
auth-enabled = ${this.#options.auth ?? false}
${this.#options.http ?? ''}
log-enabled = false
[monitor]
store-enabled = false
[subscriber]
enabled = false
[logging]
level = "error"
`;
    writeFileSync(join(this.#folder, 'influxd.conf'), config);
  }

  get url(): string {
    return `http://${this.#address}:${this.#port}`;
  }

  /** Of the process that runs now. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Starts the process (again). */
  async run(): Promise<void> {
    this.#process = spawn('influxd', ['-config', join(this.#folder, 'influxd.conf')], { stdio: 'ignore' });
    await until('influxd answers', async () => {
      const answer = await fetch(`${this.url}/ping`).catch(() => undefined);
      return answer?.status === 204;
    });
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    const { exited } = this.#end('SIGKILL');
    await exited;
  }

  /** It takes connections and does not answer. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** It goes on. */
  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  #end(signal: NodeJS.Signals): { exited: Promise<void> } {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return { exited: Promise.resolve() };
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    return { exited };
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Runs InfluxQL; all rows of all series, one after the other. */
  async query(q: string): Promise<InfluxRow[]> {
    const url = `${this.url}/query?db=${this.database}&epoch=ms&q=${encodeURIComponent(q)}`;
    const headers = { authorization: `Basic ${Buffer.from(`${this.user}:${this.password}`).toString('base64')}` };
    const answer = await fetch(url, { method: 'POST', headers });
    const body = (await answer.json()) as {
      error?: string;
      results?: {
        error?: string;
        series?: { columns: string[]; tags?: Record<string, string>; values: unknown[][] }[];
      }[];
    };
    const error = body.error ?? body.results?.find((result) => result.error)?.error;
    if (error !== undefined) throw new Error(`${q}: ${error}`);
    return (body.results ?? []).flatMap((result) =>
      (result.series ?? []).flatMap(({ columns, tags, values }) =>
        values.map(
          (row) => ({ ...tags, ...Object.fromEntries(columns.map((name, index) => [name, row[index]])) }) as InfluxRow,
        ),
      ),
    );
  }

  /** The first number of the first row; 0 when there is none. */
  async number(q: string): Promise<number> {
    const [row] = await this.query(q);
    const [, value] = Object.entries(row ?? {}).filter(([name]) => name !== 'time')[0] ?? [];
    return typeof value === 'number' ? value : 0;
  }
}

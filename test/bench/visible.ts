import type { BenchHouse } from './bench-house.ts';
import { benchClients } from './bench-registry.ts';
import { Publisher } from './mqtt-publisher.ts';

/** How long a changed value took to be seen, and how long a request took, in ms. */
export interface Seen {
  apiMs: number[];
  liveMs: number[];
}

const POLL_MS = 3;
const PAUSE_MS = 40;
const GIVE_UP_MS = 5000;

/** Publishes changed values of one machine for `ms` and looks for each in the API and in the live stream. */
export async function watchOne(house: BenchHouse, connector: number, ms: number): Promise<Seen> {
  let watts = 1000;
  const [client] = benchClients(connector + 1).slice(connector);
  if (!client) throw new RangeError('There is no such connector');
  const publisher = await Publisher.open({ ...client, payload: () => `{"w":${watts}}` }, house.mqttPort, 'watched');
  const live = await LiveStream.open(house, `machine-${connector}`);
  const seen: Seen = { apiMs: [], liveMs: [] };
  const end = performance.now() + ms;
  while (performance.now() < end) {
    watts += 1;
    const sentAt = performance.now();
    publisher.send(1);
    const inStream = live.untilWatts(watts);
    seen.apiMs.push(await untilInApi(house, connector, watts, sentAt));
    seen.liveMs.push((await inStream) - sentAt);
    await pause(PAUSE_MS + Math.random() * PAUSE_MS);
  }
  live.close();
  publisher.close();
  return seen;
}

async function untilInApi(house: BenchHouse, connector: number, watts: number, sentAt: number): Promise<number> {
  for (;;) {
    const answer = await house.get(`/api/v1/machines/machine-${connector}`);
    const machine = (await answer.json()) as { watts: number | null };
    const took = performance.now() - sentAt;
    if (machine.watts === watts || took > GIVE_UP_MS) return took;
    await pause(POLL_MS);
  }
}

/** Asks for the same again and again for `ms`; tells how long each answer took. */
export async function timeRequests(
  house: BenchHouse,
  pathname: string,
  ms: number,
  everyMs: number,
): Promise<number[]> {
  const took: number[] = [];
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const began = performance.now();
    const answer = await house.get(pathname);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${pathname} answered ${answer.status}`);
    took.push(performance.now() - began);
    await pause(everyMs);
  }
  return took;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The stream of changes, read for one machine. */
class LiveStream {
  readonly #machine: string;
  readonly #abort: AbortController;
  #watts: number | null = null;
  #waiting: { watts: number; seen(at: number): void } | undefined;

  private constructor(machine: string, abort: AbortController) {
    this.#machine = machine;
    this.#abort = abort;
  }

  static async open(house: BenchHouse, machine: string): Promise<LiveStream> {
    const abort = new AbortController();
    const answer = await house.get('/api/v1/live', abort.signal);
    const stream = new LiveStream(machine, abort);
    stream.#read(answer.body as ReadableStream<Uint8Array<ArrayBuffer>>).catch(() => undefined);
    return stream;
  }

  async #read(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith(`data: {"id":"${this.#machine}"`)) this.#take(line);
    }
  }

  #take(line: string): void {
    this.#watts = (JSON.parse(line.slice('data: '.length)) as { watts: number | null }).watts;
    if (this.#watts !== this.#waiting?.watts) return;
    this.#waiting?.seen(performance.now());
    this.#waiting = undefined;
  }

  /** When this value was told. */
  untilWatts(watts: number): Promise<number> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(performance.now()), GIVE_UP_MS);
      this.#waiting = {
        watts,
        seen: (at) => {
          clearTimeout(late);
          resolve(at);
        },
      };
    });
  }

  close(): void {
    this.#abort.abort();
  }
}

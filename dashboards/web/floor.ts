import type { Answer, Client } from './client.ts';
import type { Machine } from './contract.ts';
import { emptyFloor, type FloorAction, type FloorState, reduceFloor } from './floor-state.ts';
import { type LIVE_TIMES, type Live, openLive } from './live.ts';
import { todayByMachine, usageQueries } from './today.ts';

/** How often everything is asked for anew, how long after a machine's change today's hours are, and how often a floor without machines looks for its first. */
export const FLOOR_TIMES = { everyMs: 60_000, afterChangeMs: 2000, whileEmptyMs: 5000 };

/** What a floor needs and whom it tells. */
export interface FloorOptions {
  client: Client;
  /** Null for all labs. */
  lab: string | null;
  onState(state: FloorState): void;
  /** The server wants a (better) token. The floor has stopped. */
  onSignIn(): void;
  now(): number;
  times?: Partial<typeof LIVE_TIMES & typeof FLOOR_TIMES>;
}

/**
 * Keeps the state of a floor: the live stream first, then the list, so that no change falls between them, then today's
 * hours. Runs from `start` to `stop`.
 */
export class Floor {
  readonly #options: FloorOptions;
  readonly #times: typeof FLOOR_TIMES;
  #state: FloorState;
  #live: Live | undefined;
  #everyMinute: ReturnType<typeof setInterval> | undefined;
  #afterChange: ReturnType<typeof setTimeout> | undefined;
  #whileEmpty: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;
  #isLoading = false;
  #loadAgain = false;

  constructor(options: FloorOptions) {
    this.#options = options;
    this.#times = { ...FLOOR_TIMES, ...options.times };
    this.#state = emptyFloor(options.lab);
  }

  start(): void {
    const { client, now, times } = this.#options;
    this.#everyMinute = setInterval(() => void this.#load(), this.#times.everyMs);
    this.#live = openLive({
      url: client.liveUrl,
      headers: client.headers,
      onOpen: () => {
        this.#act({ kind: 'live' });
        void this.#load();
      },
      onEvent: (event) => {
        if (event.name === 'machine') this.#takeMachine(JSON.parse(event.data) as Machine);
      },
      onLost: () => {
        this.#act({ kind: 'lost', now: now() });
        if (this.#state.machines === null) void this.#load();
      },
      onRefused: () => this.#signIn(),
      ...(times ? { times } : {}),
    });
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#everyMinute);
    clearTimeout(this.#afterChange);
    clearTimeout(this.#whileEmpty);
    this.#live?.close();
  }

  /** The page is looked at again: reconnects at once when the stream is lost, and asks for everything anew. */
  refresh(): void {
    this.#live?.retryNow();
    void this.#load();
  }

  #act(action: FloorAction): void {
    if (this.#isStopped) return;
    this.#state = reduceFloor(this.#state, action);
    this.#options.onState(this.#state);
  }

  #signIn(): void {
    if (this.#isStopped) return;
    this.stop();
    this.#options.onSignIn();
  }

  /** One list at a time: an older answer must not overtake a newer one. */
  async #load(): Promise<void> {
    this.#loadAgain = this.#isLoading;
    if (this.#isLoading || this.#isStopped) return;
    this.#isLoading = true;
    this.#act({ kind: 'list-asked' });
    const { client, lab } = this.#options;
    const [labs, machines] = await Promise.all([client.labs(), client.machines(lab)]);
    this.#isLoading = false;
    if (this.#isStopped) return;
    if (wantsToken(labs) || wantsToken(machines)) return this.#signIn();
    if (labs.kind === 'ok') this.#act({ kind: 'labs', labs: labs.value });
    if (machines.kind === 'ok') this.#act({ kind: 'list', machines: machines.value });
    else this.#act({ kind: 'list-failed', sentence: machines.kind === 'refused' ? machines.sentence : null });
    if (this.#state.machines?.length === 0) this.#lookAgainSoon();
    await (this.#loadAgain ? this.#load() : this.#loadToday());
  }

  #lookAgainSoon(): void {
    clearTimeout(this.#whileEmpty);
    this.#whileEmpty = setTimeout(() => void this.#load(), this.#times.whileEmptyMs);
  }

  async #loadToday(): Promise<void> {
    const now = this.#options.now();
    const queries = usageQueries(this.#state.labs, this.#options.lab, now);
    if (queries.length === 0 || this.#isStopped) return;
    const answer = await this.#options.client.usage(queries);
    // Without an answer the hours shown stay: they were true a minute ago, and the next minute asks again.
    if (answer.kind === 'ok') this.#act({ kind: 'today', today: todayByMachine(answer.value) });
  }

  #takeMachine(machine: Machine): void {
    const known = this.#state.machines;
    this.#act({ kind: 'machine', machine, now: this.#options.now() });
    // The list under way is followed by today's hours anyway.
    if (known === null || this.#afterChange !== undefined) return;
    if (known.find((one) => one.id === machine.id)?.activity === machine.activity) return;
    this.#afterChange = setTimeout(() => {
      this.#afterChange = undefined;
      void this.#loadToday();
    }, this.#times.afterChangeMs);
  }
}

function wantsToken(answer: Answer<unknown>): boolean {
  return answer.kind === 'refused' && (answer.status === 401 || answer.status === 403);
}

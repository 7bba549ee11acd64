import type { Activity, ActivityInterval, Service, ServiceInterval, Session } from './layers.ts';
import type { OpeningInterval } from './opening.ts';
import { bridgedIn } from './rollup.ts';

/** The layers of one machine over some time, each sorted by start, without overlaps. */
export interface StretchLayers {
  activity: readonly ActivityInterval[];
  service: readonly ServiceInterval[];
  sessions: readonly Session[];
  /** Null when the lab declares no hours. */
  opening: readonly OpeningInterval[] | null;
}

/** Time `[start, end)` (UTC ms) in which no layer of a machine changes. */
export interface Stretch {
  start: number;
  end: number;
  activity: Activity;
  source: ActivityInterval['source'];
  /** Part of `running` that was a short hole. */
  bridgedMs: number;
  service: Service;
  /** Null when the lab declares no hours. */
  opening: 'closed' | OpeningInterval['state'] | null;
  session: Session | null;
}

/**
 * Cuts `[from, to)` wherever a layer changes: every amount of time of a usage row is the sum of some of the stretches.
 * Where nothing is known of the activity it is `unknown`; where nothing was declared the machine is `up`.
 */
export function stretchesOf(layers: StretchLayers, from: number, to: number): Stretch[] {
  const [activity, service] = [new Walk(layers.activity), new Walk(layers.service)];
  const [sessions, opening] = [new Walk(layers.sessions), new Walk(layers.opening ?? [])];
  const walks = [activity, service, sessions, opening];
  const stretches: Stretch[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min(to, ...walks.map((walk) => walk.changeAfter(start)));
    const doing = activity.current;
    stretches.push({
      start,
      end,
      activity: doing?.activity ?? 'unknown',
      source: doing?.source ?? 'none',
      bridgedMs: doing ? bridgedIn(doing, start, end) : 0,
      service: service.current?.state ?? 'up',
      opening: layers.opening && (opening.current?.state ?? 'closed'),
      session: sessions.current,
    });
    start = end;
  }
  return stretches;
}

/** Goes along a layer once. */
class Walk<T extends { start: number; end: number | null }> {
  readonly #layer: readonly T[];
  #index = 0;
  /** What holds at the instant that `changeAfter` was asked for. */
  current: T | null = null;

  constructor(layer: readonly T[]) {
    this.#layer = layer;
  }

  /** The first instant after `at` at which the layer changes; ask in order of time. */
  changeAfter(at: number): number {
    while (this.#index < this.#layer.length && endOf(this.#layer[this.#index] as T) <= at) this.#index += 1;
    const next = this.#layer[this.#index];
    this.current = next && next.start <= at ? next : null;
    if (!next) return Number.POSITIVE_INFINITY;
    return this.current ? endOf(next) : next.start;
  }
}

function endOf({ end }: { end: number | null }): number {
  return end ?? Number.POSITIVE_INFINITY;
}

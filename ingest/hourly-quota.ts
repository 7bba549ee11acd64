import { HOUR_MS } from '../domain/time.ts';

/** Lets each name have so much an hour, so that one that floods fills no disk. */
export class HourlyQuota {
  readonly #perHour: number;
  readonly #taken = new Map<string, { hour: number; n: number }>();

  constructor(perHour: number) {
    this.#perHour = perHour;
  }

  /** Takes one at `at` (UTC ms); false when the hour's share is used up. */
  take(name: string, at: number): boolean {
    const hour = Math.floor(at / HOUR_MS);
    const taken = this.#taken.get(name);
    const n = taken?.hour === hour ? taken.n + 1 : 1;
    this.#taken.set(name, { hour, n });
    return n <= this.#perHour;
  }
}

import { setTimeout as wait } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** Looks again and again until a condition holds; throws with `what` when it does not within `msMax`. A condition that throws does not hold. */
export async function until<T>(what: string, condition: () => T | Promise<T>, msMax = 20_000): Promise<NonNullable<T>> {
  const began = performance.now();
  let last: unknown;
  for (;;) {
    try {
      last = await condition();
      if (last) return last as NonNullable<T>;
    } catch (error) {
      last = error;
    }
    if (performance.now() - began > msMax) {
      throw new Error(`Not within ${msMax} ms: ${what}; last seen: ${String(last)}`);
    }
    await wait(LOOK_EVERY_MS);
  }
}

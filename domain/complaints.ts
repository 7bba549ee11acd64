import type { Complaint } from './failure.ts';

/** How many complaints one answer holds; the rest is counted. */
export const COMPLAINTS_MAX = 50;

/** A place in a document: keys and 0-based indexes from its top. */
export type Place = readonly PropertyKey[];

/** Writes a place as people read it: `machines[2].lab`; the whole document is `document`. */
export function pathText(place: Place): string {
  if (place.length === 0) return 'document';
  return place
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

/** Collects complaints up to the limit and counts those past it. */
export class Complaints {
  readonly #found: Complaint[] = [];
  #count = 0;

  /** `message` is only called when there is room: suggestions cost time. */
  add(place: Place | string, message: string | (() => string)): void {
    this.#count += 1;
    if (this.#found.length >= COMPLAINTS_MAX) return;
    const path = typeof place === 'string' ? place : pathText(place);
    this.#found.push({ path, message: typeof message === 'string' ? message : message() });
  }

  /** How many there were, past the limit too. */
  get count(): number {
    return this.#count;
  }

  /** The first ones, at most `COMPLAINTS_MAX`. */
  get list(): Complaint[] {
    return [...this.#found];
  }
}

import { scrubText } from './badge-scrub.ts';
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

/** Indexes stay as they are. */
function scrubPath(path: string): string {
  return path.replaceAll(/[^[\].]+/g, (step) =>
    /^\d+$/.test(step) && path.includes(`[${step}]`) ? step : scrubText(step),
  );
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
    const text = typeof message === 'string' ? message : message();
    // Among members every wrong key or value may be a badge number in the wrong place.
    const isPersonal = path.startsWith('members');
    this.#found.push(isPersonal ? { path: scrubPath(path), message: scrubText(text) } : { path, message: text });
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

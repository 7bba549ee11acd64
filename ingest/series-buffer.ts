import type { SeriesReading } from '../domain/ports.ts';
import type { LedgerWriter } from '../domain/ports-ledger.ts';

/** Readings that wait in memory for one series at most; then their block is written and a new one begins. */
const BLOCK_READINGS_MAX = 512;

/** Two readings of one millisecond become one: the largest value of each counts (`usage-model.md` §2.1). */
function mergeReading(a: SeriesReading, b: SeriesReading): SeriesReading {
  return { at: a.at, w: largest(a.w, b.w), wh: largest(a.wh, b.wh) };
}

function largest(a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) || a >= b ? a : b;
}

function isSame(a: SeriesReading, b: SeriesReading): boolean {
  return Object.is(a.w, b.w) && Object.is(a.wh, b.wh);
}

/** The newest block of one series' readings, and the way of late ones into older blocks. */
export class SeriesBuffer {
  readonly #series: string;
  readonly #ledger: LedgerWriter;
  #block: SeriesReading[] = [];
  #lastAt = Number.NEGATIVE_INFINITY;
  #isDirty = false;
  #isLoaded = false;

  constructor(series: string, ledger: LedgerWriter) {
    this.#series = series;
    this.#ledger = ledger;
  }

  /** Adds readings in ascending order of time; tells the earliest instant at which something changed, or null. */
  async add(readings: readonly SeriesReading[]): Promise<number | null> {
    if (!this.#isLoaded) await this.#load();
    let changedFrom: number | null = null;
    const late: SeriesReading[] = [];
    for (const reading of readings) {
      const last = this.#block.at(-1);
      if (reading.at > this.#lastAt) {
        this.#block.push(reading);
        this.#lastAt = reading.at;
      } else if (last === undefined || reading.at < last.at) {
        late.push(reading);
        continue;
      } else {
        const merged = mergeReading(last, reading);
        if (isSame(merged, last)) continue;
        this.#block[this.#block.length - 1] = merged;
      }
      this.#isDirty = true;
      changedFrom = Math.min(changedFrom ?? reading.at, reading.at);
      if (this.#block.length >= BLOCK_READINGS_MAX) await this.#turn();
    }
    const lateFrom = late.length > 0 ? await this.#addLate(late) : null;
    return lateFrom === null ? changedFrom : Math.min(lateFrom, changedFrom ?? lateFrom);
  }

  /** Writes the newest block to the ledger. */
  async flush(): Promise<void> {
    const first = this.#block[0];
    const last = this.#block.at(-1);
    if (!this.#isDirty || !first || !last) return;
    await this.#ledger.replaceReadings(this.#series, first.at, last.at + 1, this.#block);
    this.#isDirty = false;
  }

  async #turn(): Promise<void> {
    await this.flush();
    this.#block = [];
  }

  async #load(): Promise<void> {
    this.#isLoaded = true;
    const newest = await this.#ledger.newestBlock(this.#series);
    this.#lastAt = newest.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    this.#block = newest.length >= BLOCK_READINGS_MAX ? [] : newest;
  }

  async #addLate(late: readonly SeriesReading[]): Promise<number | null> {
    await this.flush();
    const from = (late[0] as SeriesReading).at;
    const to = (late.at(-1) as SeriesReading).at + 1;
    const present = new Map(
      (await this.#ledger.readings(this.#series, from, to)).map((reading) => [reading.at, reading]),
    );
    let changedFrom: number | null = null;
    for (const reading of late) {
      const there = present.get(reading.at);
      const merged = there ? mergeReading(there, reading) : reading;
      if (there && isSame(there, merged)) continue;
      present.set(reading.at, merged);
      changedFrom ??= reading.at;
    }
    if (changedFrom === null) return null;
    const merged = [...present.values()].sort((a, b) => a.at - b.at);
    await this.#ledger.replaceReadings(this.#series, from, to, merged);
    this.#isLoaded = false;
    await this.#load();
    return changedFrom;
  }
}

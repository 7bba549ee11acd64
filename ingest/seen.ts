/** How many stretches of numbers one boot may have; then the oldest is forgotten, and a repeat out of it would count again. */
const RANGES_MAX = 1000;
/** How many boots of one connector are remembered; the one unused for longest goes first. */
const BOOTS_MAX = 8;

/**
 * Which numbers of one boot were stored: ascending, disjoint stretches as flat pairs `[first, last, …]`.
 * Numbers usually come in order, so the newest stretch grows and nothing is searched.
 */
export class SeqRanges {
  readonly pairs: number[];

  constructor(pairs: number[] = []) {
    this.pairs = pairs;
  }

  has(seq: number): boolean {
    const at = this.#find(seq);
    return at >= 0 && seq <= (this.pairs[at + 1] as number);
  }

  /** Adds a number; false when it was there already. */
  add(seq: number): boolean {
    const { pairs } = this;
    const at = this.#find(seq);
    if (at >= 0 && seq <= (pairs[at + 1] as number)) return false;
    const isAfterPrevious = at >= 0 && (pairs[at + 1] as number) === seq - 1;
    const isBeforeNext = at + 2 < pairs.length && (pairs[at + 2] as number) === seq + 1;
    if (isAfterPrevious && isBeforeNext) pairs.splice(at + 1, 2);
    else if (isAfterPrevious) pairs[at + 1] = seq;
    else if (isBeforeNext) pairs[at + 2] = seq;
    else pairs.splice(at + 2, 0, seq, seq);
    if (pairs.length > RANGES_MAX * 2) pairs.splice(0, 2);
    return true;
  }

  /** Index of the newest stretch that begins at or before `seq`; -2 when there is none. */
  #find(seq: number): number {
    const { pairs } = this;
    let low = 0;
    let high = pairs.length / 2 - 1;
    if (high >= 0 && (pairs[high * 2] as number) <= seq) return high * 2;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if ((pairs[middle * 2] as number) <= seq) low = middle + 1;
      else high = middle - 1;
    }
    return high * 2;
  }
}

/** The numbers of one connector that are stored, by boot. */
export class SeenNumbers {
  /** Absent while nothing is known: most firmware does not number what it sends. */
  #boots: Map<string, SeqRanges> | undefined;
  #touched: Set<string> | undefined;

  /** Takes over what was stored earlier. */
  load(boot: string, ranges: number[]): void {
    this.#boots ??= new Map();
    this.#boots.set(boot, new SeqRanges([...ranges]));
  }

  /** Notes a number; false when it was stored already (a repeat). */
  add(boot: string, seq: number): boolean {
    this.#boots ??= new Map();
    const boots = this.#boots;
    let ranges = boots.get(boot);
    if (!ranges) {
      ranges = new SeqRanges();
      boots.set(boot, ranges);
      if (boots.size > BOOTS_MAX) boots.delete(boots.keys().next().value as string);
    }
    const isNew = ranges.add(seq);
    if (isNew && !this.#touched?.has(boot)) {
      this.#touched ??= new Set();
      this.#touched.add(boot);
      // The map's order is that of use.
      boots.delete(boot);
      boots.set(boot, ranges);
    }
    return isNew;
  }

  /** What changed since the last call, to be stored with the batch. */
  takeTouched(): { boot: string; ranges: number[] }[] {
    if (!this.#touched) return [];
    const touched = [...this.#touched].flatMap((boot) => {
      const ranges = this.#boots?.get(boot);
      return ranges ? [{ boot, ranges: [...ranges.pairs] }] : [];
    });
    this.#touched = undefined;
    return touched;
  }
}

/** How many packets of one connector are remembered at first; the memory grows with what a connector has under way. */
export const PACKETS_REMEMBERED = 128;
/** How many at most. */
export const PACKETS_REMEMBERED_MAX = 4096;
/** A connector that has so large a share of the memory in one batch gets more memory. */
const CROWDED = 1 / 4;

/**
 * The last packets of one connector, by packet identifier: a DUP of one of them is a repeat.
 *
 * After a crash a connector sends again all that was not acknowledged, and that may be as much as it had in the last
 * batches; so whoever fills batches is remembered for longer.
 */
export class RecentPackets {
  #capacity = PACKETS_REMEMBERED;
  /** A packet identifier and a fingerprint for each slot; most connectors never send what asks for it. */
  #slots: Uint32Array | undefined;
  #batch: unknown;
  #inBatch = 0;

  /** Remembers a packet that goes into `batch` (any object that stands for it). */
  remember(messageId: number, crc: number, batch: unknown): void {
    if (batch !== this.#batch) {
      this.#batch = batch;
      this.#inBatch = 0;
    }
    this.#inBatch += 1;
    if (this.#inBatch > this.#capacity * CROWDED) this.makeRoom(this.#capacity * 2);
    this.#slots ??= new Uint32Array(this.#capacity * 2);
    const slot = (messageId % this.#capacity) * 2;
    this.#slots[slot] = messageId;
    this.#slots[slot + 1] = crc;
  }

  has(messageId: number, crc: number): boolean {
    const slot = (messageId % this.#capacity) * 2;
    return this.#slots?.[slot] === messageId && this.#slots[slot + 1] === crc;
  }

  /** Sees to it that so many packets are remembered, as far as the limit allows. */
  makeRoom(packets: number): void {
    const before = this.#slots;
    let capacity = this.#capacity;
    while (capacity < packets && capacity < PACKETS_REMEMBERED_MAX) capacity *= 2;
    if (capacity === this.#capacity) return;
    this.#capacity = capacity;
    if (!before) return;
    this.#slots = new Uint32Array(capacity * 2);
    for (let slot = 0; slot < before.length; slot += 2) {
      const id = before[slot] as number;
      if (id > 0) this.#slots.set(before.subarray(slot, slot + 2), (id % capacity) * 2);
    }
  }
}

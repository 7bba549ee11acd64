import type { JournalStore } from '../../domain/ports-journal.ts';
import type { Registry } from '../../domain/registry.ts';
import type { SeriesPoint } from '../../domain/series-points.ts';
import { BatchReader } from '../batch-reader.ts';
import type { Delivery } from './delivery.ts';
import { pointOf } from './journal-points.ts';
import { SeriesKeys } from './series-keys.ts';

/** Bodies that may be under way at once: while one is being stored the next is made. */
const UNDER_WAY_MAX = 2;

/** Exports power and presence of connectors straight from the journal. */
export class JournalDesk {
  readonly #journal: JournalStore;
  readonly #delivery: Delivery;
  readonly #limits: { bodyPoints: number; readBytes: number };
  readonly #batches: BatchReader;
  readonly #rest: () => Promise<void>;
  #keys = new SeriesKeys({ labs: [], machines: [], connectors: [] });

  constructor(deps: {
    journal: JournalStore;
    delivery: Delivery;
    limits: { bodyPoints: number; readBytes: number };
    /** Awaited after each body is sent. */
    rest: () => Promise<void>;
  }) {
    this.#rest = deps.rest;
    this.#journal = deps.journal;
    this.#delivery = deps.delivery;
    this.#limits = deps.limits;
    this.#batches = new BatchReader(deps.journal);
  }

  setRegistry(registry: Pick<Registry, 'labs' | 'machines' | 'connectors'>): void {
    this.#keys = new SeriesKeys(registry);
  }

  /** The `seq` of a batch's last event; undefined when the journal never had such a batch: it is another, or lost its end. */
  async seqOf(batch: number): Promise<number | undefined> {
    if (batch === 0) return 0;
    const [found] = await this.#journal.batches(batch - 1, 1);
    if (found?.id === batch) return found.firstSeq + found.events - 1;
    const gone = (await this.#journal.pruned()).find((one) => one.firstBatch <= batch && batch <= one.lastBatch);
    return gone && gone.nextSeq - 1;
  }

  /** Sends the next batches after `after`; resolves when all of it is stored. Undefined: there is nothing. */
  async next(after: number): Promise<{ batch: number; seq: number; isFull: boolean } | undefined> {
    const batches = await this.#journal.batches(after, this.#limits.readBytes);
    const last = batches.at(-1);
    if (!last) return undefined;
    const bodies = new BodyPipe(this.#delivery, this.#limits.bodyPoints, this.#rest);
    let bytes = 0;
    for (const batch of batches) {
      bytes += batch.eventBytes.length;
      for (const event of await this.#batches.events(batch)) {
        const point = pointOf(event, this.#keys);
        if (point) await bodies.add(point);
      }
    }
    await bodies.end();
    return { batch: last.id, seq: last.firstSeq + last.events - 1, isFull: bytes >= this.#limits.readBytes };
  }
}

/** Collects points into bodies, a few of which are under way at once. */
export class BodyPipe {
  readonly #delivery: Delivery;
  readonly #bodyPoints: number;
  #body: SeriesPoint[] = [];
  readonly #underWay: Promise<void>[] = [];
  readonly #rest: () => Promise<void>;

  /** `rest` is awaited after each body. */
  constructor(delivery: Delivery, bodyPoints: number, rest: () => Promise<void> = async () => undefined) {
    this.#rest = rest;
    this.#delivery = delivery;
    this.#bodyPoints = bodyPoints;
  }

  async add(point: SeriesPoint): Promise<void> {
    this.#body.push(point);
    if (this.#body.length >= this.#bodyPoints) await this.#send();
  }

  async #send(): Promise<void> {
    if (this.#body.length === 0) return;
    const sent = this.#delivery.deliver(this.#body);
    // Whoever waits for an earlier one must not leave this one's failure unheard.
    sent.catch(() => undefined);
    this.#underWay.push(sent);
    this.#body = [];
    if (this.#underWay.length >= UNDER_WAY_MAX) await this.#underWay.shift();
    await this.#rest();
  }

  /** Resolves when everything is stored. */
  async end(): Promise<void> {
    await this.#send();
    await Promise.all(this.#underWay.splice(0));
  }
}

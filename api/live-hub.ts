import { LiveChanges } from './live-changes.ts';

/** Bounds of the live stream. */
export interface LiveLimits {
  readers: number;
  /** Bytes that wait for a reader before it gets no more. */
  readerBytes: number;
  /** Changes within this time travel together. */
  gatherMs: number;
  heartbeatMs: number;
  /** A reader that takes nothing for this many heartbeats is let go. */
  stuckHeartbeats: number;
}

/** The limits that hold unless a test sets others. */
export const LIVE_LIMITS: LiveLimits = {
  readers: 500,
  readerBytes: 256 * 1024,
  gatherMs: 100,
  heartbeatMs: 15_000,
  stuckHeartbeats: 4,
};

interface Reader {
  controller: ReadableStreamDefaultController<Uint8Array>;
  sent: number;
  /** The reader has room, and there was nothing more for it. */
  isWaiting: boolean;
  stuckFor: number;
  heartbeat: ReturnType<typeof setInterval>;
}

const encoder = new TextEncoder();

/** Sends each reader the newest state of every machine, then each change, as server-sent events. */
export class LiveHub {
  readonly #changes: LiveChanges;
  readonly #text: (machine: string) => string | undefined;
  readonly #limits: LiveLimits;
  readonly #readers = new Set<Reader>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `text` writes a machine's JSON; machines without one are left out. */
  constructor(startedAt: number, text: (machine: string) => string | undefined, limits: LiveLimits = LIVE_LIMITS) {
    this.#changes = new LiveChanges(startedAt);
    this.#text = text;
    this.#limits = limits;
  }

  /** Notes that a machine changed, and soon tells the readers. */
  changed(machine: string): void {
    this.#changes.note(machine);
    if (this.#timer || this.#readers.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      for (const reader of this.#readers) if (reader.isWaiting) this.#feed(reader);
    }, this.#limits.gatherMs);
    this.#timer.unref();
  }

  /** Whether one more reader may come. */
  get hasRoom(): boolean {
    return this.#readers.size < this.#limits.readers;
  }

  /** How many readers there are. */
  get readers(): number {
    return this.#readers.size;
  }

  /** A reader's stream, after the change `lastEventId`; with another id, or none, it begins with all machines. */
  open(lastEventId: string | undefined): ReadableStream<Uint8Array> {
    const sent = /^\d{1,16}$/.test(lastEventId ?? '') ? Number(lastEventId) : 0;
    let reader: Reader;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const heartbeat = setInterval(() => this.#beat(reader), this.#limits.heartbeatMs);
          heartbeat.unref();
          reader = { controller, sent, isWaiting: false, stuckFor: 0, heartbeat };
          this.#readers.add(reader);
          controller.enqueue(encoder.encode('retry: 2000\n: live\n\n'));
        },
        pull: () => this.#feed(reader),
        cancel: () => this.#drop(reader),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: this.#limits.readerBytes }),
    );
  }

  /** Ends all streams. */
  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (const reader of [...this.#readers]) {
      this.#drop(reader);
      reader.controller.close();
    }
  }

  #feed(reader: Reader): void {
    let block = '';
    reader.isWaiting = true;
    reader.stuckFor = 0;
    const room = reader.controller.desiredSize ?? 0;
    for (const { id, machine } of this.#changes.after(reader.sent)) {
      if (block.length >= room) {
        reader.isWaiting = false;
        break;
      }
      reader.sent = id;
      const text = this.#text(machine);
      if (text !== undefined) block += `event: machine\nid: ${id}\ndata: ${text}\n\n`;
    }
    if (block.length > 0) reader.controller.enqueue(encoder.encode(block));
  }

  #beat(reader: Reader): void {
    if ((reader.controller.desiredSize ?? 0) > 0) {
      reader.stuckFor = 0;
      reader.controller.enqueue(encoder.encode(': here\n\n'));
      return;
    }
    reader.stuckFor += 1;
    if (reader.stuckFor < this.#limits.stuckHeartbeats) return;
    this.#drop(reader);
    reader.controller.error(new Error('the reader takes nothing'));
  }

  #drop(reader: Reader): void {
    clearInterval(reader.heartbeat);
    this.#readers.delete(reader);
  }
}

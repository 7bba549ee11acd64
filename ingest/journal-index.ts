import { StorageError } from '../domain/failure.ts';
import type { JournalTail, Route, SeenRow } from '../domain/ports-journal.ts';
import { type MessageHead, readMessageHeads } from './record.ts';
import type { Source } from './source.ts';

/** What the journal's end tells of each connector, and the numbers of its routes. */
export class JournalIndex {
  readonly #routes = new Map<string, number>();
  readonly #seen = new Map<string, SeenRow[]>();
  readonly #packets = new Map<string, { messageId: number; crc: number }[]>();
  #nextRoute = 1;

  /** Throws `StorageError` when what the journal kept cannot be read. */
  constructor(tail: JournalTail) {
    const connectors = new Map<number, string>();
    for (const route of tail.routes) {
      this.#routes.set(routeKey(route), route.id);
      connectors.set(route.id, route.connector);
      this.#nextRoute = Math.max(this.#nextRoute, route.id + 1);
    }
    for (const row of tail.seen) append(this.#seen, row.connector, row);
    for (const head of tail.recentMessages.flatMap(headsOf)) {
      const connector = connectors.get(head.route);
      if (connector !== undefined && head.messageId > 0) append(this.#packets, connector, head);
    }
  }

  /** Gives a source what is stored of it, so that repeats are recognised. */
  restore(source: Source): void {
    for (const row of this.#seen.get(source.id) ?? []) source.seen.load(row.boot, row.ranges);
    const packets = this.#packets.get(source.id) ?? [];
    source.packets.makeRoom(packets.length);
    for (const packet of packets) source.packets.remember(packet.messageId, packet.crc, packet);
  }

  /** The number of a route; `isNew` when it must be stored with the batch that uses it. */
  routeNumber(route: Omit<Route, 'id'>): { id: number; isNew: boolean } {
    const key = routeKey(route);
    const known = this.#routes.get(key);
    if (known !== undefined) return { id: known, isNew: false };
    const id = this.#nextRoute++;
    this.#routes.set(key, id);
    return { id, isNew: true };
  }
}

function headsOf(block: Uint8Array): MessageHead[] {
  try {
    return readMessageHeads(block);
  } catch (error) {
    const sentence = 'Cannot use the journal: its last messages are damaged; restore the last backup';
    throw new StorageError('corrupt', sentence, error);
  }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function routeKey(route: Omit<Route, 'id'>): string {
  return JSON.stringify([route.connector, route.channel, route.machine]);
}

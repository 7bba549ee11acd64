import type { Channel, ClassOfBadge, Knowledge } from '../domain/event.ts';
import type { SeenRow } from '../domain/ports-journal.ts';
import type { Connector } from '../domain/registry.ts';
import type { Translator } from '../firmware-bridge/translator.ts';
import { RecentPackets, SeenNumbers } from './seen.ts';

/** What ingest needs to know of one connector. */
export interface ConnectorFacts {
  connector: Connector;
  /** The lab's IANA zone, in which wall time without a zone is read. */
  zone: string;
}

/** A badge after its number was replaced. `member` is the member's token of the year, null when nobody is known. */
export interface ResolvedBadge {
  token: string;
  member: string | null;
  audience: string | null;
  /** There when it is the badge of a class that works in the reader's lab. */
  class?: ClassOfBadge;
}

/** Turns badge numbers into tokens; the number goes no further than this call. */
export interface BadgeDesk {
  resolve(lab: string, uid: string, at: number): ResolvedBadge;
  /** Tells payloads apart by a keyed hash, from which nothing can be guessed; a whole number of 32 bits. */
  fingerprint(payload: Uint8Array): number;
}

/** One connector as ingest sees it: who it is, what it told of itself, and what of it is stored. */
export class Source {
  readonly id: string;
  facts: ConnectorFacts;
  translator: Translator;
  knowledge: Knowledge | undefined;
  seen = new SeenNumbers();
  packets = new RecentPackets();
  /** What was counted since the start, and how much of it is stored. */
  readonly #counts = new Map<string, { total: number; taken: number }>();
  readonly #routes = new Map<Channel | null, number>();
  connections = 0;
  /** When the last message came, UTC ms; null when none came since the start. */
  heardAt: number | null = null;

  constructor(facts: ConnectorFacts, translator: Translator) {
    this.id = facts.connector.id;
    this.facts = facts;
    this.translator = translator;
    this.update(facts, translator);
  }

  /** Takes over a changed registry entry. */
  update(facts: ConnectorFacts, translator: Translator): void {
    this.facts = facts;
    this.translator = translator;
    this.#routes.clear();
  }

  /** Drops what was known of the journal, which was opened anew. */
  forget(): void {
    this.#routes.clear();
    this.seen = new SeenNumbers();
    this.packets = new RecentPackets();
  }

  /** The machine that a channel feeds now; null when it feeds none. */
  machineOf(channel: Channel): string | null {
    return this.facts.connector.channels.findLast((entry) => entry.channel === channel)?.machine ?? null;
  }

  /** The channel of the only machine that hangs on this connector for `role`, to place events that name no channel. */
  channelFor(role: 'badge' | 'state'): Channel {
    const { channels } = this.facts.connector;
    const fitting =
      channels.find((entry) => entry.role === role) ?? channels.find((entry) => entry.role === 'main') ?? channels[0];
    return fitting?.channel ?? 0;
  }

  /** The number of a route that was used before; undefined when it is new. */
  routeOf(channel: Channel | null): number | undefined {
    return this.#routes.get(channel);
  }

  rememberRoute(channel: Channel | null, route: number): void {
    this.#routes.set(channel, route);
  }

  /** Counts what happened to messages (`messages`, `ignored:retained`, …). */
  count(name: string): void {
    const count = this.#counts.getOrInsertComputed(name, () => ({ total: 0, taken: 0 }));
    count.total += 1;
  }

  /** Everything that was counted since the start. */
  counted(): ReadonlyMap<string, number> {
    return new Map([...this.#counts].map(([name, { total }]) => [name, total]));
  }

  /** What was counted since the last call. */
  takeCounts(): { connector: string; name: string; n: number }[] {
    return [...this.#counts].flatMap(([name, count]) => {
      const n = count.total - count.taken;
      count.taken = count.total;
      return n > 0 ? [{ connector: this.id, name, n }] : [];
    });
  }

  /** Numbers to store with the batch. */
  takeSeen(): SeenRow[] {
    return this.seen.takeTouched().map((row) => ({ connector: this.id, ...row }));
  }
}

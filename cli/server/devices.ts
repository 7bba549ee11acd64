import type { ConnectorStatus, Connectors, UnclaimedDevice } from '../../api/deps.ts';
import type { BrokerHouse, IncomingPacket, LoginRefusal, RefusalReason } from '../../broker/broker.ts';
import { scrubText } from '../../domain/badge-scrub.ts';
import { translatorOf } from '../../firmware-bridge/translators.ts';
import type { LoadedRegistry } from '../../ingest/loaded-registry.ts';
import type { Receiver } from '../../ingest/receive.ts';
import type { RegistryDesk } from '../../ingest/registry-desk.ts';
import { Source } from '../../ingest/source.ts';

/** How many unknown devices are remembered for people to claim. */
const UNCLAIMED_MAX = 100;

/** The connectors as broker and API see them: logins, what may be published and read, who is there. */
export class Devices implements BrokerHouse<Source>, Connectors {
  readonly #desk: RegistryDesk;
  readonly #receiver: Receiver;
  readonly #clock: () => number;
  readonly #refused: (reason: RefusalReason) => void;
  readonly #disconnect: (source: Source) => void;
  readonly #sources = new Map<string, Source>();
  /** Keyed hashes of the secrets by which connectors logged in. */
  readonly #secrets = new Map<string, string | undefined>();
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #unclaimed = new Map<string, UnclaimedDevice>();
  /** The connectors that came since the start. */
  readonly #seen = new Set<Source>();

  constructor(deps: {
    desk: RegistryDesk;
    receiver: Receiver;
    clock: () => number;
    refused: (reason: RefusalReason) => void;
    /** Ends all connections of a connector. */
    disconnect: (source: Source) => void;
  }) {
    this.#desk = deps.desk;
    this.#receiver = deps.receiver;
    this.#clock = deps.clock;
    this.#refused = deps.refused;
    this.#disconnect = deps.disconnect;
  }

  /**
   * Takes over the registry: new connectors become known, changed ones are updated. Whoever was removed, or has another
   * secret now, is disconnected.
   */
  setRegistry({ connectors }: LoadedRegistry): void {
    for (const { connector, zone, secretHash } of connectors.values()) {
      const translator = translatorOf(connector.firmware);
      const source = this.#sources.get(connector.id);
      if (source) source.update({ connector, zone }, translator);
      else this.#sources.set(connector.id, new Source({ connector, zone }, translator));
      this.#unclaimed.delete(connector.id);
      const before = this.#secrets.get(connector.id);
      this.#secrets.set(connector.id, secretHash);
      if (source && before !== secretHash) this.#disconnect(source);
    }
    for (const [id, source] of this.#sources) {
      if (connectors.has(id)) continue;
      this.#sources.delete(id);
      this.#secrets.delete(id);
      this.#disconnect(source);
      this.#seen.delete(source);
    }
    this.#receiver.know(this.#sources);
  }

  /** Takes over what was counted before this start. */
  loadCounts(counts: readonly { connector: string; name: string; n: number }[]): void {
    for (const { connector, name, n } of counts) this.#countsOf(connector).set(name, n);
  }

  #countsOf(connector: string): Map<string, number> {
    let counts = this.#counts.get(connector);
    if (!counts) {
      counts = new Map();
      this.#counts.set(connector, counts);
    }
    return counts;
  }

  source(connector: string): Source | undefined {
    return this.#sources.get(connector);
  }

  login(username: string, secret: Uint8Array): Source | LoginRefusal {
    if (this.#receiver.failure) return 'unavailable';
    const found = this.#desk.login(username, secret);
    const source = found && this.#sources.get(found.connector.id);
    if (source) return source;
    if (!this.#sources.has(username)) this.#noteUnclaimed(username);
    return 'bad-credentials';
  }

  #noteUnclaimed(username: string): void {
    const name = scrubText(username.slice(0, 64));
    const attempts = (this.#unclaimed.get(name)?.attempts ?? 0) + 1;
    this.#unclaimed.delete(name);
    this.#unclaimed.set(name, { username: name, address: '', seenAt: this.#clock(), attempts });
    if (this.#unclaimed.size > UNCLAIMED_MAX) this.#unclaimed.delete(this.#unclaimed.keys().next().value as string);
  }

  receive(source: Source, packet: IncomingPacket, done: (error?: Error) => void): void {
    this.#receiver.receive(source, packet, done);
  }

  maySubscribe(source: Source, filter: string): boolean {
    return source.translator.maySubscribe(source.facts.connector.device, filter);
  }

  /** Stores again who is there and who is not: what happened while nothing could be stored was not noted. */
  noteAgain(): void {
    for (const source of this.#seen) this.#receiver.noteOnline(source, source.connections > 0, this.#clock());
  }

  came(source: Source): void {
    this.#seen.add(source);
    source.connections += 1;
    if (source.connections === 1) this.#receiver.noteOnline(source, true, this.#clock());
  }

  went(source: Source): void {
    source.connections -= 1;
    if (source.connections === 0) this.#receiver.noteOnline(source, false, this.#clock());
  }

  refused(reason: RefusalReason): void {
    this.#refused(reason);
  }

  list(): ConnectorStatus[] {
    return [...this.#sources.values()].map((source) => {
      const { connector } = source.facts;
      const counts = new Map(this.#countsOf(source.id));
      for (const [name, n] of source.counted()) counts.set(name, (counts.get(name) ?? 0) + n);
      const below = (prefix: string) =>
        Object.fromEntries(
          [...counts].flatMap(([name, n]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), n]] : [])),
        );
      return {
        id: source.id,
        lab: connector.lab,
        firmware: connector.firmware,
        device: connector.device,
        online: source.connections > 0,
        heardAt: source.heardAt,
        messages: counts.get('messages') ?? 0,
        events: counts.get('events') ?? 0,
        ignored: below('ignored:'),
        quarantined: below('quarantined:'),
      };
    });
  }

  unclaimed(): UnclaimedDevice[] {
    return [...this.#unclaimed.values()];
  }
}

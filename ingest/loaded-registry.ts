import type { StoredRegistry } from '../domain/ports-registry.ts';
import type { Connector, Lab, Machine, Member, Registry } from '../domain/registry.ts';

/** A connector with what is looked up for each of its messages. */
export interface LoadedConnector {
  connector: Connector;
  lab: Lab;
  /** The lab's IANA zone. */
  zone: string;
  /** Keyed hash of its secret, base64: as bytes each would take several times as much memory. */
  secretHash: string | undefined;
}

/** The registry as the running process uses it. Never changed: the next document makes a new one. */
export interface LoadedRegistry {
  /** How many documents were applied; 0: none yet, and the document is empty. */
  version: number;
  /** Without secrets and badge numbers. */
  document: Registry;
  labs: ReadonlyMap<string, Lab>;
  machines: ReadonlyMap<string, Machine>;
  connectors: ReadonlyMap<string, LoadedConnector>;
  members: ReadonlyMap<string, Member>;
  /** Whose badge it is, by `Secrets.badgeIndex`. */
  badges: ReadonlyMap<string, string>;
}

const EMPTY: Registry = {
  network: { id: 'network', name: 'Network' },
  labs: [],
  machines: [],
  connectors: [],
  members: [],
  audiences: [],
  funders: [],
};

/** Makes the indexes of a stored registry. */
export function loadRegistry(stored: StoredRegistry): LoadedRegistry {
  const document = stored.document ?? EMPTY;
  const labs = byId(document.labs);
  const connectors = document.connectors.flatMap((connector): [string, LoadedConnector][] => {
    const lab = labs.get(connector.lab);
    if (!lab) return [];
    const hash = stored.secretHashes.get(connector.id);
    const secretHash = hash && Buffer.from(hash).toString('base64');
    return [[connector.id, { connector, lab, zone: lab.timezone, secretHash }]];
  });
  return {
    version: stored.version,
    document,
    labs,
    machines: byId(document.machines),
    connectors: new Map(connectors),
    members: byId(document.members),
    badges: stored.badges,
  };
}

/** The bytes of the keyed hash of a connector's secret; undefined when it has none. */
export function hashOf(connector: LoadedConnector | undefined): Uint8Array | undefined {
  return connector?.secretHash === undefined ? undefined : Buffer.from(connector.secretHash, 'base64');
}

function byId<T extends { id: string }>(entries: readonly T[]): Map<string, T> {
  return new Map(entries.map((entry) => [entry.id, entry]));
}

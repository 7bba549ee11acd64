import type { Registry as MetricsRegistry } from 'prom-client';
import type { CorrectionChange } from '../domain/event.ts';
import type { Failure } from '../domain/failure.ts';
import type { MachineView, Service } from '../domain/layers.ts';
import type { AuditEntry, SignatureVersion } from '../domain/ports-registry.ts';
import type { Registry } from '../domain/registry.ts';
import type { Need } from './need.ts';
import type { Queries } from './queries/queries.ts';

/** The live floor: what every machine does now. */
export interface Floor {
  list(): MachineView[];
  get(machine: string): MachineView | undefined;
  /** Calls `listener` after each change of a machine's view, until the returned function is called. */
  subscribe(listener: (view: MachineView) => void): () => void;
}

/** What applying a registry document did. `secrets` are the ones that were made, shown this once. */
export interface RegistryApplied {
  changes: string[];
  secrets: { connector: string; secret: string }[];
  warnings: string[];
}

/** The registry as the API sees it. */
export interface RegistryDesk {
  /** The document without secrets and badge numbers; the same object as long as nothing changes. */
  document(): Registry;
  /**
   * Checks a document and makes it the registry; with `dryRun` only says what would change. `basedOn` is what `document()`
   * was when the change began: it is refused when that is no more so. Nothing changes on a failure.
   */
  apply(
    document: unknown,
    author: string,
    options?: { dryRun: boolean; basedOn?: Registry; reason?: string },
  ): Promise<RegistryApplied | Failure>;
  /** Who changed what, the newest first; with `before` what is older than that entry. */
  changes(limit: number, before?: number): Promise<AuditEntry[]>;
  /** The thresholds that a machine ever had, the newest first. */
  signatures(machine: string): Promise<SignatureVersion[]>;
}

/** Who a request comes from. */
export interface Identity {
  id: string;
  role: 'administrator';
}

/** The people who may sign in. */
export interface Administrators {
  authenticate(token: string): Identity | undefined;
  /** Trades the one-time set-up key for the first administrator's token; undefined when the key is wrong or used. */
  redeemSetupKey(key: string): Promise<string | undefined>;
}

/** One connector, or a device that nobody claimed yet. Times in UTC ms. */
export interface ConnectorStatus {
  id: string;
  lab: string | null;
  firmware: string | null;
  device: string | null;
  /** Null while nothing was heard since the start. */
  online: boolean | null;
  heardAt: number | null;
  messages: number;
  events: number;
  ignored: Record<string, number>;
  quarantined: Record<string, number>;
}

/** A device that was seen but is in no registry entry. */
export interface UnclaimedDevice {
  username: string;
  address: string;
  seenAt: number;
  attempts: number;
}

/** The connectors and what they sent. */
export interface Connectors {
  list(): ConnectorStatus[];
  unclaimed(): UnclaimedDevice[];
}

/** Stores what people say; each resolves when it is on disk. */
export interface Declarations {
  service(machine: string, said: { state: Service; at: number; note: string | null }, author: string): Promise<void>;
  /** A correction that was checked, of one or more sessions; resolves with its id. */
  correct(
    sessions: readonly { session: string; machine: string }[],
    said: { change: CorrectionChange; reason: string; at: number },
    author: string,
  ): Promise<string>;
}

/** Everything the API needs from the rest; `main.ts` hands it in. */
export interface ApiDeps {
  queries: Queries;
  floor: Floor;
  registry: RegistryDesk;
  administrators: Administrators;
  connectors: Connectors;
  declarations: Declarations;
  /** Whether messages are taken and stored; the reasons are sentences. */
  readiness(): { ready: boolean; reasons: string[] };
  /** How far the past of machines is computed again: how many are left, and how much (0 to 1) of which one is done. */
  rebuild(): { machines: number; machine: string | null; done: number } | null;
  metrics: MetricsRegistry;
  /** UTC ms. */
  clock(): number;
  /** What a request without a token may do. */
  anonymousMay: ReadonlySet<Need>;
  /** The folder of the built web page; null when there is none. */
  webRoot: string | null;
}

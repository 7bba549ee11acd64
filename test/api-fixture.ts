import { Registry as Metrics } from 'prom-client';
import { createApp } from '../api/app.ts';
import type { ApiDeps } from '../api/deps.ts';
import { type Need, READING_NEEDS } from '../api/need.ts';
import { createQueries } from '../api/queries/create-queries.ts';
import { correctionOf } from '../domain/correction-record.ts';
import type { EventBody, StoredEvent } from '../domain/event.ts';
import { failure } from '../domain/failure.ts';
import type { MachineView } from '../domain/layers.ts';
import type { MachineRules } from '../domain/machine-input.ts';
import type { EventFilter, JournalReader, QuarantinedMessage } from '../domain/ports.ts';
import { Registry } from '../domain/registry.ts';
import { changedMeanwhile } from '../domain/registry-change.ts';
import { Declarations } from '../ingest/declarations.ts';
import { MemoryLedger } from '../stores/memory/ledger.ts';

/** The token that the fixture's administrator signs in with. */
export const TOKEN = 'an-administrator-token';

/** A registry of two labs: one with hours in Paris, one without hours in Tokyo. */
export const REGISTRY = Registry.parse({
  network: { id: 'labfab', name: 'LabFab' },
  labs: [
    {
      id: 'pasteur',
      name: 'Hôtel Pasteur',
      timezone: 'Europe/Paris',
      since: '2026-01-01',
      opening: 'Mo-Fr 09:00-18:00',
    },
    { id: 'tokyo', name: 'Tokyo', timezone: 'Asia/Tokyo' },
  ],
  machines: [
    { id: 'laser-1', lab: 'pasteur', kind: 'laser-cutter', name: 'Trotec', signature: { standbyW: 20, runningW: 120 } },
    { id: 'printer-1', lab: 'pasteur', kind: 'printer-3d', name: '=Prusa, "old"' },
    { id: 'laser-9', lab: 'tokyo', kind: 'laser-cutter', name: 'Far laser' },
  ],
  connectors: [{ id: 'plug-1', lab: 'pasteur', firmware: 'tasmota', device: 'plug-1', channels: [] }],
});

/** A journal in memory. */
export class MemoryJournal implements JournalReader {
  readonly stored: StoredEvent[] = [];
  readonly messages: QuarantinedMessage[] = [];

  async *events({ machine, connector, from, to }: EventFilter): AsyncIterable<StoredEvent[]> {
    const chosen = this.stored.filter(
      (event) =>
        (machine === undefined || event.machine === machine) &&
        (connector === undefined || event.connector === connector) &&
        (from === undefined || event.at >= from) &&
        (to === undefined || event.at < to),
    );
    for (let index = 0; index < chosen.length; index += 100) yield chosen.slice(index, index + 100);
  }

  async quarantine({ connector, before, limit }: { connector?: string; before?: number; limit: number }) {
    return this.messages
      .filter(
        (message) => (connector === undefined || message.connector === connector) && message.id < (before ?? Infinity),
      )
      .sort((a, b) => b.id - a.id)
      .slice(0, limit);
  }
}

/** A floor whose views are set by hand. */
export class MemoryFloor {
  readonly #views = new Map<string, MachineView>();
  readonly #listeners = new Set<(view: MachineView) => void>();

  list(): MachineView[] {
    return [...this.#views.values()];
  }

  get(machine: string): MachineView | undefined {
    return this.#views.get(machine);
  }

  subscribe(listener: (view: MachineView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(view: Partial<MachineView> & { machine: string }): void {
    const whole: MachineView = {
      activity: 'unknown',
      since: null,
      watts: null,
      wattsAt: null,
      session: null,
      service: 'up',
      online: null,
      heardAt: null,
      ...this.#views.get(view.machine),
      ...view,
    };
    this.#views.set(view.machine, whole);
    for (const listener of this.#listeners) listener(whole);
  }
}

/** Rules of a machine with the usual numbers. */
export function rulesOf(machine: string): MachineRules {
  return {
    machine,
    signature: { standbyW: 20, runningW: 120, stopW: 96, runAfterMs: 0, stopAfterMs: 60_000, bridgeMs: 600_000 },
    session: { idleTimeoutMs: 900_000, graceMs: 300_000, maxMs: 86_400_000, repeatMs: 5000 },
    ratedW: 25_000,
    hasActivity: true,
    nextClosing: () => null,
  };
}

/** Takes what people say straight into a ledger in memory. */
function declareIn(ledger: MemoryLedger) {
  let seq = 0;
  return async (machine: string, event: EventBody): Promise<void> => {
    seq += 1;
    const rows = ledger.of(machine);
    if (event.kind === 'correction') rows.corrections.push(correctionOf({ ...event, seq, connector: '', machine }));
    if (event.kind !== 'service') return;
    const { at, state, note = null, author = null } = event;
    rows.declarations.push({ seq, at, state, note, author });
    rows.service = rows.service.map((one) => (one.end === null ? { ...one, end: at } : one));
    rows.service.push({ start: at, end: null, state, source: 'declared' });
  };
}

/** An application over stores in memory; `now` can be moved, and `overrides` replace parts of what it is given. */
export function apiFixture(overrides: Partial<ApiDeps> & { live?: Parameters<typeof createApp>[2] } = {}) {
  const { live, ...deps } = overrides;
  const state = { now: Date.parse('2026-03-04T12:00:00Z'), registry: REGISTRY, errors: [] as Error[] };
  const ledger = new MemoryLedger();
  const journal = new MemoryJournal();
  const floor = new MemoryFloor();
  const clock = () => state.now;
  const isEarlier = (_machine: string, digest: string) => digest === 'earlier';
  const queries = createQueries({ ledger, journal, registry: () => state.registry, rules: rulesOf, isEarlier, clock });
  const { app, close } = createApp(
    {
      queries,
      floor,
      clock,
      registry: {
        document: () => state.registry,
        apply: async (document, _author, options) => {
          if (options?.basedOn && options.basedOn !== state.registry) return changedMeanwhile();
          const parsed = Registry.safeParse(document);
          if (!parsed.success)
            return failure('registry-invalid', 'The registry has 1 mistake; nothing was changed.', []);
          if (!options?.dryRun) state.registry = parsed.data;
          return { changes: ['network "labfab" changed'], secrets: [], warnings: [] };
        },
        changes: async () => [],
        signatures: async () => [],
      },
      administrators: {
        authenticate: (token) => (token === TOKEN ? { id: 'admin', role: 'administrator' } : undefined),
        redeemSetupKey: async (key) => (key === 'right-key' ? TOKEN : undefined),
      },
      connectors: { list: () => [], unclaimed: () => [] },
      declarations: new Declarations(declareIn(ledger), clock),
      readiness: () => ({ ready: true, reasons: [] }),
      rebuild: () => null,
      metrics: new Metrics(),
      anonymousMay: new Set<Need>(),
      webRoot: null,
      ...deps,
    },
    (error) => state.errors.push(error),
    live,
  );
  const get = (path: string, headers: Record<string, string> = {}) =>
    app.request(path, { headers: { authorization: `Bearer ${TOKEN}`, ...headers } });
  return { app, close, get, state, ledger, journal, floor };
}

/** Everything that may be read without a token, as in the demo. */
export const ALL_READS: ReadonlySet<Need> = new Set(READING_NEEDS);

import type { MachineView } from '../domain/layers.ts';
import type { Lab, Machine, Registry } from '../domain/registry.ts';
import { stayAt, staysOf } from '../domain/stay.ts';
import { formatInstant } from '../domain/time.ts';
import type { Floor } from './deps.ts';

/** A machine as `/machines` and `/live` show it. */
export interface MachineJson {
  id: string;
  lab: string;
  kind: string;
  name: string;
  activity: MachineView['activity'];
  since: string | null;
  watts: number | null;
  wattsAt: string | null;
  session: { id: string; start: string; audience: string; people: number | null } | null;
  service: MachineView['service'];
  online: boolean | null;
  coverageToday: number | null;
  heardAt: string | null;
  thresholds: { standbyW: number; runningW: number; stopW: number } | null;
}

/** The machines of the registry, each with its answer already written, until its view changes. */
export class MachineBoard {
  readonly #floor: Floor;
  readonly #document: () => Registry;
  readonly #coverage: (machine: string) => number | null;
  readonly #clock: () => number;
  #known: Registry | null = null;
  #entries = new Map<string, Machine>();
  #labs = new Map<string, Lab>();
  readonly #texts = new Map<string, string>();
  #whole: string | null = null;

  /** `clock` gives UTC ms. */
  constructor(
    floor: Floor,
    document: () => Registry,
    coverage: (machine: string) => number | null,
    clock: () => number,
  ) {
    this.#floor = floor;
    this.#document = document;
    this.#coverage = coverage;
    this.#clock = clock;
  }

  /** Ids in the order of the registry. */
  ids(): string[] {
    this.#refresh();
    return [...this.#entries.keys()];
  }

  /** The machine's JSON; undefined when the registry has no such machine. */
  text(machine: string): string | undefined {
    this.#refresh();
    const entry = this.#entries.get(machine);
    if (!entry) return undefined;
    const written = this.#texts.get(machine);
    if (written !== undefined) return written;
    const text = JSON.stringify(this.#json(entry));
    this.#texts.set(machine, text);
    return text;
  }

  /** `{"machines":[…]}` with all machines, or with those given. */
  body(machines?: readonly string[]): string {
    if (machines) return bodyOf(machines.map((id) => this.text(id)));
    this.#refresh();
    this.#whole ??= bodyOf([...this.#entries.keys()].map((id) => this.text(id)));
    return this.#whole;
  }

  /** What is written about a machine (all machines) is no longer true. */
  forget(machine?: string): void {
    this.#whole = null;
    if (machine === undefined) this.#texts.clear();
    else this.#texts.delete(machine);
  }

  #refresh(): void {
    const document = this.#document();
    if (document === this.#known) return;
    this.#known = document;
    this.#entries = new Map(document.machines.map((entry) => [entry.id, entry]));
    this.#labs = new Map(document.labs.map((lab) => [lab.id, lab]));
    this.forget();
  }

  /** The lab in which a machine is now: its own, or the one that borrows it. */
  labOf(machine: string): string | undefined {
    this.#refresh();
    const entry = this.#entries.get(machine);
    return entry && (stayAt(staysOf(entry, this.#labs), this.#clock())?.lab.id ?? entry.lab);
  }

  #json(entry: Machine): MachineJson {
    const { id, kind, name, signature } = entry;
    const view = this.#floor.get(id);
    const session = view?.session;
    return {
      id,
      lab: this.labOf(id) ?? entry.lab,
      kind,
      name,
      activity: view?.activity ?? 'unknown',
      since: instant(view?.since),
      watts: view?.watts ?? null,
      wattsAt: instant(view?.wattsAt),
      session: session ? { ...session, start: formatInstant(session.start) } : null,
      service: view?.service ?? 'up',
      online: view?.online ?? null,
      coverageToday: this.#coverage(id),
      heardAt: instant(view?.heardAt),
      thresholds: signature
        ? {
            standbyW: signature.standbyW,
            runningW: signature.runningW,
            stopW: signature.stopW ?? 0.8 * signature.runningW,
          }
        : null,
    };
  }
}

function bodyOf(texts: readonly (string | undefined)[]): string {
  return `{"machines":[${texts.filter((text) => text !== undefined).join(',')}]}`;
}

function instant(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : formatInstant(ms);
}

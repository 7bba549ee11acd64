import type { FoldState } from '../../domain/fold-state.ts';
import { traitsOf } from '../../domain/kind.ts';
import type { Session } from '../../domain/layers.ts';
import { finishFold } from '../../domain/machine-fold.ts';
import { MachineReading } from '../../domain/machine-reading.ts';
import { peopleAt } from '../../domain/occupancy.ts';
import type { LedgerReader } from '../../domain/ports.ts';
import type { ExportedMachine, ExportMemory, ExportNote } from '../../domain/ports-series.ts';
import { PRESENCE_MS } from '../../domain/presence.ts';
import type { Registry } from '../../domain/registry.ts';
import { MEASUREMENTS, NO_TAG, type SeriesKey, type SeriesPoint } from '../../domain/series-points.ts';
import { DAY_MS, MINUTE_MS } from '../../domain/time.ts';
import { labsOf, type MachineSetting } from '../rules.ts';

/** People are counted at these instants: a fixed grid, so that nothing ever has to be taken back. */
export const SLOT_MS = 5 * MINUTE_MS;
/** How much of a lab's past is read at once. */
const WINDOW_MS = 31 * DAY_MS;

/** Writes how many people were in a lab: only where a reader could have seen them. */
export class LabExport {
  readonly #ledger: LedgerReader;
  readonly #memory: ExportMemory;
  readonly #lab: string;
  readonly #machines: readonly { setting: MachineSetting; id: string; attended: boolean }[];
  readonly #key: SeriesKey;

  constructor(
    ledger: LedgerReader,
    memory: ExportMemory,
    lab: string,
    registry: Registry,
    settings: ReadonlyMap<string, MachineSetting>,
  ) {
    this.#ledger = ledger;
    this.#memory = memory;
    this.#lab = lab;
    this.#machines = [...settings].flatMap(([id, setting]) =>
      labsOf(setting).includes(lab) ? [{ id, setting, attended: traitsOf(setting.kind, registry).attended }] : [],
    );
    this.#key = { measurement: MEASUREMENTS.occupancy, tags: [lab] };
  }

  get #exported(): ExportedMachine {
    return this.#memory.machine(NO_TAG, this.#lab, NO_TAG);
  }

  /** How far people are counted; null: the past has to be counted (again). */
  get countedTo(): number | null {
    const { filledTo, gridTo } = this.#exported;
    return filledTo === Number.MAX_SAFE_INTEGER ? gridTo : null;
  }

  /** The past was counted, or (false) has to be: machines came, went or changed. */
  setCounted(isCounted: boolean): void {
    this.#memory.putFilled(this.#exported.no, isCounted ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER);
  }

  /** The earliest instant at which anything was exported of the lab or its machines; null when nothing was. */
  firstAt(): number | null {
    const firsts = this.#machines.flatMap(({ id, setting }) => {
      const { no } = this.#memory.machine(id, this.#lab, setting.kind);
      return this.#memory.firstAt(no) ?? [];
    });
    const { gridFrom } = this.#exported;
    if (gridFrom !== null) firsts.push(gridFrom);
    return firsts.length > 0 ? Math.min(...firsts) : null;
  }

  /** The longest that a session of its machines lasts. */
  get sessionMsMax(): number {
    return Math.max(PRESENCE_MS, ...this.#machines.map(({ setting }) => setting.rules.session.maxMs));
  }

  /** The counts of `[from, to)`, as far as it has passed. */
  async *range(from: number, to: number, now: number): AsyncGenerator<{ points: SeriesPoint[]; note: ExportNote }> {
    const { no } = this.#exported;
    const end = Math.min(to, now);
    for (let at = Math.ceil(from / SLOT_MS) * SLOT_MS; at < end; at += WINDOW_MS) {
      const until = Math.min(at + WINDOW_MS, end);
      const machines = await Promise.all(
        this.#machines.map(async ({ id, setting, attended }) => ({
          attended,
          present: setting.stays.filter((stay) => stay.lab.id === this.#lab),
          sessions: await this.#sessions(id, setting, at, until, now),
        })),
      );
      const slots: number[] = [];
      for (let slot = at; slot < until; slot += SLOT_MS) slots.push(slot);
      const people = peopleAt(machines, slots, now);
      const points = slots.map((slot, index) => ({ key: this.#key, at: slot, values: [people[index] ?? 0] }));
      const countedTo = (slots.at(-1) ?? 0) + SLOT_MS;
      const note = { no, gridFrom: at, gridTo: Math.max(this.#exported.gridTo ?? 0, countedTo) };
      yield { points, note };
    }
  }

  async #sessions(id: string, setting: MachineSetting, from: number, to: number, now: number): Promise<Session[]> {
    const fold = await this.#ledger.fold(id);
    if (!fold) return [];
    const rest = finishFold(JSON.parse(fold.state) as FoldState, now, setting.rules);
    const reading = new MachineReading(id, now, this.#ledger, fold, () => rest);
    return reading.sessions(from - PRESENCE_MS, to);
  }
}

/** The labs in which a reader could see people. */
export function labsWithReaders({ connectors }: Registry): string[] {
  return [
    ...new Set(
      connectors.filter(({ channels }) => channels.some(({ role }) => role === 'badge')).map(({ lab }) => lab),
    ),
  ];
}

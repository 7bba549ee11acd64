import type { Watermarks } from '../../domain/machine-fold.ts';
import { CHANGED_LAYERS, type LedgerChange, type SettledLayers } from '../../domain/ports-ledger.ts';

/** How many changes are kept for an exporter that is away: about a month of a hundred machines. */
const KEPT_MAX = 500_000;
/** The oldest are dropped once in so many changes. */
const PRUNE_EVERY = 1000;

type Layer = LedgerChange['layer'];
type Run = (sql: string, ...values: number[]) => void;

/**
 * Notes which ranges of which layers a transaction changes, and writes them with it: one row per machine and layer.
 *
 * A reader whose place is no longer kept has to read everything again (`ChangeFeedState.oldest`).
 */
export class ChangeLog {
  readonly #ranges = new Map<number, [number, number][]>();
  readonly #keptMax: number;
  #written = 0;

  constructor(keptMax = KEPT_MAX) {
    this.#keptMax = keptMax;
  }

  /** A layer of the machine with this number changed in `[from, to)`. */
  note(machine: number, layer: Layer, from: number, to: number): void {
    if (!(from < to)) return;
    let layers = this.#ranges.get(machine);
    if (!layers) {
      layers = CHANGED_LAYERS.map(() => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
      this.#ranges.set(machine, layers);
    }
    const range = layers[CHANGED_LAYERS.indexOf(layer)] as [number, number];
    range[0] = Math.min(range[0], from);
    range[1] = Math.max(range[1], to);
  }

  /** The layers of a machine were replaced from one watermark to the other (null: without end), or only added to. */
  noteLayers(machine: number, from: Watermarks | null, to: Watermarks | null, layers: SettledLayers): void {
    if (from) {
      this.note(machine, 'activity', from.activity, to?.activity ?? Number.MAX_SAFE_INTEGER);
      this.note(machine, 'session', from.session, to?.session ?? Number.MAX_SAFE_INTEGER);
    }
    for (const { start, end } of layers.activity) this.note(machine, 'activity', start, end);
    for (const { start } of layers.sessions) this.note(machine, 'session', start, start + 1);
  }

  /** Writes what was noted into the open transaction. */
  write(run: Run): void {
    for (const [machine, layers] of this.#ranges) {
      for (const [layer, [from, to]] of layers.entries()) {
        if (from >= to) continue;
        run('INSERT INTO change(machine, layer, from_at, to_at) VALUES (?, ?, ?, ?)', machine, layer, from, to);
        this.#written += 1;
      }
    }
    this.#ranges.clear();
    if (this.#written < PRUNE_EVERY) return;
    this.#written = 0;
    run('DELETE FROM change WHERE no <= (SELECT max(no) FROM change) - ?', this.#keptMax);
  }

  /** Forgets what was noted: its transaction was taken back. */
  forget(): void {
    this.#ranges.clear();
  }
}

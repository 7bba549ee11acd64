import type { MachineInput } from '../domain/machine-input.ts';
import type { SeriesReading } from '../domain/ports.ts';
import type { LedgerWriter } from '../domain/ports-ledger.ts';
import { SeriesBuffer } from './series-buffer.ts';

/** Keeps what one machine was told: readings by series, the newest of them in memory, and the other inputs. */
export class ToldInputs {
  readonly #machine: string;
  readonly #ledger: LedgerWriter;
  readonly #buffers = new Map<string, SeriesBuffer>();

  constructor(machine: string, ledger: LedgerWriter) {
    this.#machine = machine;
    this.#ledger = ledger;
  }

  /** Stores inputs, in order; tells the earliest instant at which something is new, or null. */
  async store(inputs: readonly MachineInput[]): Promise<number | null> {
    const readings = new Map<string, SeriesReading[]>();
    const others: MachineInput[] = [];
    for (const input of inputs) {
      if (input.kind !== 'reading') {
        others.push(input);
        continue;
      }
      const list = readings.get(input.series);
      const reading = { at: input.at, w: input.w ?? Number.NaN, wh: input.wh ?? Number.NaN };
      if (list) list.push(reading);
      else readings.set(input.series, [reading]);
    }
    let changedFrom = others[0]?.at ?? null;
    for (const [series, list] of readings) {
      const from = await this.#buffer(series).add(list);
      if (from !== null) changedFrom = Math.min(from, changedFrom ?? from);
    }
    // When a connector came and went is kept with the connector.
    const own = others.filter(({ kind }) => kind !== 'online');
    if (own.length > 0) await this.#ledger.putInputs(this.#machine, own);
    return changedFrom;
  }

  #buffer(series: string): SeriesBuffer {
    let buffer = this.#buffers.get(series);
    if (!buffer) {
      buffer = new SeriesBuffer(series, this.#ledger);
      this.#buffers.set(series, buffer);
    }
    return buffer;
  }

  /** Writes the newest readings to the ledger's open transaction, so that everything that came can be read from it. */
  async flush(): Promise<void> {
    for (const buffer of this.#buffers.values()) await buffer.flush();
  }
}

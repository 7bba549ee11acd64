import { compareInputs } from '../domain/input-order.ts';
import type { MachineInput } from '../domain/machine-input.ts';
import type { Series } from '../domain/ports.ts';
import type { LedgerWriter } from '../domain/ports-ledger.ts';
import { HOUR_MS } from '../domain/time.ts';
import { type ChannelMap, connectorKey, presentInput } from './machine-inputs.ts';

/** How much of a machine's past is held in memory at once. */
const WINDOW_MS = 24 * HOUR_MS;

/** One machine's stored inputs, and what they mean under the present registry. */
export interface InputSource {
  machine: string;
  series: readonly Series[];
  channels: ChannelMap;
}

/** What of a ledger keeps inputs. */
export type InputReader = Pick<LedgerWriter, 'readings' | 'inputs' | 'firstInputAt'>;

/** The stored inputs of one machine with `at` in `[from, to)`, in `compareInputs` order, a day at a time. */
export async function* storedInputs(
  ledger: InputReader,
  source: InputSource,
  from: number,
  to: number,
): AsyncGenerator<MachineInput[]> {
  let start = from;
  while (start < to) {
    const first = await firstInputAt(ledger, source, start);
    if (first >= to) return;
    const end = Math.min(to, first + WINDOW_MS);
    yield await inputsBetween(ledger, source, first, end);
    start = end;
  }
}

async function firstInputAt(ledger: InputReader, source: InputSource, from: number): Promise<number> {
  let first = Number.POSITIVE_INFINITY;
  for (const key of keysOf(source)) first = Math.min(first, (await ledger.firstInputAt(key, from)) ?? first);
  return first;
}

function keysOf({ machine, channels }: InputSource): string[] {
  return [machine, ...channels.connectorsOf(machine).map(connectorKey)];
}

/** The stored inputs of one machine in one stretch, in `compareInputs` order. */
export async function inputsBetween(
  ledger: InputReader,
  source: InputSource,
  from: number,
  to: number,
): Promise<MachineInput[]> {
  const { machine, series, channels } = source;
  const parts: MachineInput[][] = [];
  for (const { id, main, holdMs } of series) {
    const readings = await ledger.readings(id, from, to);
    parts.push(
      readings.map(({ at, w, wh }) => ({
        kind: 'reading',
        at,
        series: id,
        main,
        w: Number.isNaN(w) ? null : w,
        wh: Number.isNaN(wh) ? null : wh,
        holdMs,
      })),
    );
  }
  for (const key of keysOf(source)) {
    for (const input of await ledger.inputs(key, from, to)) {
      const present = presentInput(input, machine, channels);
      if (present) parts.push([present]);
    }
  }
  const filled = parts.filter((part) => part.length > 0);
  // Most days are readings of one series, in order already.
  return filled.length === 1 ? (filled[0] as MachineInput[]) : filled.flat().sort(compareInputs);
}

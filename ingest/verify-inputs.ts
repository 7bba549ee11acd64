import { withoutBadge } from '../domain/badge-horizon.ts';
import { type CorrectionRecord, correctionOf } from '../domain/correction-record.ts';
import { compareInputs, plainInput } from '../domain/input-order.ts';
import { applyInput, initialFold } from '../domain/machine-fold.ts';
import type { MachineInput } from '../domain/machine-input.ts';
import type { Series } from '../domain/ports.ts';
import type { JournalStore, Route } from '../domain/ports-journal.ts';
import type { SettledLayers } from '../domain/ports-ledger.ts';
import { formatInstant } from '../domain/time.ts';
import { type InputReader, type InputSource, storedInputs } from './fold-inputs.ts';
import { type ChannelMap, inputsOf } from './machine-inputs.ts';
import { readEvents } from './record.ts';
import type { MachineSetting } from './rules.ts';
import { emitInto, noLayers } from './settled-layers.ts';

const READ_BYTES = 8_000_000;

/** All that the journal says of one machine. */
export interface Told {
  inputs: MachineInput[];
  corrections: CorrectionRecord[];
}

/** A machine's past as it was computed from nothing; `missing` are sentences about inputs that were not there. */
export interface Recomputed {
  /** JSON of a `FoldState`. */
  state: string;
  layers: SettledLayers;
  missing: string[];
}

/** Reads what the journal says of some machines, up to an event. */
export async function toldByJournal(
  journal: JournalStore,
  machines: ReadonlySet<string>,
  channels: ChannelMap,
  cursorSeq: number,
): Promise<Map<string, Told>> {
  const routes = new Map((await journal.routes()).map((route) => [route.id, route]));
  const told = new Map([...machines].map((machine): [string, Told] => [machine, { inputs: [], corrections: [] }]));
  let after = 0;
  for (;;) {
    const batches = await journal.batches(after, READ_BYTES);
    if (batches.length === 0) return told;
    for (const batch of batches) {
      after = batch.id;
      for (const event of readEvents(batch.eventBytes, batch.firstSeq, (id) => routes.get(id) as Route)) {
        if (event.seq > cursorSeq) return told;
        if (event.kind === 'correction') told.get(event.machine ?? '')?.corrections.push(correctionOf(event));
        for (const { machine, input } of inputsOf(event, channels)) told.get(machine)?.inputs.push(input);
      }
    }
  }
}

/** What of these inputs counts: those since the machine's beginning, without the badges that are forgotten. */
function counting(inputs: readonly MachineInput[], setting: MachineSetting, frozenUntil: number): MachineInput[] {
  return inputs
    .filter(({ at }) => at >= setting.from)
    .map((input) => withoutBadge(input, frozenUntil))
    .sort(compareInputs);
}

/** Folds what the journal says, which must be all that was ever said. */
export function foldTold(inputs: readonly MachineInput[], setting: MachineSetting, frozenUntil: number): Recomputed {
  const layers = noLayers();
  const emit = emitInto(layers);
  const state = initialFold(setting.from, frozenUntil);
  for (const input of counting(inputs, setting, frozenUntil)) applyInput(state, input, setting.rules, emit);
  return { state: JSON.stringify(state), layers, missing: [] };
}

/** Folds what the ledger keeps of a machine's inputs, and looks whether all that the journal still says is among them. */
export async function foldStored(
  ledger: InputReader,
  source: InputSource,
  setting: MachineSetting,
  told: { inputs: readonly MachineInput[]; frozenUntil: number },
): Promise<Recomputed> {
  const layers = noLayers();
  const emit = emitInto(layers);
  const state = initialFold(setting.from, told.frozenUntil);
  const expected = counting(told.inputs, setting, told.frozenUntil);
  const missing: MachineInput[] = [];
  let next = 0;
  for await (const inputs of storedInputs(ledger, source, setting.from, Number.MAX_SAFE_INTEGER)) {
    const stored = new StoredSet(inputs);
    const last = inputs.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    for (let input = expected[next]; input && input.at <= last; input = expected[++next])
      if (!stored.has(input)) missing.push(input);
    for (const input of inputs) applyInput(state, input, setting.rules, emit);
  }
  missing.push(...expected.slice(next));
  return { state: JSON.stringify(state), layers, missing: missingSentences(source.machine, missing) };
}

function missingSentences(machine: string, [first, ...more]: readonly MachineInput[]): string[] {
  if (!first) return [];
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  return [
    `${machine}: the ledger lacks the ${first.kind} of ${formatInstant(first.at)}${others}, which the journal has`,
  ];
}

/** The stored inputs of one stretch, to find others among them. Of several readings at one instant the largest is stored. */
class StoredSet {
  readonly #readings = new Map<string, { w: number | null; wh: number | null }>();
  readonly #others = new Set<string>();

  constructor(inputs: readonly MachineInput[]) {
    for (const input of inputs) {
      if (input.kind === 'reading') this.#readings.set(`${input.at} ${input.series}`, input);
      else this.#others.add(JSON.stringify(plainInput(input)));
    }
  }

  has(input: MachineInput): boolean {
    if (input.kind !== 'reading') return this.#others.has(JSON.stringify(plainInput(input)));
    const stored = this.#readings.get(`${input.at} ${input.series}`);
    const isThere = (told: number | null, kept: number | null) => told === null || (kept !== null && kept >= told);
    return stored !== undefined && isThere(input.w, stored.w) && isThere(input.wh, stored.wh);
  }
}

/** What recomputing reads of the registry and the ledger. */
export function sourceOf(machine: string, series: Iterable<Series>, channels: ChannelMap): InputSource {
  return { machine, series: [...series].filter((one) => one.machine === machine), channels };
}

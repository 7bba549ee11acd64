/** One figure of a benchmark. `ok` is null when nothing is asked of it. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  goal: string;
  ok: boolean | null;
  note: string;
}

/** What a section is run with. */
export interface BenchRun {
  /** Only to see that everything works: short runs, small data; the figures mean little. */
  isQuick: boolean;
  /** Tells how far the section is. */
  say(text: string): void;
}

/** One topic of the benchmarks. */
export interface BenchSection {
  name: string;
  about: string;
  /** It takes more than an hour: it runs only when it is named. */
  isLong?: boolean;
  run(bench: BenchRun): Promise<BenchRow[]>;
}

/** What is asked of a figure. */
export type Goal = { atMost: number } | { atLeast: number };

/** A figure, compared with its goal when it has one. */
export function row(name: string, value: number, unit: string, goal?: Goal | null, note = ''): BenchRow {
  if (!goal) return { name, value, unit, goal: '', ok: null, note };
  return 'atMost' in goal
    ? { name, value, unit, goal: `≤ ${goal.atMost}`, ok: value <= goal.atMost, note }
    : { name, value, unit, goal: `≥ ${goal.atLeast}`, ok: value >= goal.atLeast, note };
}

/** A figure that could not be taken here; `note` says why. */
export function missing(name: string, unit: string, note: string): BenchRow {
  return { name, value: Number.NaN, unit, goal: '', ok: null, note };
}

/** The value below which `share` of the values lie; NaN when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle value; NaN when there are none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

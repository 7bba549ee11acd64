/** Power at or below this is one value: no plug tells one from another there, and a logarithm needs a floor. */
export const FLOOR_W = 5;
/** How many bins a factor of ten has. */
const BINS_PER_DECADE = 20;
/** A valley must be this deep: its height, over the lower of the two peaks beside it. */
const VALLEY_SHARE_MAX = 0.5;

/** The known time that a machine spent between two powers: `[fromW, toW)`, but the first bin, which begins at 0. */
export interface PowerBin {
  fromW: number;
  toW: number;
  ms: number;
}

/** Where a histogram is cut in two, and whether there are two humps to tell apart. */
export interface PowerSplit {
  thresholdW: number;
  /** Share of the variance that the cut explains, 0 to 1 (Otsu's separability). */
  separability: number;
  hasTwoModes: boolean;
}

/** Time over log10(max(W, 5)/5), in bins of a twentieth of a decade. */
export class PowerHistogram {
  /** Known time of each bin, in ms. */
  readonly #ms: number[] = [];

  /** Adds `ms` of time at `watts`. */
  add(watts: number, ms: number): void {
    const bin = Math.floor(Math.log10(Math.max(watts, FLOOR_W) / FLOOR_W) * BINS_PER_DECADE + 1e-9);
    while (this.#ms.length <= bin) this.#ms.push(0);
    this.#ms[bin] = (this.#ms[bin] ?? 0) + ms;
  }

  /** The bins that hold any time, in order of their power. */
  bins(): PowerBin[] {
    return this.#ms.flatMap((ms, bin) =>
      ms > 0 ? [{ fromW: bin === 0 ? 0 : wattsAt(bin), toW: wattsAt(bin + 1), ms }] : [],
    );
  }

  /**
   * Otsu's threshold: the cut that leaves the least variance within the two halves. Where several cuts are as good, the
   * middle one, halfway (by factor) between the humps. Null when all time lies in one bin.
   */
  split(): PowerSplit | null {
    const scored = this.#scores();
    const best = Math.max(...scored.map(({ between }) => between));
    if (!(best > 0)) return null;
    const ties = scored.filter(({ between }) => between >= best * (1 - 1e-9)).map(({ cut }) => cut);
    const cut = ((ties[0] as number) + (ties.at(-1) as number)) / 2;
    return {
      thresholdW: wattsAt(cut),
      separability: Math.min(1, best / this.#variance()),
      hasTwoModes: this.#hasValley(Math.round(cut)),
    };
  }

  /** The variance between the halves for each cut; the cut `n` parts the bins below `n` from the others. */
  #scores(): { cut: number; between: number }[] {
    const total = sumOf(this.#ms);
    const moment = sumOf(this.#ms.map((ms, bin) => ms * bin));
    const scores: { cut: number; between: number }[] = [];
    let below = 0;
    let momentBelow = 0;
    for (let cut = 1; cut < this.#ms.length; cut += 1) {
      const ms = this.#ms[cut - 1] as number;
      below += ms;
      momentBelow += ms * (cut - 1);
      const above = total - below;
      if (below <= 0 || above <= 0) continue;
      const distance = momentBelow / below - (moment - momentBelow) / above;
      scores.push({ cut, between: (below / total) * (above / total) * distance * distance });
    }
    return scores;
  }

  #variance(): number {
    const total = sumOf(this.#ms);
    const mean = sumOf(this.#ms.map((ms, bin) => ms * bin)) / total;
    return sumOf(this.#ms.map((ms, bin) => ms * (bin - mean) ** 2)) / total;
  }

  /** Whether the smoothed histogram has a valley between its highest bins on either side of the cut. */
  #hasValley(cut: number): boolean {
    const smooth = this.#ms.map((ms, bin) => ((this.#ms[bin - 1] ?? 0) + ms + (this.#ms[bin + 1] ?? 0)) / 3);
    const low = highest(smooth, 0, cut);
    const high = highest(smooth, cut, smooth.length);
    const floor = Math.min(...smooth.slice(low, high + 1));
    return floor <= VALLEY_SHARE_MAX * Math.min(smooth[low] ?? 0, smooth[high] ?? 0);
  }
}

function wattsAt(bin: number): number {
  return FLOOR_W * 10 ** (bin / BINS_PER_DECADE);
}

function highest(values: readonly number[], from: number, to: number): number {
  let at = from;
  for (let index = from; index < to; index += 1) if ((values[index] as number) > (values[at] as number)) at = index;
  return at;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

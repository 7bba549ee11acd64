/** A stretch of time `[start, end)` in UTC ms. Lists of spans are sorted, and their spans never overlap. */
export interface Span {
  start: number;
  end: number;
}

/** What may stand in a layer: `end: null` has not ended yet. */
interface OpenSpan {
  start: number;
  end: number | null;
}

/** The part of a sorted layer that overlaps `[from, to)`, found without walking through the rest. */
export function overlapping<T extends OpenSpan>(layer: readonly T[], from: number, to: number): T[] {
  let low = 0;
  let high = layer.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endOf(layer[middle] as T) > from) high = middle;
    else low = middle + 1;
  }
  const found: T[] = [];
  for (let index = low; index < layer.length; index += 1) {
    const item = layer[index] as T;
    if (item.start >= to) break;
    if (endOf(item) > from) found.push(item);
  }
  return found;
}

/** The spans of a sorted layer cut to `[from, to)`; those that touch become one. */
export function clipSpans(layer: readonly OpenSpan[], from: number, to: number): Span[] {
  const spans: Span[] = [];
  for (const item of layer) {
    const start = Math.max(item.start, from);
    const end = Math.min(endOf(item), to);
    if (end > start) append(spans, start, end);
  }
  return spans;
}

/** The union of two lists of spans. */
export function unionSpans(a: readonly Span[], b: readonly Span[]): Span[] {
  const spans: Span[] = [];
  for (const { start, end } of [...a, ...b].sort((x, y) => x.start - y.start)) append(spans, start, end);
  return spans;
}

/** The time that two lists of spans have in common. */
export function intersectSpans(a: readonly Span[], b: readonly Span[]): Span[] {
  const spans: Span[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const x = a[i] as Span;
    const y = b[j] as Span;
    const start = Math.max(x.start, y.start);
    const end = Math.min(x.end, y.end);
    if (end > start) spans.push({ start, end });
    if (x.end < y.end) i += 1;
    else j += 1;
  }
  return spans;
}

/** What is left of `a` without `b`. */
export function subtractSpans(a: readonly Span[], b: readonly Span[]): Span[] {
  const spans: Span[] = [];
  let j = 0;
  for (const { start, end } of a) {
    let from = start;
    while (j < b.length && (b[j] as Span).end <= from) j += 1;
    for (let k = j; k < b.length && (b[k] as Span).start < end; k += 1) {
      const hole = b[k] as Span;
      if (hole.start > from) spans.push({ start: from, end: hole.start });
      from = Math.max(from, hole.end);
    }
    if (end > from) spans.push({ start: from, end });
  }
  return spans;
}

/** The length of a list of spans, in ms. */
export function spansMs(spans: readonly Span[]): number {
  return spans.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** The length, in ms, of what two lists of spans have in common. */
export function intersectionMs(a: readonly Span[], b: readonly Span[]): number {
  return spansMs(intersectSpans(a, b));
}

function endOf(item: OpenSpan): number {
  return item.end ?? Number.POSITIVE_INFINITY;
}

function append(spans: Span[], start: number, end: number): void {
  const last = spans.at(-1);
  if (last && last.end >= start) last.end = Math.max(last.end, end);
  else spans.push({ start, end });
}

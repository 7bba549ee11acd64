/** Merges sources that are each in order of time into one; sources may be endless. At one instant, the earlier source first. */
export function* mergeByTime<T extends { at: number }>(sources: readonly Iterable<T>[]): Generator<T> {
  const heads: { value: T; iterator: Iterator<T> }[] = [];
  for (const source of sources) {
    const iterator = source[Symbol.iterator]();
    const first = iterator.next();
    if (!first.done) heads.push({ value: first.value, iterator });
  }
  while (heads.length > 0) {
    let earliest = 0;
    for (let index = 1; index < heads.length; index += 1) {
      if ((heads[index] as { value: T }).value.at < (heads[earliest] as { value: T }).value.at) earliest = index;
    }
    const head = heads[earliest] as { value: T; iterator: Iterator<T> };
    yield head.value;
    const next = head.iterator.next();
    if (next.done) heads.splice(earliest, 1);
    else head.value = next.value;
  }
}

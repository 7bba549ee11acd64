/**
 * Gives back at once what this thread no longer needs, after something large that is seldom done: left alone, V8 would
 * keep room for it. Where the process began without `--expose-gc`, nothing happens.
 */
export function clearUp(): void {
  globalThis.gc?.();
}

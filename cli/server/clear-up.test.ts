import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Tells whether an object that nobody holds is there before and after clearing up. */
const SCRIPT = `
  import { clearUp } from '${new URL('./clear-up.ts', import.meta.url).href}';
  const left = new WeakRef(new Array(100_000).fill(0));
  await new Promise((resolve) => setImmediate(resolve));
  const isThere = () => left.deref() !== undefined;
  const before = isThere();
  await new Promise((resolve) => setImmediate(resolve));
  clearUp();
  console.log(before, isThere());
`;

describe('clearUp()', () => {
  it.each([
    ['gives back what nobody holds', ['--expose-gc'], 'true false'],
    ['does nothing where the process began without the means', [], 'true true'],
  ])('%s', (_, flags, expected) => {
    const said = execFileSync(process.execPath, [...flags, '--input-type=module', '-e', SCRIPT], { encoding: 'utf8' });
    expect(said.trim()).toBe(expected);
  });
});

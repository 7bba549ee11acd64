import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtMain, SOURCES_FILE, sourcesOf } from './bundle.ts';

let root: string;
let folder: string;
const file = (name: string) => path.join(root, name);

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'fabmeter-bundle-'));
  folder = file('dist');
  mkdirSync(folder);
  mkdirSync(file('cli'));
  for (const name of ['main.ts', 'cli/main.ts']) writeFileSync(file(name), `// ${name}`);
  const sources = sourcesOf(root, [file('main.ts'), file('cli/main.ts')]);
  writeFileSync(path.join(folder, SOURCES_FILE), JSON.stringify(sources));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('builtMain()', () => {
  it('is the main file of a bundle that was built of these files', () => {
    expect(builtMain(root, folder)).toBe(path.join(folder, 'main.js'));
  });

  it('is so when a copy kept whole seconds only', () => {
    const second = 1_780_000_000;
    utimesSync(file('main.ts'), second, second + 0.7);
    writeFileSync(path.join(folder, SOURCES_FILE), JSON.stringify(sourcesOf(root, [file('main.ts')])));
    utimesSync(file('main.ts'), second, second);
    expect(builtMain(root, folder)).not.toBeNull();
  });

  it.each([
    ['a file became longer', () => appendFileSync(file('cli/main.ts'), ';')],
    ['a file changed at another time', () => utimesSync(file('main.ts'), 1, 1)],
    ['a file is gone', () => rmSync(file('cli/main.ts'))],
    ['nothing was built', () => rmSync(folder, { recursive: true })],
    ['what was built is damaged', () => writeFileSync(path.join(folder, SOURCES_FILE), '{"main.ts"')],
  ])('is null when %s', (_, change) => {
    change();
    expect(builtMain(root, folder)).toBeNull();
  });
});

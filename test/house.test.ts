/** Tidies the source: rules of the house that no linter knows. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
const LEFT_OUT = new Set(['node_modules', 'dist', '.git', 'data', 'bench-results', 'coverage']);
const LINES_MAX = 300;

function filesUnder(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (LEFT_OUT.has(entry.name)) return [];
    return entry.isDirectory() ? filesUnder(file) : [file];
  });
}

function linesOf(file: string): string[] {
  return readFileSync(path.join(ROOT, file), 'utf8').split('\n');
}

const files = filesUnder('.');
const source = files.filter((file) => /\.(ts|tsx|mjs)$/.test(file));
const rules = source.filter(
  (file) => !file.includes('.test.') && !file.startsWith('test/') && !file.endsWith('.config.ts'),
);
const papers = files.filter((file) => file.endsWith('.md'));

/** Exports without a docstring; in a block of one-line constants the first one's serves all, and so it is with overloads. */
function undocumented(lines: readonly string[]): string[] {
  const isExport = /^export (?:async )?(?:const|function|class|abstract class|interface|type) (\w+)/;
  const isConstant = /^export const \w+ = .*;$/;
  return lines.flatMap((line, index) => {
    const name = isExport.exec(line)?.[1];
    const before = lines[index - 1] ?? '';
    if (name === undefined || before.trimEnd().endsWith('*/')) return [];
    if (isConstant.test(line) && isConstant.test(before)) return [];
    if (isExport.exec(before)?.[1] === name) return [];
    return [name];
  });
}

/** Version numbers in prose: fenced code and addresses may hold them. */
function versionsIn(lines: readonly string[]): string[] {
  let isCode = false;
  return lines.flatMap((line, index) => {
    if (line.trimStart().startsWith('```')) isCode = !isCode;
    const prose = line.replaceAll('MQTT 3.1.1', '').replaceAll(/`[^`]*`|\([^)]*:\/\/[^)]*\)/g, '');
    return !isCode && /(?<![\d.])v?\d+\.\d+\.\d+(?![\d.]*\.\d)/.test(prose)
      ? [`line ${index + 1}: ${line.trim()}`]
      : [];
  });
}

describe('the house', () => {
  it('has source to look at', () => {
    expect(rules.length).toBeGreaterThan(5);
  });

  it('has no file that is named after nothing', () => {
    const named = source.filter((file) =>
      /(^|[-./])(utils?|helpers?|common|misc|manager)([-.]|$)/.test(path.basename(file)),
    );
    expect(named).toEqual([]);
  });

  it('says in a sentence what each export is', () => {
    const found = rules.flatMap((file) => undocumented(linesOf(file)).map((name) => `${file}: ${name}`));
    expect(found).toEqual([]);
  });

  it(`has no file longer than ${LINES_MAX} lines`, () => {
    expect(rules.filter((file) => linesOf(file).length > LINES_MAX + 1)).toEqual([]);
  });

  it('has no version numbers in its papers', () => {
    const found = papers.flatMap((file) => versionsIn(linesOf(file)).map((line) => `${file} ${line}`));
    expect(found).toEqual([]);
  });
});

describe('undocumented()', () => {
  it.each([
    [['/** Says it. */', 'export const a = 1;', 'export const b = 2;'], []],
    [['export const a = 1;'], ['a']],
    [['/** Says it. */', 'export const a = 1;', '', 'export const b = 2;'], ['b']],
    [['/** Says it. */', 'export function a(b: 1): 1;', 'export function a(b: number) {'], []],
    [['/** Says it. */', 'export interface A {', '}', 'export async function b() {}'], ['b']],
  ])('finds what has no docstring: %j', (lines, expected) => {
    expect(undocumented(lines)).toEqual(expected);
  });
});

describe('versionsIn()', () => {
  it.each([
    ['Needs Node 26.1.0.', 1],
    ['Listens on 127.0.0.1 for MQTT 3.1.1.', 0],
    ['Run `npm i x@1.2.3`.', 0],
  ])('%j has %i', (line, count) => {
    expect(versionsIn([line])).toHaveLength(count);
  });
});

import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type Failure, failure } from '../domain/failure.ts';

/** A registry document as it was read from a file, before it is checked. */
export interface RegistryFile {
  document: unknown;
  /** The line (from 1) on which a place such as `machines[2].lab` stands, or the nearest place above it. */
  lineOf(path: string): number | undefined;
}

/** Reads a registry document from a file of YAML or JSON (which is YAML as well). */
export function readRegistryFile(file: string): RegistryFile | Failure {
  const text = readText(file);
  return typeof text === 'string' ? parseRegistry(text, file) : text;
}

/** Reads a text file; a failure says why it cannot. */
export function readText(file: string): string | Failure {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EACCES: 'it may not be read',
      EISDIR: 'it is a folder',
    };
    return failure('bad-parameter', `Cannot read ${file}: ${reasons[code ?? ''] ?? message}.`);
  }
}

/** Reads a registry document from text. What is wrong is told with its line, and without the line's text: it may hold a secret. */
export function parseRegistry(text: string, name: string): RegistryFile | Failure {
  return parseJson(text) ?? parseYaml(text, name);
}

/** From so many characters on a document of JSON was written by a program, in which no key is there twice. */
const LARGE = 200_000;

/** The registry of a large network as JSON, many times faster than as YAML; undefined when it is not. */
function parseJson(text: string): RegistryFile | undefined {
  if (text.length < LARGE || !/^\s*\{/.test(text)) return undefined;
  try {
    return { document: JSON.parse(text), lineOf: (path) => linesOf(text)?.(path) };
  } catch {
    return undefined;
  }
}

function linesOf(text: string): RegistryFile['lineOf'] | undefined {
  const parsed = parseYaml(text, '');
  return 'kind' in parsed ? undefined : parsed.lineOf;
}

function parseYaml(text: string, name: string): RegistryFile | Failure {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [error] = parsed.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    const sentence = `Cannot read ${name} as YAML: line ${line}, column ${col}: ${plainReason(error.code)}.`;
    return failure('bad-request', sentence);
  }
  const document = documentOf(parsed);
  if (document === undefined)
    return failure('bad-request', `Cannot read ${name} as YAML: it refers too often to itself.`);
  return { document, lineOf: (path) => lineOf(parsed.contents, path, lines) };
}

const REASONS: Record<string, string> = {
  DUPLICATE_KEY: 'a key is there twice',
  BAD_INDENT: 'the indentation does not fit',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  MISSING_CHAR: 'a character is missing: a quote, a comma or a bracket',
  BLOCK_IN_FLOW: 'a bracket is not closed',
  MULTILINE_IMPLICIT_KEY: 'a key or a colon is missing',
  UNEXPECTED_TOKEN: 'something is here that does not belong here',
};

function plainReason(code: string): string {
  return REASONS[code] ?? `not valid (${code.toLowerCase().replaceAll('_', ' ')})`;
}

/** Undefined when aliases would make the document grow without end. */
function documentOf(parsed: ReturnType<typeof parseDocument>): unknown {
  try {
    return parsed.toJS({ maxAliasCount: 100 }) ?? null;
  } catch {
    return undefined;
  }
}

function lineOf(top: Node | null, path: string, lines: LineCounter): number | undefined {
  let node: unknown = top;
  let offset = offsetOf(node);
  for (const step of stepsOf(path)) {
    const found = childOf(node, step);
    if (!found) break;
    node = found.value;
    offset = found.offset ?? offset;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
}

function childOf(node: unknown, step: string | number): { value: unknown; offset: number | undefined } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const value = node.items[step];
    return value === undefined ? undefined : { value, offset: offsetOf(value) };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
  return pair && { value: pair.value, offset: offsetOf(pair.key) };
}

function offsetOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] | null } | null)?.range?.[0];
}

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** The file of a bundle that says of which files it was built. */
export const SOURCES_FILE = 'sources.json';
/** The file of a bundle that begins the program. */
export const MAIN_FILE = 'main.js';

/** Files by their path below the root: how long they are, and when they changed last, in whole seconds. */
type Sources = Record<string, { bytes: number; changedS: number }>;

/** Describes files below `root` as they are now. */
export function sourcesOf(root: string, files: readonly string[]): Sources {
  return Object.fromEntries(files.map((file) => [path.relative(root, file), stateOf(file)]));
}

/**
 * The main file of the bundle in `folder`, if it was built of the very files that are below `root` now; null when there is
 * none, or a file has changed since.
 */
export function builtMain(root: string, folder: string): string | null {
  try {
    const sources = JSON.parse(readFileSync(path.join(folder, SOURCES_FILE), 'utf8')) as Sources;
    for (const [file, { bytes, changedS }] of Object.entries(sources)) {
      const now = stateOf(path.join(root, file));
      if (now.bytes !== bytes || now.changedS !== changedS) return null;
    }
    return path.join(folder, MAIN_FILE);
  } catch {
    return null;
  }
}

function stateOf(file: string): Sources[string] {
  const { size, mtimeMs } = statSync(file);
  // Copies between file systems keep whole seconds.
  return { bytes: size, changedS: Math.floor(mtimeMs / 1000) };
}

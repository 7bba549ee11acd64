/**
 * Names the packages of other platforms in `package-lock.json` that npm left out, because the registry it asked did not
 * have them: `npm ci` refuses such a lock, and a Raspberry Pi needs them. Run `node test/lock-platforms.ts` to add them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** One package of a lock file, as far as it is looked at here. */
export interface LockedPackage {
  version?: string;
  optionalDependencies?: Record<string, string>;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

/** The packages of a lock file by their place (`node_modules/x`). */
export type LockedPackages = Record<string, LockedPackage>;

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS: Record<string, string> = {
  arm: 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  loong64: 'loong64',
  mips64el: 'mips64el',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  wasm32: 'wasm32',
  x64: 'x64',
};

/** What optional dependencies name and the lock does not hold. */
export function missingPackages(packages: LockedPackages): LockedPackages {
  const missing: LockedPackages = {};
  for (const [place, owner] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(owner.optionalDependencies ?? {})) {
      if (!isThere(packages, place, name)) missing[`node_modules/${name}`] = entryOf(name, range, owner);
    }
  }
  return missing;
}

/** Looks for a package as Node does: beside its owner's dependencies, then further up. */
function isThere(packages: LockedPackages, place: string, name: string): boolean {
  const above = place.lastIndexOf('/node_modules/');
  if (packages[`${place === '' ? '' : `${place}/`}node_modules/${name}`]) return true;
  return place !== '' && isThere(packages, above < 0 ? '' : place.slice(0, above), name);
}

function entryOf(name: string, range: string, owner: LockedPackage): LockedPackage {
  const words = name.split(/[/-]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.flatMap((word) => PROCESSORS[word] ?? []);
  const libc = words.flatMap((word) => (/^musl/.test(word) ? ['musl'] : /^gnu/.test(word) ? ['glibc'] : []));
  return {
    version: range.replace(/^[\^~]/, ''),
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(owner.dev ? { dev: true } : {}),
    ...(libc.length > 0 && os.includes('linux') ? { libc } : {}),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
  };
}

/** The lock file of this house. */
export const LOCK_FILE = path.join(import.meta.dirname, '../package-lock.json');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lock = JSON.parse(readFileSync(LOCK_FILE, 'utf8')) as { packages: LockedPackages };
  const packages = Object.entries({ ...lock.packages, ...missingPackages(lock.packages) });
  packages.sort(([one], [other]) => (one < other ? -1 : 1));
  writeFileSync(LOCK_FILE, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
}

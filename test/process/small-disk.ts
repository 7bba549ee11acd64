/** Disks that are small or full, for tests: real file systems, where this user may mount them. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** Whether this user may mount file systems of its own: then a full and a read-only disk are real ones. */
export const mayMount = tries(() => {
  const folder = '/tmp/fabmeter-mount-try';
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder], { stdio: 'ignore' });
  execFileSync('umount', [folder], { stdio: 'ignore' });
});
/** Whether some work goes without an error. */
export function tries(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** Mounts a file system on a folder until the test is over. */
export function mounted(options: string[], folder: string): string {
  execFileSync('mount', [...options, folder]);
  onTestFinished(
    () => tries(() => execFileSync('umount', ['-l', folder], { stdio: 'ignore' })) as unknown as undefined,
  );
  return folder;
}

/** Writes until nothing more fits; throws then. */
export function fill(file: string): void {
  for (const bytes of [65_536, 4096]) {
    if (bytes === 65_536) tries(() => growForEver(file, bytes));
    else growForEver(file, bytes);
  }
}

function growForEver(file: string, bytes: number): void {
  const block = Buffer.alloc(bytes, 1);
  for (let n = 0; n < 10_000; n++) appendFileSync(file, block);
}

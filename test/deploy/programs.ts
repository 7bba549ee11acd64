/** Programs of the machine that some tests need. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Debian keeps servers where only root looks. */
const SEARCHED = `${process.env.PATH}:/usr/sbin:/sbin`;

/** The environment in which a program is found. */
export const PROGRAM_ENV = { ...process.env, PATH: SEARCHED };

/** The root of the source. */
export const ROOT = path.join(import.meta.dirname, '../..');

/** Why tests with a program are skipped, for the title of the tests; undefined: it is there. */
export function missing(program: string, debianPackage: string, flag = '--version'): string | undefined {
  const { error } = spawnSync(program, [flag], { env: PROGRAM_ENV, stdio: 'ignore' });
  return error === undefined ? undefined : `${program} is not installed (Debian: apt install ${debianPackage})`;
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[]): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { env: PROGRAM_ENV, encoding: 'utf8' });
  return { code: status, text: `${stdout}${stderr}` };
}

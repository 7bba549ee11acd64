import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('lockFolder()', () => {
  it('makes the folder, refuses a second holder, and gives way when it is released', () => {
    const data = path.join(folder, 'new/data');
    const lock = lockFolder(data);
    expect(() => lockFolder(data)).toThrow(
      /Another Fabmeter holds the data folder .*new\/data: stop it, or give another --data/,
    );
    lock.release();
    lock.release();
    lockFolder(data).release();
  });

  it('gives way when its holder is killed', async () => {
    const code = `const { lockFolder } = await import(${JSON.stringify(path.join(import.meta.dirname, 'folder-lock.ts'))});
      lockFolder(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(() => lockFolder(folder)).toThrow(/Another Fabmeter/);
    child.kill('SIGKILL');
    await once(child, 'close');
    lockFolder(folder).release();
  });

  it('says so when the folder is a file', () => {
    writeFileSync(path.join(folder, 'file'), '');
    expect(() => lockFolder(path.join(folder, 'file'))).toThrow(/Cannot use the data folder/);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'fabmeter-launcher-'));
  mkdirSync(path.join(home, 'bin'));
  copyFileSync(path.join(ROOT, 'bin/fabmeter.mjs'), path.join(home, 'bin/fabmeter.mjs'));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(home, 'node_modules'));
});
afterEach(() => rmSync(home, { recursive: true }));

function launch(main: string, args: string[] = []): ChildProcess {
  writeFileSync(path.join(home, 'main.ts'), main);
  return spawn(process.execPath, [path.join(home, 'bin/fabmeter.mjs'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child, 'close');
  return text;
}

describe('bin/fabmeter.mjs', () => {
  it('passes arguments and the exit code on, under the pinned runtime', async () => {
    const child = launch(
      'console.log(JSON.stringify(process.argv.slice(2)), process.execPath); process.exitCode = 7;',
      ['apply', 'a b.yaml'],
    );
    const text = await textOf(child);
    expect(text).toMatch(/^\["apply","a b.yaml"\] .*node_modules\/node\/bin\/node\n$/);
    expect(child.exitCode).toBe(7);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('passes %s on and waits for an orderly end', async (signal) => {
    const child = launch(`process.on('${signal}', () => { console.log('ended by ${signal}'); process.exit(0); });
      setInterval(() => {}, 1000); console.log('ready');`);
    const text = textOf(child);
    child.stdout?.once('data', () => child.kill(signal));
    expect(await text).toBe(`ready\nended by ${signal}\n`);
    expect(child.exitCode).toBe(0);
  });

  it('ends by the signal that ended the program', async () => {
    const child = launch("process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);");
    await textOf(child);
    expect(child.signalCode).toBe('SIGTERM');
  });
});

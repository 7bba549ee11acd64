import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtMain } from '../../cli/bundle.ts';
import { startFabmeter, throwAwayFolder } from './running-fabmeter.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const DIST = path.join(ROOT, 'dist');

/** In CI `npm ci` has built it just now. */
beforeAll(() => {
  if (builtMain(ROOT, DIST) !== null) return;
  execFileSync('npm', ['run', '-s', 'build'], { cwd: ROOT, stdio: 'inherit' });
});

describe.runIf(process.platform === 'linux')('what npm ci built', () => {
  it('is what a start runs, and serves the page, its documentation and reports', async () => {
    const fabmeter = await startFabmeter({ data: throwAwayFolder() });
    const command = readFileSync(`/proc/${fabmeter.pid}/cmdline`, 'utf8').split('\0');
    expect(command).toContain(path.join(DIST, 'main.js'));
    expect(command).toContain('--expose-gc');
    for (const page of ['/', '/docs', '/api/v1/definitions', '/api/v1/machines'])
      expect([page, (await fabmeter.api(page)).status]).toEqual([page, 200]);
  });

  it('has a file for each thread, of letters that take one byte each', () => {
    const files = readdirSync(DIST).filter((name) => name.endsWith('.js'));
    for (const thread of ['journal', 'projector', 'reader', 'exporter']) expect(files).toContain(`${thread}-thread.js`);
    const isAscii = (name: string) => readFileSync(path.join(DIST, name)).every((byte) => byte < 0x80);
    expect(files.filter((name) => !isAscii(name))).toEqual([]);
  });
});

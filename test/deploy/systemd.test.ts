import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../cli/settings.ts';
import { connectAs } from '../process/mqtt-clients.ts';
import { startFabmeter, throwAwayFolder } from '../process/running-fabmeter.ts';
import { smallLab } from '../process/small-lab.ts';
import { missing, ROOT, run } from './programs.ts';

const UNIT = readFileSync(path.join(ROOT, 'deploy/fabmeter.service'), 'utf8');
/** As `systemd-analyze security` counts: 0 is locked up, 100 is open. */
const EXPOSURE_MAX = 15;
/** SQLite gives files to their owner's user when it is root, as in tests; under the unit it is not. */
const ONLY_AS_ROOT = ['fchown'];

const NO_SYSTEMD = missing('systemd-analyze', 'systemd');
const NO_STRACE = missing('strace', 'strace', '-V');

function valuesOf(key: string): string[] {
  return [...UNIT.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

/** The unit as it would be with Fabmeter installed here. */
function unitHere(): string {
  const file = path.join(throwAwayFolder(), 'fabmeter.service');
  writeFileSync(file, UNIT.replaceAll('/opt/fabmeter', ROOT));
  return file;
}

/** The system calls of a group such as `@system-service`, with those of the groups in it. */
function callsOf(group: string): string[] {
  const { stdout } = spawnSync('systemd-analyze', ['syscall-filter', group], { encoding: 'utf8' });
  const lines = stdout.split('\n').map((line) => line.trim());
  return lines.slice(1).flatMap((line) => (line.startsWith('@') ? callsOf(line) : /^\w+$/.test(line) ? [line] : []));
}

/** What the unit's filters leave, in their order: a group or call allows, `~` takes away. */
function allowedCalls(): Set<string> {
  const allowed = new Set<string>();
  for (const filter of valuesOf('SystemCallFilter')) {
    const isTaken = filter.startsWith('~');
    for (const name of filter.replace('~', '').split(' ')) {
      for (const call of name.startsWith('@') ? callsOf(name) : [name]) {
        if (isTaken) allowed.delete(call);
        else allowed.add(call);
      }
    }
  }
  return allowed;
}

describe('the unit', () => {
  it('starts what is there, with options that are known', () => {
    const [start = ''] = valuesOf('ExecStart');
    const [program = '', main = '', command, ...options] = start.split(' ');
    const files = [program, main].map((file) => file.replace('/opt/fabmeter', ROOT));
    expect(files.map((file) => readFileSync(file).length > 0)).toEqual([true, true]);
    expect(command).toBe('start');
    const known: string[] = SETTINGS.map(({ name }) => `--${name}`);
    expect(options.filter((option) => option.startsWith('--') && !known.includes(option))).toEqual([]);
  });

  it('keeps its data where systemd made room for them', () => {
    const [folder] = valuesOf('StateDirectory');
    expect(valuesOf('ExecStart')[0]).toContain(`--data /var/lib/${folder}`);
    expect(valuesOf('ProtectSystem')).toEqual(['strict']);
    expect(valuesOf('NoNewPrivileges')).toEqual(['yes']);
  });

  it('waits longer than an orderly stop takes', () => {
    expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(10);
  });
});

describe.skipIf(NO_SYSTEMD !== undefined)(`the unit and systemd ${NO_SYSTEMD ?? ''}`, () => {
  it('is understood', () => {
    expect(run('systemd-analyze', ['verify', unitHere()])).toEqual({ code: 0, text: '' });
  });

  it('is refused when it says something that systemd does not know', () => {
    const file = unitHere();
    writeFileSync(file, readFileSync(file, 'utf8').replace('ProtectSystem=strict', 'ProtectSystem=very'));
    expect(run('systemd-analyze', ['verify', file]).text).toContain('Failed to parse');
  });

  it('leaves little open', () => {
    const { code, text } = run('systemd-analyze', [
      'security',
      '--offline=true',
      `--threshold=${EXPOSURE_MAX}`,
      unitHere(),
    ]);
    expect(code, text).toBe(0);
  });

  it.skipIf(NO_STRACE !== undefined)(`allows every system call that Fabmeter makes ${NO_STRACE ?? ''}`, async () => {
    const counts = path.join(throwAwayFolder(), 'calls');
    const fabmeter = await startFabmeter({
      data: throwAwayFolder(),
      registry: smallLab(1),
      through: ['strace', '-f', '-qq', '-c', '-o', counts],
    });
    expect((await fabmeter.api('/api/v1/machines')).status).toBe(200);
    const plug = await connectAs('plug-1', fabmeter.mqttPort);
    await plug.publishAsync('fabmeter/1/plug-1/power', '{"w":150}', { qos: 1 });
    await plug.endAsync();
    // strace hands the signal to nobody: its child is the process to end.
    const [child = 0] = readFileSync(`/proc/${fabmeter.pid}/task/${fabmeter.pid}/children`, 'utf8')
      .split(' ')
      .map(Number);
    process.kill(child, 'SIGTERM');
    await fabmeter.ended;
    const lines = readFileSync(counts, 'utf8').trim().split('\n').slice(2, -2);
    const made = lines.map((line) => line.trim().split(/\s+/).at(-1) ?? '');
    expect(made.some((call) => call === 'fsync' || call === 'fdatasync')).toBe(true);
    const allowed = allowedCalls();
    expect(made.filter((call) => !allowed.has(call) && !ONLY_AS_ROOT.includes(call))).toEqual([]);
  });
});

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Device } from '../process/device.ts';
import {
  type RunningFabmeter,
  runFabmeter,
  startFabmeter,
  throwAwayFolder,
  tryToStart,
} from '../process/running-fabmeter.ts';
import { fill, mayMount, mounted, tries } from '../process/small-disk.ts';
import { smallLab } from '../process/small-lab.ts';
import { until } from '../process/until.ts';

const HOUR_MS = 3_600_000;
/** How long it is watched that Fabmeter does not claim to be well while it is not. */
const WATCH_MS = 3000;

if (!mayMount) console.info('skipped: full and read-only disk (mounting is not allowed here)');

/** Sends one reading after the other, each with a time of its own; comes back after every cut. */
class Plug {
  readonly device = new Device('plug-1');
  readonly acked = new Set<string>();
  readonly #firstAt = Date.now() - HOUR_MS;
  readonly #port: number;
  sent = 0;

  constructor(port: number) {
    this.#port = port;
  }

  send(count: number, extra = ''): void {
    for (let n = 0; n < count; n++) {
      const t = new Date(this.#firstAt + this.sent++).toISOString();
      const payload = `{"t":"${t}","w":${this.sent % 300}${extra}}`;
      this.device.send('fabmeter/1/plug-1/power', payload, 1, () => this.acked.add(t));
    }
  }

  async comeBack(): Promise<boolean> {
    return this.device.isConnected || (await this.device.connect(this.#port));
  }

  /** Reconnects until everything is acknowledged. */
  async settle(): Promise<void> {
    await until('all is acknowledged', async () => (await this.comeBack()) && this.device.underWay === 0, 30_000);
  }

  /** What was acknowledged and is not stored exactly once. */
  async wrong(fabmeter: RunningFabmeter): Promise<string[]> {
    const stored = (await fabmeter.events('?connector=plug-1'))
      .filter(({ kind }) => kind === 'power')
      .map(({ at }) => at);
    const counts = Map.groupBy(stored, (at) => at);
    return [...this.acked].filter((at) => counts.get(at)?.length !== 1);
  }
}

async function reasons(fabmeter: RunningFabmeter): Promise<string | undefined> {
  const answer = await fabmeter.api('/readyz');
  if (answer.status === 200) return undefined;
  expect(answer.status).toBe(503);
  return ((await answer.json()) as { reasons: string[] }).reasons.join('\n');
}

async function isOnline(fabmeter: RunningFabmeter, machine: string): Promise<boolean> {
  return (await fabmeter.json<{ online: boolean }>(`/api/v1/machines/${machine}`)).online === true;
}

/** Looks on for a while; every look has to find Fabmeter unready. */
async function staysUnready(fabmeter: RunningFabmeter): Promise<void> {
  const watchedUntil = performance.now() + WATCH_MS;
  let looks = 0;
  while (performance.now() < watchedUntil) {
    expect(await reasons(fabmeter), `look ${looks}`).toBeDefined();
    looks += 1;
  }
  expect(looks).toBeGreaterThan(5);
}

async function stopAndVerify(fabmeter: RunningFabmeter, data: string): Promise<void> {
  expect((await fabmeter.stop()).code).toBe(0);
  expect(await runFabmeter(['verify', '--data', data])).toMatchObject({
    code: 0,
    out: expect.stringContaining('everything agrees'),
  });
}

describe.runIf(mayMount)('a full disk', () => {
  it('is told, loses nothing, and is got over without help', async () => {
    const data = mounted(['-t', 'tmpfs', '-o', 'size=8m', 'none'], throwAwayFolder());
    const fabmeter = await startFabmeter({ data, registry: smallLab(1) });
    const plug = new Plug(fabmeter.mqttPort);
    plug.send(200);
    await plug.settle();
    const filler = path.join(data, 'filler');
    expect(tries(() => fill(filler))).toBe(false);
    const why = await until('the full disk is noticed', async () => {
      if (await plug.comeBack()) plug.send(50, `,"note":"${'x'.repeat(2000)}"`);
      return reasons(fabmeter);
    });
    expect(why).toContain('the disk is full; free some space, Fabmeter goes on by itself');
    expect(await fabmeter.metric('fabmeter_storage_up')).toBe(0);
    expect(await fabmeter.metric('fabmeter_storage_failures_total')).toBeGreaterThan(0);
    await staysUnready(fabmeter);
    expect((await fabmeter.api('/healthz')).status).toBe(200);
    expect((await fabmeter.api('/api/v1/machines')).status).toBe(200);
    const ackedWhileFull = plug.acked.size;
    expect(plug.sent).toBeGreaterThan(ackedWhileFull);
    rmSync(filler);
    await until('it goes on', async () => (await reasons(fabmeter)) === undefined);
    await plug.settle();
    expect(plug.acked.size).toBe(plug.sent);
    expect(await plug.wrong(fabmeter)).toEqual([]);
    expect(await fabmeter.metric('fabmeter_storage_up')).toBe(1);
    plug.device.cut();
    await stopAndVerify(fabmeter, data);
  });

  it('refuses a start with a sentence', async () => {
    const data = mounted(['-t', 'tmpfs', '-o', 'size=1m', 'none'], throwAwayFolder());
    expect(tries(() => fill(path.join(data, 'filler')))).toBe(false);
    const ended = await tryToStart({ data, registry: smallLab(1) });
    expect(ended).toMatchObject({ code: 1, err: expect.stringMatching(/^Cannot .*disk is full/) });
    expect((ended as { err: string }).err).not.toMatch(/\n +at /);
  });
});

describe.runIf(mayMount)('a read-only data folder', () => {
  it.each([
    { what: 'new', isNew: true },
    { what: 'in use before', isNew: false },
  ])('refuses a start with a sentence when it is $what', async ({ isNew }) => {
    const data = throwAwayFolder();
    if (!isNew) await (await startFabmeter({ data, registry: smallLab(1) })).stop();
    execFileSync('mount', ['--bind', data, data]);
    mounted(['-o', 'remount,bind,ro'], data);
    const ended = await tryToStart({ data });
    expect(ended).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/read-only|writable/) });
    expect((ended as { err: string }).err).not.toMatch(/\n +at /);
  });
});

describe('a journal that another process holds', () => {
  it('is told, loses nothing, and is got over without help', async () => {
    const data = throwAwayFolder();
    const fabmeter = await startFabmeter({ data, registry: smallLab(2) });
    const plug = new Plug(fabmeter.mqttPort);
    plug.send(100);
    await plug.settle();
    const leaving = new Device('plug-2');
    await leaving.connect(fabmeter.mqttPort);
    await until('the second plug is there', () => isOnline(fabmeter, 'machine-2'));
    const other = new DatabaseSync(path.join(data, 'journal.db'));
    onTestFinished(() => void (other.isOpen && other.close()));
    other.exec('BEGIN EXCLUSIVE');
    plug.send(50);
    const why = await until('the lock is noticed', () => reasons(fabmeter));
    expect(why).toContain('another process holds the database');
    await staysUnready(fabmeter);
    expect(plug.acked.size).toBe(100);
    leaving.cut();
    other.exec('ROLLBACK');
    await until('it goes on', async () => (await reasons(fabmeter)) === undefined);
    await plug.settle();
    expect(await plug.wrong(fabmeter)).toEqual([]);
    await until('the plug that left meanwhile is gone', async () => !(await isOnline(fabmeter, 'machine-2')));
    plug.device.cut();
    other.close();
    await stopAndVerify(fabmeter, data);
  });

  it('refuses a start with a sentence', async () => {
    const data = throwAwayFolder();
    await (await startFabmeter({ data, registry: smallLab(1) })).stop();
    const other = new DatabaseSync(path.join(data, 'journal.db'));
    onTestFinished(() => other.close());
    other.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE');
    const ended = await tryToStart({ data });
    expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('another process holds the database') });
    expect((ended as { err: string }).err).not.toMatch(/\n +at /);
  });
});

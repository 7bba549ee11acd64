import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { compareWithLedger } from './compare.ts';
import { ExportHouse, exportRegistry, readings } from './export-house.ts';
import { Influxd, type InfluxdOptions, NO_INFLUXD, until } from './influxd.ts';

const T0 = Date.parse('2026-03-02T08:00:00Z');
const HOUR = 3_600_000;

/** Whether this user may mount: then InfluxDB's full disk is a real one. */
const MAY_MOUNT = tries(() => {
  const folder = mkdtempSync(join(tmpdir(), 'fabmeter-mount-try-'));
  mount(folder, '1m');
  execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
});

function tries(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

function mount(folder: string, size: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', folder], { stdio: 'ignore' });
}

function growForEver(file: string, bytes: number): void {
  const block = Buffer.alloc(bytes, 1);
  for (;;) appendFileSync(file, block);
}

describe.skipIf(NO_INFLUXD !== undefined)(`the export to an InfluxDB in trouble ${NO_INFLUXD ?? ''}`, () => {
  let house: ExportHouse;
  let influxd: Influxd;

  afterEach(async () => {
    await house?.close();
    await influxd?.stop();
  });

  async function begin(options: InfluxdOptions = {}): Promise<{ url: string; database: string }> {
    influxd = await Influxd.start(options);
    house = new ExportHouse(exportRegistry(1));
    house.append(readings('m1', T0, T0 + 5 * HOUR, 1000));
    house.now = T0 + 5 * HOUR;
    await house.project();
    return { url: influxd.url, database: influxd.database };
  }

  /** The states that were told, each as often as it followed another. */
  const states = () => house.states.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]);

  /** Nothing is lost, and each trouble was told once. */
  async function expectAll(told: string[]): Promise<void> {
    await house.settled(60_000);
    expect(await influxd.number('SELECT count(w) FROM power')).toBe(5 * 3600);
    await compareWithLedger(house, influxd);
    expect(house.exporter?.status()).toMatchObject({ state: 'working', refused: 0, tooOld: 0 });
    expect(states()).toEqual(told);
  }

  it('waits while the password is wrong', async () => {
    const target = await begin({ auth: true });
    await influxd.query(`CREATE USER fabmeter WITH PASSWORD 'another'`);
    await influxd.query(`GRANT WRITE ON ${target.database} TO fabmeter`);
    house.export({ ...target, user: 'fabmeter', token: 'right' });
    await until('it was told', () => house.exporter?.status().state === 'set-up-wrong');
    expect(house.exporter?.status().reason).toMatch(/^401 authorization failed/);
    expect(await influxd.number('SELECT count(w) FROM power')).toBe(0);
    await influxd.query(`SET PASSWORD FOR fabmeter = 'right'`);
    await expectAll(['set-up-wrong', 'working']);
  });

  it('waits while its user may not write', async () => {
    const target = await begin({ auth: true });
    await influxd.query(`CREATE USER fabmeter WITH PASSWORD 'right'`);
    await influxd.query(`GRANT READ ON ${target.database} TO fabmeter`);
    house.export({ ...target, user: 'fabmeter', token: 'right' });
    await until('it was told', () => house.exporter?.status().state === 'set-up-wrong');
    expect(house.exporter?.status().reason).toMatch(/^403 /);
    await influxd.query(`GRANT WRITE ON ${target.database} TO fabmeter`);
    await expectAll(['set-up-wrong', 'working']);
  });

  it('halves bodies that are too large for it', async () => {
    const target = await begin({ http: 'max-body-size = 50000' });
    house.export(target);
    await expectAll(['working']);
  });

  it('waits while it hangs, and goes on when it answers again', async () => {
    const target = await begin();
    influxd.freeze();
    house.export(target, { deadlineMs: 3000 });
    await until('it was told', () => house.exporter?.status().state === 'waiting');
    expect(house.exporter?.status().reason).toBe('no answer within 3000 ms');
    influxd.thaw();
    await expectAll(['waiting', 'working']);
  });

  it.skipIf(!MAY_MOUNT)('waits while its disk is full, and goes on when there is room', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fabmeter-influxd-full-'));
    mount(folder, '16m');
    onTestFinished(() => {
      tries(() => execFileSync('umount', ['-l', folder], { stdio: 'ignore' }));
      rmSync(folder, { recursive: true, force: true });
    });
    mkdirSync(join(folder, 'influxd'));
    const target = await begin({ folder: join(folder, 'influxd') });
    const filler = join(folder, 'filler');
    for (const bytes of [65_536, 512]) tries(() => growForEver(filler, bytes));
    house.export(target);
    await until('it was told', () => house.exporter?.status().state === 'waiting');
    expect(house.exporter?.status().reason).toMatch(/^500 .*no space left on device/);
    rmSync(filler);
    await expectAll(['waiting', 'working']);
  });
});

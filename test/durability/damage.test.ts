import { closeSync, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { Device } from '../process/device.ts';
import {
  RunningFabmeter,
  runFabmeter,
  startFabmeter,
  throwAwayFolder,
  tryToStart,
} from '../process/running-fabmeter.ts';
import { smallLab } from '../process/small-lab.ts';
import { until } from '../process/until.ts';

const HOUR_MS = 3_600_000;
const ROUNDS = 30;
const PER_ROUND = 20;

/** Sends rounds of readings, each acknowledged before the next, so that the journal gets many batches. */
async function send(fabmeter: RunningFabmeter, from: number, rounds: number): Promise<void> {
  const plug = new Device('plug-1');
  expect(await plug.connect(fabmeter.mqttPort)).toBe(true);
  for (let n = 0; n < rounds * PER_ROUND; n++) {
    const t = new Date(from + n * 1000).toISOString();
    plug.send(
      'fabmeter/1/plug-1/power',
      JSON.stringify({ t, w: n % 200 < 100 ? 300 : 30, wh: n, boot: 'b', seq: n }),
      1,
    );
    if (n % PER_ROUND === PER_ROUND - 1)
      await until('the round is acknowledged', () => plug.underWay === 0 || fabmeter.isOver);
  }
  expect(fabmeter.isOver, fabmeter.err).toBe(false);
  plug.cut();
}

async function readings(fabmeter: RunningFabmeter): Promise<number> {
  return (await fabmeter.events('?connector=plug-1')).filter(({ kind }) => kind === 'power').length;
}

/** Seconds of running in the hour from `from` on. */
async function runningSeconds(fabmeter: RunningFabmeter, from: number): Promise<number> {
  const range = `from=${new Date(from).toISOString()}&to=${new Date(from + HOUR_MS).toISOString()}`;
  const { rows } = await fabmeter.json<{ rows: { runningS: number }[] }>(`/api/v1/usage?${range}`);
  return rows[0]?.runningS ?? 0;
}

/** A folder whose process was killed while everything was projected and the journal still had its WAL. */
async function killedFolder(from: number): Promise<{ data: string; before: number }> {
  const data = throwAwayFolder();
  const fabmeter = await startFabmeter({ data, registry: smallLab(1) });
  await send(fabmeter, from, ROUNDS);
  await until('all is projected', async () => (await fabmeter.metric('fabmeter_projection_lag_events')) === 0);
  const before = await runningSeconds(fabmeter, from);
  expect(before).toBeGreaterThan(0);
  await fabmeter.kill();
  return { data, before };
}

type Damage = (file: number, bytes: number) => void;

/** Turns one byte in every hundred round, from `share` of the file on. */
function flipFrom(share: number): Damage {
  return (file, bytes) => {
    const byte = Buffer.alloc(1);
    for (let at = Math.floor(bytes * share); at < bytes; at += 100) {
      readSync(file, byte, 0, 1, at);
      byte[0] = (byte[0] as number) ^ 0xff;
      writeSync(file, byte, 0, 1, at);
    }
  };
}

function cutTo(share: number): Damage {
  return (file, bytes) => ftruncateSync(file, Math.floor(bytes * share));
}

function damage(data: string, name: string, work: Damage): void {
  const file = openSync(path.join(data, name), 'r+');
  work(file, fstatSync(file).size);
  closeSync(file);
}

const LOST_TAILS: { what: string; work: Damage }[] = [
  { what: 'the last third is garbage', work: flipFrom(2 / 3) },
  { what: 'half is cut off', work: cutTo(0.5) },
  { what: 'all is cut off', work: cutTo(0) },
];

describe('a write-ahead log whose end the disk lost', () => {
  it.each(LOST_TAILS)('is told; what was counted stays, and what comes is counted, when $what', async ({ work }) => {
    const from = Math.floor(Date.now() / HOUR_MS - 3) * HOUR_MS;
    const { data, before } = await killedFolder(from);
    expect(statSync(path.join(data, 'journal.db-wal')).size).toBeGreaterThan(100_000);
    damage(data, 'journal.db-wal', work);
    const fabmeter = await startFabmeter({ data, registry: smallLab(1) });
    expect(await readings(fabmeter)).toBeLessThan(ROUNDS * PER_ROUND);
    expect(fabmeter.err).toContain('The journal has lost its end: events');
    expect(await runningSeconds(fabmeter, from)).toEqual(before);
    await send(fabmeter, from, 2 * ROUNDS);
    await until('the later half is counted too', async () => (await runningSeconds(fabmeter, from)) === 2 * before);
    expect((await fabmeter.stop()).code).toBe(0);
    const verified = await runFabmeter(['verify', '--data', data]);
    expect(verified).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^journal: events \d+ to \d+ are missing$/m),
    });
  });
});

const BROKEN_FILES: { what: string; work: Damage; says: RegExp }[] = [
  {
    what: 'its head is garbage',
    work: (file) => void writeSync(file, Buffer.alloc(100, 7), 0, 100, 0),
    says: /not a database|damaged/,
  },
  { what: 'its second half is garbage', work: flipFrom(0.5), says: /damaged|not a database/ },
  { what: 'its second half is cut off', work: cutTo(0.5), says: /damaged|not a database/ },
];

describe('a damaged journal', () => {
  it.each(BROKEN_FILES)('is told in a sentence, at the start and by verify, when $what', async ({ work, says }) => {
    const from = Math.floor(Date.now() / HOUR_MS - 3) * HOUR_MS;
    const data = throwAwayFolder();
    const first = await startFabmeter({ data, registry: smallLab(1) });
    await send(first, from, ROUNDS);
    expect((await first.stop()).code).toBe(0);
    damage(data, 'journal.db', work);
    const started = await tryToStart({ data });
    const said = started instanceof RunningFabmeter ? await (await started.api('/readyz')).text() : started.err;
    if (started instanceof RunningFabmeter) await started.kill();
    else expect(started.code).not.toBe(0);
    expect(said).toMatch(says);
    const verified = await runFabmeter(['verify', '--data', data]);
    expect(verified.code).toBe(1);
    expect(verified.out + verified.err).toMatch(says);
  });
});

const BROKEN_CELLS: { what: string; sql: string }[] = [
  { what: 'the messages of its last batch are garbage', sql: "UPDATE batch SET message_bytes = x'07070707070707'" },
  { what: 'what it has seen is garbage', sql: "UPDATE seen SET ranges = '[[1,'" },
];

describe('a journal with a damaged cell', () => {
  it.each(BROKEN_CELLS)('is told in a sentence at the start, when $what', async ({ sql }) => {
    const data = throwAwayFolder();
    const first = await startFabmeter({ data, registry: smallLab(1) });
    await send(first, Date.now() - HOUR_MS, 2);
    expect((await first.stop()).code).toBe(0);
    const db = new DatabaseSync(path.join(data, 'journal.db'));
    expect(db.prepare(sql).run().changes).toBeGreaterThan(0);
    db.close();
    const started = await tryToStart({ data });
    expect(started).not.toBeInstanceOf(RunningFabmeter);
    expect(started).toMatchObject({ code: 1, err: expect.stringMatching(/^Cannot use .*journal.*damaged; restore/m) });
  });
});

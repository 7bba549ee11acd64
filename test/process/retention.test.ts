import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { runRetention } from '../../cli/retention.ts';
import { type Config, readConfig } from '../../config.ts';
import { SqliteJournalStore } from '../../stores/sqlite/journal-reader.ts';
import { AGED_BEGIN, agedFolder, agedToken } from './aged-folder.ts';
import { RunningFabmeter, runFabmeter, startFabmeter, throwAwayFolder, tryToStart } from './running-fabmeter.ts';

const DAY_MS = 86_400_000;
const DAYS = 60;
/** The shortest time that badges are kept; then those of the first days have to go. */
const BADGE_DAYS = 40;
const NOW = AGED_BEGIN + DAYS * DAY_MS;
/** Badges of so many days are in no file any more by then: a day early, because retention does not run at every moment. */
const FORGOTTEN_DAYS = DAYS - BADGE_DAYS + 1;

/** Runs the command at an instant; gives its lines. */
async function retention(data: string, dryRun: boolean, now = NOW): Promise<string[]> {
  let out = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: () => undefined,
  };
  const config = readConfig({ data, 'badge-days': String(BADGE_DAYS) }, {}) as Config;
  expect(await runRetention({ config, dryRun }, terminal, () => now)).toBe(0);
  return out.trimEnd().split('\n');
}

/** Job and count of each line. */
function counts(lines: readonly string[]): Record<string, number> {
  return Object.fromEntries(lines.map((line) => [line.split(':')[0], Number(/\d+/.exec(line)?.[0])]));
}

/** All rows of the named tables of a folder's database; of all tables when none is named. */
function rowsOf(data: string, name: string, tables?: readonly string[]): string {
  const db = new DatabaseSync(path.join(data, name), { readOnly: true });
  const all = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map((row) => row.name as string);
  const rows = (tables ?? all).map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()]);
  db.close();
  return JSON.stringify(rows);
}

/** The command in a process of its own, which `through` may end. */
function command(data: string, through: string[] = []): ReturnType<typeof runFabmeter> {
  return runFabmeter(['retention', '--badge-days', String(BADGE_DAYS), '--data', data], { through });
}

const NUMBERS = ['session', 'activity', 'service', 'energy', 'rollup'];

/** Which of the days' tokens are anywhere in the folder's files, or in what is compressed in the journal. */
async function tokenDays(data: string): Promise<number[]> {
  const bytes = readdirSync(data, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [readFileSync(path.join(entry.parentPath, entry.name))] : [],
  );
  const journal = new SqliteJournalStore(path.join(data, 'journal.db'));
  for (const { eventBytes } of await journal.batches(0, 1e9)) bytes.push(Buffer.from(eventBytes));
  await journal.close();
  const all = Array.from({ length: DAYS }, (_, day) => day);
  return all.filter((day) => bytes.some((file) => file.includes(agedToken(day))));
}

async function verified(data: string): Promise<string> {
  const { code, out } = await runFabmeter(['verify', '--data', data]);
  expect(out).toContain('everything agrees');
  expect(code).toBe(0);
  return out;
}

describe('fabmeter retention', () => {
  it('says beforehand what will go and touches nothing; then it goes from every file, and no number changes', {
    timeout: 120_000,
  }, async () => {
    const data = await agedFolder(DAYS);
    // Long ago nothing is due: all is only projected.
    expect(Object.values(counts(await retention(data, false, AGED_BEGIN)))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await tokenDays(data)).toHaveLength(DAYS);
    const before = ['journal.db', 'ledger.db', 'registry.db'].map((name) => rowsOf(data, name));
    const told = await retention(data, true);
    expect(['journal.db', 'ledger.db', 'registry.db'].map((name) => rowsOf(data, name))).toEqual(before);
    expect(told[0]).toMatch(/^readings: would pack \d+ readings/);
    const numbers = rowsOf(data, 'ledger.db', NUMBERS);
    const went = await retention(data, false);
    expect(counts(went)).toEqual(counts(told));
    expect(counts(went)).toMatchObject({ badges: 2 * (FORGOTTEN_DAYS + 1) });
    expect(rowsOf(data, 'ledger.db', NUMBERS)).toEqual(numbers);
    const left = await tokenDays(data);
    expect(left[0]).toBe(FORGOTTEN_DAYS);
    expect(left).toHaveLength(DAYS - FORGOTTEN_DAYS);
    expect(await verified(data)).toMatch(/events are no longer in the journal[\s\S]*stay as they were/);
    const copy = path.join(throwAwayFolder(), 'backup');
    expect((await runFabmeter(['backup', copy, '--data', data])).code).toBe(0);
    await verified(copy);
  });

  it('may be killed at any moment: what is due goes the next time, and nothing else', {
    timeout: 240_000,
  }, async () => {
    const data = await agedFolder(DAYS);
    await retention(data, false, AGED_BEGIN);
    const whole = path.join(throwAwayFolder(), 'whole');
    cpSync(data, whole, { recursive: true });
    const began = performance.now();
    expect((await command(whole)).code).toBe(0);
    const wholeS = (performance.now() - began) / 1000;
    let killed = 0;
    for (let life = 0; life < 10; life++) {
      const afterS = wholeS * (0.35 + life * 0.06);
      const { code } = await command(data, ['timeout', '--signal=KILL', afterS.toFixed(3)]);
      if (code !== 0) killed += 1;
    }
    expect(killed).toBeGreaterThan(2);
    await retention(data, false);
    await retention(whole, false, NOW);
    expect(rowsOf(data, 'ledger.db', NUMBERS)).toEqual(rowsOf(whole, 'ledger.db', NUMBERS));
    await verified(data);
  });

  it('leaves a journal with which a house goes on, and which tells when the ledger beside it is lost', {
    timeout: 60_000,
  }, async () => {
    const data = await agedFolder(50);
    await retention(data, false, AGED_BEGIN + 60 * DAY_MS);
    const fabmeter = await startFabmeter({ data });
    const seqs = (await fabmeter.events()).map(({ seq }) => seq);
    expect(seqs[0]).toBeGreaterThan(242 * 10);
    expect(await fabmeter.metric('fabmeter_retention_failures_total')).toBe(0);
    await fabmeter.stop();
    for (const end of ['', '-wal', '-shm']) rmSync(path.join(data, `ledger.db${end}`), { force: true });
    const ended = await tryToStart({ data });
    expect(ended).not.toBeInstanceOf(RunningFabmeter);
    expect(ended).toMatchObject({
      code: 1,
      err: expect.stringMatching(/the ledger beside it has read up to 0 only; restore both from the same backup/),
    });
  });
});

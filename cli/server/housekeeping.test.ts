import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { StorageError } from '../../domain/failure.ts';
import { type Retained, type RetentionDue, retentionDue } from '../../domain/retention.ts';
import { MemoryJournal } from '../../stores/memory/journal.ts';
import { until } from '../../test/process/until.ts';
import { Housekeeping } from './housekeeping.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const SETTINGS = { packAfterDays: 3, messageDays: 7, badgeDays: 90, quarantineDays: 30, quarantinePerConnector: 100 };
const EVERY_SECOND = '* * * * * *';
const NEVER = '0 0 29 2 *';

let housekeeping: Housekeeping | undefined;
afterEach(() => housekeeping?.stop());

/** Housekeeping over a journal in memory; the ledger's jobs are what the test says. */
async function begin(schedule: string, ledger: (due: RetentionDue) => Promise<Retained[]>) {
  const lines: { level: number; msg: string }[] = [];
  const metrics = new Registry();
  const deaths: Error[] = [];
  const journal = new MemoryJournal();
  await journal.open();
  housekeeping = new Housekeeping({
    parts: {
      ledger: async (due) => ({ retained: await ledger(due), readTo: 0 }),
      journal,
      exportedTo: () => null,
      pause: async () => undefined,
    },
    settings: SETTINGS,
    schedule,
    clock: () => NOW,
    log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }),
    metrics,
    died: (error) => void deaths.push(error),
  });
  const figure = async (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(await metrics.metrics())?.[1];
  return { housekeeping, lines, deaths, figure };
}

const PACKED: Retained = { job: 'readings', count: 5, bytes: 100, packedBytes: 10, oldestKept: null };

describe('Housekeeping', () => {
  it('runs by the clock, says in a line what went, and counts it', async () => {
    const dues: RetentionDue[] = [];
    const { lines, figure } = await begin(EVERY_SECOND, async (due) => {
      dues.push(due);
      return [PACKED, { ...PACKED, job: 'badges', count: 0 }];
    });
    await until('it ran', async () => (await figure('fabmeter_retention_done_seconds')) === String(NOW / 1000));
    expect(dues[0]).toEqual(retentionDue(SETTINGS, NOW));
    expect(lines[0]).toMatchObject({
      job: 'readings',
      count: 5,
      msg: 'readings: packed 5 readings (100 bytes became 10)',
    });
    expect(lines.some(({ msg }) => msg.startsWith('badges'))).toBe(false);
    expect(Number(await figure('fabmeter_retention_rows_total{job="readings"}'))).toBeGreaterThanOrEqual(5);
  });

  it('never runs twice at once', async () => {
    let [runs, atOnce, most] = [0, 0, 0];
    await begin(EVERY_SECOND, async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setTimeout(resolve, 1200));
      atOnce -= 1;
      runs += 1;
      return [];
    });
    await until('it ran twice', () => runs >= 2);
    expect(most).toBe(1);
  });

  it('tells a failure of the store, and does the same the next time', async () => {
    let isFull = true;
    const {
      housekeeping: house,
      lines,
      deaths,
      figure,
    } = await begin(NEVER, async () => {
      if (isFull) throw new StorageError('full', 'Cannot use ledger.db: the disk is full');
      return [PACKED];
    });
    await house.run();
    expect(lines[0]).toMatchObject({
      level: 40,
      msg: 'retention could not be done: Cannot use ledger.db: the disk is full; the next run takes what is due',
    });
    expect(await figure('fabmeter_retention_failures_total')).toBe('1');
    isFull = false;
    await house.run();
    expect(await figure('fabmeter_retention_done_seconds')).toBe(String(NOW / 1000));
    expect(deaths).toEqual([]);
  });

  it('says nothing when the house closes meanwhile', async () => {
    const { housekeeping: house, lines } = await begin(NEVER, async () => {
      throw new StorageError('closed', 'The house is closing');
    });
    await house.run();
    expect(lines).toEqual([]);
  });
});

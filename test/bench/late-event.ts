import { mkdirSync, rmSync } from 'node:fs';
import type { SeriesReading } from '../../domain/ports.ts';
import { ByteBlock } from '../../ingest/byte-block.ts';
import { writeEvent } from '../../ingest/record.ts';
import { JournalFile } from '../../stores/sqlite/journal-file.ts';
import { SqliteLedger } from '../../stores/sqlite/ledger.ts';
import { SqliteLedgerReader } from '../../stores/sqlite/ledger-reader.ts';
import { benchFolder, dataFolder } from './bench-house.ts';
import { journalOf, ledgerOf, openProjector, projectAll, registryOf } from './bench-project.ts';
import { oneLab } from './bench-registry.ts';
import { type BenchRow, type BenchRun, type BenchSection, median, row } from './row.ts';
import { seedReadings } from './seed-readings.ts';

const EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const LATE_DAYS = 20;
const EVENTS = 9;

/** What a late event costs, whatever the length of the history. */
export const lateEvent: BenchSection = {
  name: 'late',
  about: `an event that is ${LATE_DAYS} days late, with a month and with three years of history behind it`,
  run: measure,
};

interface Cost {
  visibleMs: number;
  readAgain: number;
}

async function measure({ isQuick, say }: BenchRun): Promise<BenchRow[]> {
  const months = [1, isQuick ? 3 : 36];
  const rows: BenchRow[] = [];
  const costs: Cost[] = [];
  for (const count of months) {
    const cost = await costOf(count * 30);
    costs.push(cost);
    say(`${count} months: ${cost.visibleMs.toFixed(1)} ms, ${cost.readAgain} readings`);
    rows.push(
      row(
        `late event visible, ${count} months of history`,
        cost.visibleMs,
        'ms',
        { atMost: 100 },
        'journal to query, in one process',
      ),
      row(`late event, readings applied again, ${count} months`, cost.readAgain, 'readings'),
    );
  }
  const [short, long] = costs as [Cost, Cost];
  return [...rows, row('late event, work with long history', long.readAgain / short.readAgain, '×', { atMost: 1.1 })];
}

/** A ledger that counts the readings that are read from it. */
class CountingLedger extends SqliteLedger {
  readings_ = 0;

  override async readings(series: string, from: number, to: number): Promise<SeriesReading[]> {
    const readings = await super.readings(series, from, to);
    this.readings_ += readings.length;
    return readings;
  }
}

async function costOf(days: number): Promise<Cost> {
  const folder = benchFolder();
  const data = dataFolder(folder);
  mkdirSync(data);
  const registry = registryOf(oneLab(1));
  const journal = new JournalFile(journalOf(data), 0);
  const until = Date.now();
  seedReadings(journal, journal.open(), {
    machines: 1,
    perMachine: (days * DAY_MS) / EVERY_MS,
    everyMs: EVERY_MS,
    until,
  });
  await projectAll(data, registry);
  const tail = journal.open();
  const { projector, ledger, close } = await openProjector(data, registry, new CountingLedger(ledgerOf(data)));
  const reader = new SqliteLedgerReader(ledgerOf(data));
  const visibleMs: number[] = [];
  const readAgain: number[] = [];
  for (let event = 0; event < EVENTS; event++) {
    const at = Math.floor((until - LATE_DAYS * DAY_MS) / DAY_MS) * DAY_MS + 2 * HOUR_MS + event * 7 * 60_000 + 31_000;
    const before = await reader.activity('machine-0', at, at + 1);
    (ledger as CountingLedger).readings_ = 0;
    const began = performance.now();
    const events = new ByteBlock(64);
    const route = tail.routes.find(({ channel }) => channel === 0)?.id ?? 0;
    writeEvent(events, route, { kind: 'power', channel: 0, w: 500, at, receivedAt: Date.now() });
    append(journal, tail.nextSeq + event, at, events);
    await projector.catchUp();
    await projector.flush();
    const after = await reader.activity('machine-0', at, at + 1);
    visibleMs.push(performance.now() - began);
    readAgain.push((ledger as CountingLedger).readings_);
    if (JSON.stringify(after) === JSON.stringify(before)) throw new Error('The late event is not visible');
  }
  await reader.close();
  await close();
  journal.close();
  rmSync(folder, { recursive: true, force: true });
  return { visibleMs: median(visibleMs), readAgain: median(readAgain) };
}

function append(journal: JournalFile, firstSeq: number, at: number, events: ByteBlock): void {
  const receivedAt = Date.now();
  journal.append({
    firstSeq,
    events: 1,
    messages: 1,
    receivedFrom: receivedAt,
    receivedTo: receivedAt,
    atMin: at,
    atMax: at,
    eventBytes: events.done(),
    badgeAtMin: null,
    messageBytes: new Uint8Array(0),
    routes: [],
    seen: [],
    quarantine: [],
    counts: [],
  });
}

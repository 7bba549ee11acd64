import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { retentionDue } from '../../domain/retention.ts';
import { ByteBlock } from '../../ingest/byte-block.ts';
import { OUTCOME, writeEvent, writeMessage } from '../../ingest/record.ts';
import { journalDues } from '../../ingest/retention.ts';
import { JournalFile } from '../../stores/sqlite/journal-file.ts';
import { journalOf, ledgerOf, openProjector, projectAll, registryOf } from './bench-project.ts';
import { oneLab, powerTopic } from './bench-registry.ts';
import { type BenchRow, type BenchRun, type BenchSection, median, row } from './row.ts';
import { wattsAt } from './seed-readings.ts';

const DAY_MS = 86_400_000;
const EVERY_MS = 10_000;
const BEGIN = Math.floor(Date.UTC(2026, 0, 1) / DAY_MS) * DAY_MS;
const SETTINGS = { packAfterDays: 3, messageDays: 7, badgeDays: 90, quarantineDays: 30, quarantinePerConnector: 2000 };
/** How long after the last reading retention runs: everything that can be packed or thinned is due then. */
const LATER_MS = 60 * DAY_MS;

/** What the past of a machine takes on the disk. */
export const kept: BenchSection = {
  name: 'kept',
  about: 'bytes on the disk for a machine that reports every 10 s, before and after retention; how long its steps take',
  run: measure,
};

async function measure({ isQuick, say }: BenchRun): Promise<BenchRow[]> {
  // Nothing here is about syncs: there may be two hundred thousand of them.
  const data = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'fabmeter-kept-'));
  const days = isQuick ? 4 : 28;
  try {
    const readings = seedDays(data, days);
    say('projecting');
    await projectAll(data, registryOf(oneLab(1)));
    const before = { journal: usedBytes(journalOf(data)), ledger: usedBytes(ledgerOf(data)) };
    say('retention');
    const { stepsMs, chartMs, packedBytes } = await retainAll(data, days);
    const after = { journal: usedBytes(journalOf(data)), ledger: usedBytes(ledgerOf(data)) };
    const yearOf = (bytes: number) => ((bytes / days) * 365) / 1e6;
    const steady = (7 * before.journal + 83 * after.journal) / days / 1e6;
    return [
      row(
        'journal and ledger, a machine-year without retention',
        yearOf(before.journal + before.ledger),
        'MB',
        null,
        `${readings} readings of ${days} days, two a commit`,
      ),
      row(
        'ledger, a machine-year with retention',
        yearOf(after.ledger),
        'MB',
        null,
        `without: ${yearOf(before.ledger).toFixed(1)} MB`,
      ),
      row(
        'journal of a machine with retention, never more than',
        steady,
        'MB',
        null,
        '7 days as received, 83 days packed',
      ),
      row(
        'readings in the ledger, packed',
        packedBytes / readings,
        'B/reading',
        { atMost: 2 },
        'watts with one decimal and noise',
      ),
      row(
        'longest step of retention in the journal thread',
        Math.max(...stepsMs.journal),
        'ms',
        null,
        `median ${median(stepsMs.journal).toFixed(1)} ms; acknowledgements wait behind one`,
      ),
      row(
        'longest step of retention in the projector',
        Math.max(...stepsMs.ledger),
        'ms',
        null,
        `median ${median(stepsMs.ledger).toFixed(1)} ms`,
      ),
      row("a machine's day from packed blocks", chartMs, 'ms', { atMost: 10 }, 'all readings of a day, median'),
    ];
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** Readings as they come: two messages a commit. Returns how many. */
function seedDays(data: string, days: number): number {
  const journal = new JournalFile(journalOf(data), 0);
  journal.open();
  const total = (days * DAY_MS) / EVERY_MS;
  const routes = [
    { id: 1, connector: 'plug-0', channel: 0 as const, machine: 'machine-0' },
    { id: 2, connector: 'plug-0', channel: null, machine: null },
  ];
  let seed = 42;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const noise = () => random() + random() + random() + random() - 2;
  for (let n = 0; n < total; n += 2) {
    const [events, messages] = [new ByteBlock(128), new ByteBlock(256)];
    const instants = [n, n + 1].map((index) => BEGIN + index * EVERY_MS);
    for (const at of instants) {
      const w = Math.max(0, Math.round((wattsAt(0, at) + noise() * 12) * 10) / 10);
      const receivedAt = at + 30;
      writeEvent(events, 1, { kind: 'power', channel: 0, w, at, receivedAt });
      const head = { route: 2, receivedAt, outcome: OUTCOME.events, messageId: n % 60_000, crc: n };
      writeMessage(messages, head, powerTopic(0), Buffer.from(JSON.stringify({ w })));
    }
    const [first, last] = instants as [number, number];
    journal.append({
      firstSeq: n + 1,
      events: 2,
      messages: 2,
      receivedFrom: first + 30,
      receivedTo: last + 30,
      atMin: first,
      atMax: last,
      badgeAtMin: null,
      eventBytes: events.done(),
      messageBytes: messages.done(),
      routes: n === 0 ? routes : [],
      seen: [],
      quarantine: [],
      counts: [],
    });
  }
  journal.close();
  return total;
}

async function retainAll(data: string, days: number) {
  const due = retentionDue(SETTINGS, BEGIN + days * DAY_MS + LATER_MS);
  const stepsMs = { journal: [] as number[], ledger: [] as number[] };
  const timed = async <T>(list: number[], work: () => T | Promise<T>): Promise<T> => {
    const began = performance.now();
    const value = await work();
    list.push(performance.now() - began);
    return value;
  };
  const { projector, ledger, close } = await openProjector(data, registryOf(oneLab(1)));
  await projector.rebuild();
  const steps = projector.retain(due);
  let packedBytes = 0;
  for (
    let step = await timed(stepsMs.ledger, () => steps.next());
    ;
    step = await timed(stepsMs.ledger, () => steps.next())
  ) {
    if (!step.done) continue;
    packedBytes = step.value.find(({ job }) => job === 'readings')?.packedBytes ?? 0;
    break;
  }
  const chartsMs: number[] = [];
  const [series] = await ledger.series('machine-0');
  for (let day = 0; day < days - 1; day++)
    await timed(chartsMs, () => ledger.readings(series?.id ?? '', BEGIN + day * DAY_MS, BEGIN + (day + 1) * DAY_MS));
  const readTo = projector.readTo;
  await close();
  const journal = new JournalFile(journalOf(data), 0);
  journal.open();
  for (const one of journalDues(due, readTo, null)) while (await timed(stepsMs.journal, () => journal.retain(one)));
  journal.wipe();
  journal.close();
  return { stepsMs, chartMs: median(chartsMs), packedBytes };
}

/** Bytes of a database without the pages that wait to be used again. */
function usedBytes(file: string): number {
  const db = new DatabaseSync(file);
  const value = (pragma: string) => Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] as number;
  const bytes = (value('page_count') - value('freelist_count')) * value('page_size');
  db.close();
  return bytes;
}

/** A data folder with days of the past in it, for tests of what happens to them with time. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { OpenBatch } from '../../ingest/open-batch.ts';
import { writeEvent } from '../../ingest/record.ts';
import { JournalFile } from '../../stores/sqlite/journal-file.ts';
import type { RoutedEvent } from '../projection/house.ts';
import { runFabmeter, throwAwayFolder } from './running-fabmeter.ts';
import { smallLab } from './small-lab.ts';

/** When the first of the days begins. */
export const AGED_BEGIN = Date.parse('2026-03-02T07:00:00Z');
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const BATCH_EVENTS = 40;

/** The token of the badge that is read on one of the days; in hexadecimal, as tokens are. */
export function agedToken(day: number): string {
  return `ba0ca9e${day.toString(16).padStart(4, '0')}feed`;
}

/** A small lab of one machine, whose journal holds so many days of power and badges; nothing is projected yet. */
export async function agedFolder(days: number): Promise<string> {
  const data = path.join(throwAwayFolder(), 'data');
  const document = path.join(throwAwayFolder(), 'lab.json');
  writeFileSync(document, JSON.stringify(smallLab(1)));
  const applied = await runFabmeter(['apply', document, '--data', data]);
  if (applied.code !== 0) throw new Error(applied.err);
  const journal = new JournalFile(path.join(data, 'journal.db'), 0);
  let { nextSeq } = journal.open();
  const routes = [
    { id: 1, connector: 'plug-1', channel: 0, machine: 'machine-1' },
    { id: 2, connector: 'reader-1', channel: 0, machine: 'machine-1' },
  ];
  for (let day = 0; day < days; day++) {
    const events = eventsOf(day);
    for (let at = 0; at < events.length; at += BATCH_EVENTS) {
      const batch = new OpenBatch();
      if (nextSeq === 1) batch.routes.push(...routes);
      for (const { route, body } of events.slice(at, at + BATCH_EVENTS)) {
        batch.noteMessage(body.receivedAt);
        writeEvent(batch.events, route.connector === 'plug-1' ? 1 : 2, body);
        batch.noteEvent(body);
      }
      nextSeq += batch.eventCount;
      journal.append(batch.seal(nextSeq - batch.eventCount, []));
    }
  }
  journal.close();
  return data;
}

/** Four hours of power with a run in them, and a session of a badge around the run. */
function eventsOf(day: number): RoutedEvent[] {
  const begin = AGED_BEGIN + day * DAY_MS;
  const power = (minute: number): RoutedEvent => {
    const at = begin + minute * MINUTE_MS;
    const body = { kind: 'power' as const, channel: 0, w: minute > 60 && minute < 180 ? 150 + (minute % 9) : 4, at };
    return {
      route: { connector: 'plug-1', channel: 0, machine: 'machine-1' },
      body: { ...body, receivedAt: at + 300 },
    };
  };
  const badge = (minute: number): RoutedEvent => {
    const at = begin + minute * MINUTE_MS + 1;
    const body = { kind: 'badge' as const, channel: 0, token: agedToken(day), member: `person ${day}`, at };
    return {
      route: { connector: 'reader-1', channel: 0, machine: 'machine-1' },
      body: { ...body, action: 'tap' as const, audience: 'public', receivedAt: at + 300 },
    };
  };
  // A plug of the small lab reports every 10 s: minutes apart there are holes, which is well.
  const minutes = Array.from({ length: 240 }, (_, minute) => power(minute));
  return [...minutes, badge(58), badge(181)].sort((a, b) => a.body.at - b.body.at);
}

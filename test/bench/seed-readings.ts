import type { JournalTail } from '../../domain/ports-journal.ts';
import { ByteBlock } from '../../ingest/byte-block.ts';
import { OUTCOME, writeEvent, writeMessage } from '../../ingest/record.ts';
import type { JournalFile } from '../../stores/sqlite/journal-file.ts';
import { powerTopic } from './bench-registry.ts';

/** Power readings to be put into a journal: each machine reports every `everyMs`, the newest readings shortly before `until`. */
export interface Seeding {
  machines: number;
  perMachine: number;
  everyMs: number;
  /** UTC ms. */
  until: number;
}

const BATCH_EVENTS = 5000;
/** The newest messages are kept as they came, as a running Fabmeter keeps those of the last days. */
const MESSAGES_KEPT = 100_000;
const HOUR_MS = 3_600_000;
const RECEIVED_AFTER_MS = 30;

/** Watts of a machine as they might be at an instant: hours of work by day, standby between, off at night; with noise. */
export function wattsAt(machine: number, at: number): number {
  const hour = Math.floor(at / HOUR_MS);
  const noise = ((Math.imul(Math.floor(at / 1000) + machine * 7919, 2_654_435_761) >>> 8) % 200) / 10;
  if (hour % 24 < 8) return 0.4;
  return (hour * 31 + machine * 17) % 3 === 0 ? 180 + noise : 42 + noise / 10;
}

/**
 * Writes readings of `plug-0` … to an open journal, in the order in which they would have come, in large batches that
 * are encoded as ingest encodes them. Returns how many.
 */
export function seedReadings(journal: JournalFile, tail: JournalTail, seeding: Seeding): number {
  const { machines, perMachine, everyMs, until } = seeding;
  const total = machines * perMachine;
  const routes = routesOf(tail, machines);
  const counters = new Float64Array(machines);
  let [nextSeq, newRoutes] = [tail.nextSeq, routes.made];
  for (let first = 0; first < total; first += BATCH_EVENTS) {
    const [events, messages] = [new ByteBlock(BATCH_EVENTS * 48), new ByteBlock(1024)];
    const last = Math.min(total, first + BATCH_EVENTS) - 1;
    const instant = (n: number) =>
      until - (perMachine - Math.floor(n / machines)) * everyMs + Math.floor(((n % machines) * everyMs) / machines);
    for (let n = first; n <= last; n++) {
      const [machine, at] = [n % machines, instant(n)];
      const w = Math.round(wattsAt(machine, at) * 10) / 10;
      counters[machine] = (counters[machine] as number) + (w * everyMs) / HOUR_MS;
      const wh = Math.round((counters[machine] as number) * 100) / 100;
      const receivedAt = at + RECEIVED_AFTER_MS;
      writeEvent(events, routes.power[machine] as number, { kind: 'power', channel: 0, w, wh, at, receivedAt });
      if (n < total - MESSAGES_KEPT) continue;
      const head = { route: routes.own[machine] as number, receivedAt, outcome: OUTCOME.events, messageId: 1, crc: n };
      writeMessage(messages, head, powerTopic(machine), Buffer.from(JSON.stringify({ w, wh })));
    }
    journal.append({
      firstSeq: nextSeq,
      events: last - first + 1,
      messages: last - first + 1,
      receivedFrom: instant(first) + RECEIVED_AFTER_MS,
      receivedTo: instant(last) + RECEIVED_AFTER_MS,
      atMin: instant(first),
      atMax: instant(last),
      eventBytes: events.done(),
      badgeAtMin: null,
      messageBytes: messages.done(),
      routes: newRoutes,
      seen: [],
      quarantine: [],
      counts: [],
    });
    nextSeq += last - first + 1;
    newRoutes = [];
  }
  return total;
}

/** The numbers of each connector's routes: of its power channel, and of itself. Those that the journal lacks are `made`. */
function routesOf(tail: JournalTail, machines: number) {
  const made: JournalTail['routes'] = [];
  let next = tail.routes.reduce((most, { id }) => Math.max(most, id), 0) + 1;
  const number = (connector: string, channel: 0 | null, machine: string | null) => {
    const known = tail.routes.find((route) => route.connector === connector && route.channel === channel);
    if (known) return known.id;
    made.push({ id: next, connector, channel, machine });
    return next++;
  };
  const each = Array.from({ length: machines }, (_, index) => index);
  const power = each.map((index) => number(`plug-${index}`, 0, `machine-${index}`));
  const own = each.map((index) => number(`plug-${index}`, null, null));
  return { made, power, own };
}

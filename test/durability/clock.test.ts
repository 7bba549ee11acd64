import path from 'node:path';
import { expect, it } from 'vitest';
import { LIMITS } from '../../config.ts';
import { Registry } from '../../domain/registry.ts';
import { translatorOf } from '../../firmware-bridge/translators.ts';
import { Projector } from '../../ingest/projector.ts';
import { Receiver } from '../../ingest/receive.ts';
import { readEvents } from '../../ingest/record.ts';
import { Source } from '../../ingest/source.ts';
import { verify } from '../../ingest/verify.ts';
import { SqliteJournalStore } from '../../stores/sqlite/journal-reader.ts';
import { SqliteJournalWriter } from '../../stores/sqlite/journal-writer.ts';
import { SqliteLedger } from '../../stores/sqlite/ledger.ts';
import { throwAwayFolder } from '../process/running-fabmeter.ts';
import { smallLab } from '../process/small-lab.ts';

const HOUR_MS = 3_600_000;
const EVERY_MS = 10_000;
const PER_HALF_HOUR = 180;
const NOON = Date.parse('2026-03-04T12:00:00Z');

/** Ingest and projection over real files, with a clock that the test moves. */
async function openHouse(data: string) {
  const state = { now: NOON };
  const clock = () => state.now;
  const file = (name: string) => path.join(data, name);
  const registry = Registry.parse(smallLab(2));
  const receiver = new Receiver({
    writer: new SqliteJournalWriter(file('journal.db'), 1000),
    badges: {
      resolve: (_lab, uid) => ({ token: `token-${uid}`, member: 'm', audience: 'public' }),
      fingerprint: (bytes) => bytes.length,
    },
    clock,
    limits: LIMITS.commit,
    listener: { committed: () => undefined, failed: () => undefined, recovered: () => undefined },
  });
  await receiver.start();
  const sources = registry.connectors.map(
    (connector) => new Source({ connector, zone: 'Europe/Paris' }, translatorOf(connector.firmware)),
  );
  receiver.know(new Map(sources.map((source) => [source.id, source])));
  const journal = new SqliteJournalStore(file('journal.db'));
  const ledger = new SqliteLedger(file('ledger.db'));
  const listener = {
    views: () => undefined,
    replied: () => undefined,
    progress: () => undefined,
    rebuilding: () => undefined,
  };
  const projector = new Projector({ journal, ledger, limits: LIMITS.project, clock, listener });
  await projector.start(registry);
  const send = (connector: string, leaf: string, payload: object): Promise<void> => {
    const source = sources.find(({ id }) => id === connector) as Source;
    const text = Buffer.from(JSON.stringify(payload));
    const packet = {
      topic: `fabmeter/1/${connector}/${leaf}`,
      payload: text,
      retain: false,
      dup: false,
      qos: 1,
      messageId: 1,
    };
    return new Promise((resolve, reject) => {
      receiver.receive(source, packet, (error) => (error ? reject(error) : resolve()));
    });
  };
  return { state, registry, receiver, journal, ledger, projector, send };
}

it('loses and doubles nothing when the clock of the box steps back an hour', async () => {
  const { state, registry, receiver, journal, ledger, projector, send } = await openHouse(throwAwayFolder());
  let sent = 0;
  /** Half an hour: one plug without a clock, one whose own clock is right and never steps. */
  const halfHour = async (deviceFrom: number) => {
    const acks: Promise<void>[] = [];
    for (let n = 0; n < PER_HALF_HOUR; n++) {
      acks.push(send('plug-1', 'power', { w: 300 }));
      const t = new Date(deviceFrom + n * EVERY_MS).toISOString();
      acks.push(send('plug-2', 'power', { t, w: 300, wh: sent / 2, boot: 'b', seq: sent }));
      sent += 2;
      state.now += EVERY_MS;
    }
    await send('reader-1', 'badge', { uid: '04A2B3C4D5E680', action: 'tap' });
    await Promise.all(acks);
    await projector.catchUp();
    await projector.flush();
  };
  await halfHour(NOON);
  state.now -= HOUR_MS;
  projector.tick();
  await halfHour(NOON + HOUR_MS / 2);
  state.now += HOUR_MS;
  await halfHour(NOON + HOUR_MS);

  const routes = new Map((await journal.routes()).map((route) => [route.id, route]));
  const batches = await journal.batches(0, 1e9);
  const stored = batches.flatMap(({ eventBytes, firstSeq }) =>
    readEvents(eventBytes, firstSeq, (id) => routes.get(id) as never),
  );
  const power = stored.filter(({ kind }) => kind === 'power');
  expect(power).toHaveLength(sent);
  expect(stored.filter(({ kind }) => kind === 'badge')).toHaveLength(3);
  expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
  const rejected = power.filter(({ connector, clock }) => connector === 'plug-2' && clock === 'rejected');
  expect(rejected.length).toBe(PER_HALF_HOUR);
  for (const machine of ['machine-1', 'machine-2']) {
    const intervals = await ledger.activity(machine, 0, Number.MAX_SAFE_INTEGER);
    expect(intervals.length).toBeGreaterThan(0);
    for (const [index, { start, end }] of intervals.entries()) {
      expect(end).toBeGreaterThan(start);
      expect(start).toBe(intervals[index - 1]?.end ?? start);
    }
    const runningMs = intervals.reduce((sum, one) => sum + (one.activity === 'running' ? one.end - one.start : 0), 0);
    expect(runningMs).toBeLessThanOrEqual(1.5 * HOUR_MS + 60_000);
  }
  const { folds, series, cursor } = await ledger.load();
  const found = await verify({
    journal,
    ledger,
    registry,
    folds,
    series,
    cursorSeq: cursor.seq,
    progress: () => undefined,
  });
  expect(found.differences).toEqual([]);
  await receiver.stop();
  await journal.close();
  await ledger.close();
});

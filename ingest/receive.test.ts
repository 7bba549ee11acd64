import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../domain/event.ts';
import { StorageError } from '../domain/failure.ts';
import type { Route } from '../domain/ports-journal.ts';
import type { Connector } from '../domain/registry.ts';
import { HOUR_MS } from '../domain/time.ts';
import { translatorOf } from '../firmware-bridge/translators.ts';
import { MemoryJournal } from '../stores/memory/journal.ts';
import { until } from '../test/process/until.ts';
import { type Packet, Receiver } from './receive.ts';
import { readEvents } from './record.ts';
import { type BadgeDesk, Source } from './source.ts';

const NOW = Date.parse('2026-03-02T09:00:00Z');
const QUARANTINE_MAX = 3;
const LIMITS = {
  powerWaitMsMax: 1,
  messagesEnough: 10,
  retryMs: 1,
  quarantinePerHour: QUARANTINE_MAX,
  pendingBytesMax: 100_000,
};
const DESK: BadgeDesk = {
  resolve: (_lab, uid) => ({ token: `token-${uid.length}`, member: 'ada', audience: 'public' }),
  fingerprint: (payload) => payload.length,
};

let journal: MemoryJournal;
let receiver: Receiver;
let plug: Source;
let reader: Source;
let now: number;

function sourceOf(id: string, channels: Connector['channels']): Source {
  const connector: Connector = { id, lab: 'pasteur', firmware: 'fabmeter', device: id, channels };
  return new Source({ connector, zone: 'Europe/Paris' }, translatorOf('fabmeter'));
}

/** A process begins, with what the journal holds. */
async function begin(): Promise<void> {
  plug = sourceOf('plug', [{ channel: 0, machine: 'laser', role: 'main' }]);
  reader = sourceOf('reader', [{ channel: 0, machine: 'laser', role: 'badge' }]);
  const listener = { committed() {}, failed() {}, recovered() {} };
  receiver = new Receiver({ writer: journal, badges: DESK, clock: () => now, limits: LIMITS, listener });
  await receiver.start();
  receiver.know(new Map([plug, reader].map((source) => [source.id, source])));
}

beforeEach(async () => {
  journal = new MemoryJournal();
  now = NOW;
  await begin();
});
afterEach(() => receiver.stop());

function send(source: Source, leaf: string, payload: unknown, more: Partial<Packet> = {}): Promise<Error | undefined> {
  const topic = `fabmeter/1/${source.id}/${leaf}`;
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const packet = { topic, payload: Buffer.from(text), retain: false, dup: false, qos: 1, messageId: 1, ...more };
  return new Promise((resolve) => receiver.receive(source, packet, resolve));
}

async function stored(): Promise<StoredEvent[]> {
  const routes = new Map((await journal.routes()).map((route) => [route.id, route]));
  const batches = await journal.batches(0, 1e9);
  return batches.flatMap(({ eventBytes, firstSeq }) =>
    readEvents(eventBytes, firstSeq, (id) => routes.get(id) as Route),
  );
}

describe('Receiver', () => {
  it('stores what a message says before it calls back', async () => {
    expect(await send(plug, 'power', { t: NOW - 1000, w: 5 })).toBeUndefined();
    expect(await stored()).toEqual([
      { seq: 1, connector: 'plug', machine: 'laser', kind: 'power', channel: 0, w: 5, at: NOW - 1000, receivedAt: NOW },
    ]);
  });

  it('takes a number of a boot once, in one message, in two, and after another start', async () => {
    const reading = { t: NOW, w: 5, boot: 'b1', seq: 7 };
    await send(plug, 'power', [reading, reading]);
    await send(plug, 'power', reading, { messageId: 2 });
    await receiver.stop();
    await begin();
    await send(plug, 'power', reading, { messageId: 3 });
    expect(await stored()).toHaveLength(1);
    await send(plug, 'power', { ...reading, seq: 8 });
    await send(plug, 'power', { ...reading, boot: 'b2' });
    expect(await stored()).toHaveLength(3);
  });

  it('takes a packet that is sent again with DUP once, after another start too', async () => {
    await send(plug, 'power', { w: 5 }, { messageId: 9 });
    await send(plug, 'power', { w: 5 }, { messageId: 9, dup: true });
    await receiver.stop();
    await begin();
    await send(plug, 'power', { w: 5 }, { messageId: 9, dup: true });
    expect(await stored()).toHaveLength(1);
    expect(plug.counted().get('ignored:repeat')).toBe(1);
  });

  it.each([
    ['without DUP', { messageId: 9 }, { w: 5 }],
    ['of another identifier', { messageId: 10, dup: true }, { w: 5 }],
    ['of other content', { messageId: 9, dup: true }, { w: 6 }],
  ])('takes a packet %s as another one', async (_what, more, reading) => {
    await send(plug, 'power', { w: 5 }, { messageId: 9 });
    await send(plug, 'power', reading, more);
    expect(await stored()).toHaveLength(2);
  });

  it('takes retained messages as no events', async () => {
    await send(plug, 'power', { w: 5 }, { retain: true });
    expect(await stored()).toEqual([]);
    expect(plug.counted().get('ignored:retained')).toBe(1);
  });

  it.each([
    ['just believed, ahead', 120_000, undefined],
    ['too far ahead', 120_001, 'rejected'],
    ['just believed, behind', -35 * 24 * HOUR_MS, undefined],
    ['too far behind', -35 * 24 * HOUR_MS - 1, 'rejected'],
  ])('a device clock is %s', async (_what, offsetMs, clock) => {
    await send(plug, 'power', { t: NOW + offsetMs, w: 5 });
    const [event] = await stored();
    expect(event?.clock).toBe(clock);
    expect(event?.at).toBe(clock ? NOW : NOW + offsetMs);
  });

  it('quarantines what it cannot read and what is not the connector’s, and says how', async () => {
    expect(await send(plug, 'power', '{"w":')).toBeUndefined();
    const topic = 'fabmeter/1/other/power';
    expect(await send(plug, 'power', { w: 1 }, { topic })).toBeUndefined();
    const rows = await journal.quarantine({ limit: 10 });
    expect(rows.map(({ connector, code }) => [connector, code])).toEqual([
      ['plug', 'topic'],
      ['plug', 'json'],
    ]);
    expect(await stored()).toEqual([]);
  });

  it(`keeps ${QUARANTINE_MAX} quarantined messages an hour of each connector, and counts all`, async () => {
    for (let n = 0; n <= QUARANTINE_MAX; n++) await send(plug, 'power', 'no JSON');
    await send(reader, 'badge', 'no JSON');
    expect(await journal.quarantine({ connector: 'plug', limit: 10 })).toHaveLength(QUARANTINE_MAX);
    expect(await journal.quarantine({ connector: 'reader', limit: 10 })).toHaveLength(1);
    expect(plug.counted().get('quarantined:json')).toBe(QUARANTINE_MAX + 1);
    now += HOUR_MS;
    await send(plug, 'power', 'no JSON');
    expect(await journal.quarantine({ connector: 'plug', limit: 10 })).toHaveLength(QUARANTINE_MAX + 1);
  });

  it('keeps no badge number anywhere', async () => {
    await send(reader, 'badge', { t: NOW, uid: '04A2B3C4D5E680', action: 'tap' });
    await send(reader, 'badge', '{"uid":"04A2B3C4D5E680"');
    expect((await stored())[0]).toMatchObject({ kind: 'badge', token: 'token-14', member: 'ada', audience: 'public' });
    const { recentMessages } = await journal.open();
    const kept = JSON.stringify([await stored(), await journal.quarantine({ limit: 10 })]);
    const bytes = Buffer.concat(recentMessages).toString('latin1');
    for (const text of [kept, bytes]) expect(text.toUpperCase()).not.toContain('04A2B3C4D5E680');
  });

  it('calls back with an error when nothing can be stored, and takes the same message later', async () => {
    const reading = { t: NOW, w: 5, boot: 'b1', seq: 1 };
    journal.failure = new StorageError('full', 'the disk is full');
    expect(await send(plug, 'power', reading, { messageId: 4 })).toBe(journal.failure);
    expect(receiver.failure).toBe(journal.failure);
    expect(await send(plug, 'power', { w: 6 })).toBe(journal.failure);
    journal.failure = undefined;
    await until('storage works', () => receiver.failure === undefined);
    expect(await send(plug, 'power', reading, { messageId: 4, dup: true })).toBeUndefined();
    expect(await stored()).toHaveLength(1);
  });

  it('holds messages back while too much waits, in their order, and loses none', async () => {
    const large = JSON.stringify(Array.from({ length: 2000 }, (_, n) => ({ t: NOW + n, w: n })));
    const told: number[] = [];
    const sent = Array.from({ length: 8 }, (_, n) =>
      send(plug, 'power', large, { messageId: n + 1 }).then(() => told.push(n)),
    );
    expect(receiver.pendingBytes).toBeLessThan(LIMITS.pendingBytesMax * 3);
    await Promise.all(sent);
    expect(told).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await stored()).toHaveLength(16_000);
  });

  it('stores who came and went, and what people declare', async () => {
    receiver.noteOnline(plug, true, NOW - 5);
    await receiver.declare('laser', { kind: 'service', state: 'fault', at: NOW, receivedAt: NOW });
    expect(await stored()).toMatchObject([
      { connector: 'plug', machine: null, kind: 'online', online: true, at: NOW - 5 },
      { connector: '', machine: 'laser', kind: 'service', state: 'fault' },
    ]);
  });
});

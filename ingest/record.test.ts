import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel, EventBody } from '../domain/event.ts';
import type { Route } from '../domain/ports-journal.ts';
import { ByteBlock, ByteReader } from './byte-block.ts';
import { OUTCOME, readEvents, readMessageHeads, writeEvent, writeMessage } from './record.ts';

const at = fc.integer({ min: 0, max: 4_102_444_800_000 });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => value.isWellFormed());
const channel = fc.constantFrom<Channel>(0, 7, 'total');
const optional = fc.option(number, { nil: undefined });

/** One arbitrary content for every kind of event. */
const CONTENTS = {
  power: fc.record({ channel, w: number, wh: optional, returnedWh: optional }),
  energy: fc.record({ channel, wh: number, returnedWh: optional }),
  badge: fc.record({ token: text, member: fc.option(text, { nil: undefined }), action: fc.constant('tap'), channel }),
  online: fc.record({ online: fc.boolean(), device: fc.option(text, { nil: undefined }) }),
  state: fc.record({ state: fc.constant('running'), detail: fc.option(text, { nil: undefined }) }),
  switch: fc.record({ channel, on: fc.boolean() }),
  input: fc.record({ channel, on: fc.boolean() }),
  'energy-reset': fc.record({ channel, wh: optional }),
  boot: fc.record({}),
  heartbeat: fc.record({}),
  door: fc.record({ open: fc.boolean() }),
  alarm: fc.record({ alarm: text }),
  discovery: fc.record({ knowledge: fc.dictionary(text, text) }),
  service: fc.record({ state: fc.constant('fault'), note: fc.option(text, { nil: undefined }) }),
};

const stamp = fc.record({
  at,
  receivedAt: at,
  clock: fc.option(fc.constant('rejected' as const), { nil: undefined }),
  identity: fc.option(fc.record({ boot: text, deviceSeq: fc.maxSafeNat() }), { nil: undefined }),
});

/** Without what is undefined: an event has no such keys. */
function plain(value: object): EventBody {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as EventBody;
}

const body = fc.oneof(
  ...Object.entries(CONTENTS).map(([kind, content]) =>
    fc
      .tuple(content as fc.Arbitrary<object>, stamp)
      .map(([one, { identity, ...times }]) => plain({ kind, ...one, ...times, ...identity })),
  ),
);

const route: Route = { id: 3, connector: 'plug-1', channel: 0, machine: 'laser-1' };
const routeOf = (id: number): Route => (id === route.id ? route : { ...route, id, connector: 'other' });

describe('events as bytes', () => {
  it('come back as they were, one after the other', () => {
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 20 }), fc.nat(), (bodies, firstSeq) => {
        const block = new ByteBlock(16);
        const written = bodies.map((one) => (one.kind === 'power' ? { ...one, channel: route.channel ?? 0 } : one));
        for (const one of written) writeEvent(block, route.id, one);
        expect(readEvents(block.done(), firstSeq, routeOf)).toEqual(
          written.map((one, index) => ({
            seq: firstSeq + index,
            connector: 'plug-1',
            machine: 'laser-1',
            // What JSON keeps: it has no -0.
            ...(one.kind === 'power' && one.returnedWh === undefined ? one : JSON.parse(JSON.stringify(one))),
          })),
        );
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a bare reading', { kind: 'power', channel: 0, w: 1, at: 1, receivedAt: 2 }, 30],
    ['a reading with its counter', { kind: 'power', channel: 0, w: 1, wh: 2, at: 1, receivedAt: 2 }, 38],
  ] as [string, EventBody, number][])('%s takes few bytes', (_what, event, bytes) => {
    const block = new ByteBlock(1);
    writeEvent(block, 1, event);
    expect(block.length).toBe(bytes);
  });

  it('that are not ours are refused', () => {
    expect(() => readEvents(new Uint8Array([9, 0, 0]), 1, routeOf)).toThrow(/unknown tag 9/);
    expect(() => readEvents(new Uint8Array([1, 0, 0]), 1, routeOf)).toThrow(RangeError);
  });
});

describe('messages as bytes', () => {
  it('give back their heads, whatever topic and payload follow', () => {
    const head = fc.record({
      route: fc.nat(),
      receivedAt: at,
      outcome: fc.constantFrom(...Object.values(OUTCOME)),
      messageId: fc.nat(65_535),
      crc: fc.nat(0xffff_ffff),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(head, text, fc.uint8Array())), (messages) => {
        const block = new ByteBlock(1);
        for (const [one, topic, payload] of messages) writeMessage(block, one, topic, payload);
        expect(readMessageHeads(block.done())).toEqual(messages.map(([one]) => one));
      }),
    );
  });
});

describe('message bytes that the disk changed', () => {
  const block = new ByteBlock(1);
  const head = { route: 1, receivedAt: 2, outcome: OUTCOME.events, messageId: 3, crc: 4 };
  for (const topic of ['one', 'two']) writeMessage(block, head, topic, new Uint8Array(40));
  const bytes = block.done();

  it('are refused wherever they are cut off, but between two messages', () => {
    const lengths = Array.from({ length: bytes.length + 1 }, (_, length) => length);
    const readable = lengths.filter((length) => {
      try {
        return readMessageHeads(bytes.slice(0, length)).length >= 0;
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        return false;
      }
    });
    expect(readable).toEqual([0, bytes.length / 2, bytes.length]);
  });
});

describe('ByteBlock', () => {
  it('grows as it must and gives back what was written', () => {
    const block = new ByteBlock(1);
    block.u8(255);
    block.u16(65_535);
    block.u32(4_294_967_295);
    block.f64(-0.5);
    block.text('Hôtel 🙂');
    block.bytes(new Uint8Array([1, 2]));
    const reader = new ByteReader(block.done());
    expect([reader.u8(), reader.u16(), reader.u32(), reader.f64(), reader.text(), reader.u8(), reader.u8()]).toEqual([
      255,
      65_535,
      4_294_967_295,
      -0.5,
      'Hôtel 🙂',
      1,
      2,
    ]);
    expect(reader.isDone).toBe(true);
  });
});

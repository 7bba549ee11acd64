import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Knowledge, Translation } from '../domain/event.ts';
import { TRANSLATORS } from './translators.ts';

const RUNS = 1000;
const TOPICS = [
  'fabmeter/1/d/power',
  'fabmeter/1/d/badge',
  'fabmeter/1/d/state',
  'fabmeter/1/d/status',
  'tele/d/SENSOR',
  'tele/d/STATE',
  'tele/d/LWT',
  'tele/d/INFO1',
  'stat/d/RESULT',
  'stat/d/POWER1',
  'stat/d/STATUS8',
  'tasmota/discovery/AABBCCDDEEFF/config',
  'shellies/d/relay/0/power',
  'shellies/d/info',
  'shellies/d/announce',
  'd/events/rpc',
  'd/status/switch:0',
  'd/status/emdata:0',
  'd/rpc',
  'd/send',
  'd/tag',
  'd/io/lock0',
  'd/avty',
  'zigbee2mqtt/d',
  'zigbee2mqtt/d/availability',
  'zigbee2mqtt/d/power_l2',
  'zigbee2mqtt/bridge/event',
];
/** Words that lead deeper into the translators than random text would. */
const KEYS = [
  'w,wh,t,ch,boot,seq,uid,action,state,detail,ENERGY,Power,Total,Time,Epoch,PN532,Wiegand,UID,Size,StatusSNS,StatusSTS,POWER',
  'POWER1,EnergyTotal,SSerialReceived,t,ft,tp,onln,relays,meters,emeters,unixtime,ison,total,power,id,model,method,params,ts',
  'switch:0,em:0,pm1:0,apower,aenergy,ret_aenergy,output,errors,type,time,isKnown,access,username,energy,last_seen,data',
  'friendly_name,voltage,__proto__,constructor,toString',
].flatMap((line) => line.split(','));

const word = fc.constantFrom(
  'ON',
  'online',
  '04A2B3',
  'tap',
  'access',
  'NotifyStatus',
  'device_leave',
  '2018qq',
  '2026-02-30T25:61:61Z',
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -0, 1e308, -1, 2 ** 53, Number.MIN_VALUE),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string(),
    word,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), fc.string()), tie('json'), { maxKeys: 8 }),
  ),
}));
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
  json.map((value) => Buffer.from(JSON.stringify(value))),
  fc.tuple(json, fc.nat(200)).map(([value, cut]) => Buffer.from(JSON.stringify(value).slice(0, cut))),
);
const topic = fc.oneof(fc.constantFrom(...TOPICS), fc.string({ unit: 'binary', maxLength: 80 }));
const known: fc.Arbitrary<Knowledge | undefined> = fc.option(
  fc.dictionary(
    fc.constantFrom('states', 'prefixes', 'onln', 'ofln', 'model', 'topic'),
    fc.oneof(fc.string(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 })),
  ),
  { nil: undefined },
);

function assertBelievable(translation: Translation): void {
  if (translation.outcome !== 'events') {
    expect('reason' in translation ? translation.reason : translation.detail).not.toBe('');
    return;
  }
  expect(translation.events.length).toBeGreaterThan(0);
  for (const event of translation.events) {
    expect(JSON.parse(JSON.stringify(event))).toEqual(event);
    if (event.at !== undefined) expect(Number.isSafeInteger(event.at)).toBe(true);
    expect([event.at, event.atLocal, event.clock].filter((part) => part !== undefined).length).toBeLessThan(2);
    if (event.atLocal !== undefined) expect(() => Temporal.PlainDateTime.from(event.atLocal as string)).not.toThrow();
    if (event.kind === 'power') expect(Number.isFinite(event.w) && Math.abs(event.w) <= 1e6).toBe(true);
    if ('wh' in event && event.wh !== undefined) expect(event.wh >= 0 && event.wh <= 1e12).toBe(true);
    if (event.kind === 'badge') expect(event.uid).toMatch(/^[0-9A-F]{1,64}$/);
  }
}

describe.each(TRANSLATORS.map((translator) => [translator.firmware, translator] as const))(
  '%s',
  (_name, translator) => {
    it('translate() never throws and gives believable events, whatever the topic, bytes, text or JSON', () => {
      fc.assert(
        fc.property(topic, payload, fc.boolean(), known, (on, bytes, retain, earlier) => {
          assertBelievable(translator.translate({ topic: on, payload: bytes, retain }, earlier));
        }),
        { numRuns: 3 * RUNS },
      );
    });

    it('translate() gives the same again for the same message', () => {
      fc.assert(
        fc.property(topic, payload, fc.boolean(), (on, bytes, retain) => {
          const message = { topic: on, payload: bytes, retain };
          expect(translator.translate(message)).toEqual(translator.translate(message));
        }),
        { numRuns: RUNS },
      );
    });

    it('mayPublish() and maySubscribe() never throw, and no device may read everything', () => {
      fc.assert(
        fc.property(
          fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('#', '+', '+/+', 'd/#', 'd')),
          topic,
          (device, on) => {
            expect(typeof translator.mayPublish(device, on)).toBe('boolean');
            expect(typeof translator.maySubscribe(device, on)).toBe('boolean');
            for (const wide of [
              '#',
              '+',
              '+/#',
              '/#',
              '$SYS/#',
              '+/+/+',
              'shellies/+/command',
              '+/rpc',
              '+/cmd',
              'fabmeter/1/+/badge/reply',
              'cmnd/+/#',
              'd/#/set',
            ]) {
              expect(translator.maySubscribe(device, wide)).toBe(false);
              expect(translator.mayPublish(device, wide)).toBe(false);
            }
          },
        ),
        { numRuns: RUNS },
      );
    });

    it('translate() takes a payload at the limit and refuses one byte more, or 100,000 brackets, without throwing', () => {
      for (const on of TOPICS) {
        for (const bytes of [
          Buffer.alloc(256 * 1024, '['),
          Buffer.alloc(256 * 1024 + 1, ' '),
          Buffer.alloc(1e5, '{"a":'),
        ]) {
          assertBelievable(translator.translate({ topic: on, payload: bytes, retain: false }));
        }
      }
    });
  },
);

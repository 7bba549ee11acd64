import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Translation } from '../domain/event.ts';
import { ENTRIES_MAX, fabmeter } from './fabmeter.ts';
import { PAYLOAD_BYTES_MAX } from './payload.ts';
import { TRANSLATORS } from './translators.ts';

function translated(payload: string, topic = 'fabmeter/1/d/power'): Translation {
  return fabmeter.translate({ topic, payload: Buffer.from(payload), retain: false });
}

describe('the native protocol', () => {
  it('takes a list at its limit and refuses one entry more', () => {
    const list = (length: number) => JSON.stringify(Array.from({ length }, (_, w) => ({ w })));
    expect(translated(list(ENTRIES_MAX))).toMatchObject({ outcome: 'events', events: { length: ENTRIES_MAX } });
    expect(translated(list(ENTRIES_MAX + 1))).toMatchObject({ outcome: 'quarantined', code: 'limit' });
  });

  it('takes a payload at its limit and refuses one byte more', () => {
    const padded = (bytes: number) => '{"w":5}'.padEnd(bytes, ' ');
    expect(translated(padded(PAYLOAD_BYTES_MAX))).toMatchObject({ outcome: 'events' });
    expect(translated(padded(PAYLOAD_BYTES_MAX + 1))).toMatchObject({ outcome: 'quarantined', code: 'limit' });
  });

  it.each([
    ['{"w":1000000}', 'events'],
    ['{"w":1000000.1}', 'quarantined'],
    ['{"w":-1000000}', 'events'],
    ['{"w":1,"wh":1000000000000}', 'events'],
    ['{"w":1,"wh":1000000000001}', 'quarantined'],
    ['{"w":1,"ch":255}', 'events'],
    ['{"w":1,"ch":256}', 'quarantined'],
    [`{"w":1,"boot":"${'b'.repeat(64)}"}`, 'events'],
    [`{"w":1,"boot":"${'b'.repeat(65)}"}`, 'quarantined'],
  ])('judges %s as %s', (payload, outcome) => {
    expect(translated(payload).outcome).toBe(outcome);
  });

  it('reads bare nan as missing, but not inside of texts', () => {
    expect(translated('{"w":1,"wh":-inf,"boot":"nan, \\"inf"}')).toMatchObject({
      events: [{ kind: 'power', w: 1, boot: 'nan, "inf' }],
    });
    expect(translated('{"w":nano}')).toMatchObject({ outcome: 'quarantined', code: 'json' });
  });
});

describe('what translators say of messages that they do not understand', () => {
  it.each(TRANSLATORS.map((translator) => [translator.firmware, translator] as const))(
    'never repeats a badge number that came with %s',
    (_firmware, translator) => {
      const topics = [
        'fabmeter/1/d/badge',
        'fabmeter/1/d/power',
        'tele/d/SENSOR',
        'd/send',
        'd/tag',
        'stat/d/POWER',
        'shellies/d/relay/0/power',
        'd/events/rpc',
        'd/x/power',
      ];
      const uid = '04A2B3C4D5E680';
      const shapes = [
        `{"uid":"${uid}"}`,
        `{"w":"${uid}"}`,
        `"${uid}"`,
        uid,
        `{"PN532":{"UID":"${uid}`,
        `{"type":"access","uid":["${uid}"]}`,
        `{"ENERGY":{"Power":"${uid}"}}`,
        `{"RC522":{"UID":{"${uid}":1}}}`,
      ];
      fc.assert(
        fc.property(fc.constantFrom(...topics), fc.constantFrom(...shapes), fc.nat(40), (topic, shape, cut) => {
          const payload = Buffer.from(cut > 30 ? shape : shape.slice(0, 18 + cut));
          const translation = translator.translate({ topic, payload, retain: false });
          if (translation.outcome === 'events') return;
          expect(JSON.stringify(translation).toUpperCase()).not.toContain(uid.slice(0, 6));
        }),
        { numRuns: 1000 },
      );
    },
  );
});

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalBadge } from '../domain/badge.ts';
import type { Translation } from '../domain/event.ts';
import type { Firmware } from '../domain/registry.ts';
import { translatorOf } from './translators.ts';

const FOLDER = new URL('../../shared/data/connectors/', import.meta.url);
const FIRMWARES: Firmware[] = ['tasmota', 'shelly-gen1', 'shelly-gen2', 'esp-rfid', 'zigbee2mqtt'];

type Fact = Record<string, unknown>;
interface Sample {
  topic: string;
  payload: string;
  payload_encoding?: string;
  retain: boolean | null;
  expect: Fact | Fact[];
}

/** The samples' words for what our events call otherwise. Words not listed (`key`, `bits`…) have no counterpart. */
const WORDS: Record<string, (value: unknown) => Fact> = {
  watts: (value) => ({ w: value }),
  energy_wh: (value) => ({ wh: expect.closeTo(value as number, 3) }),
  energy_returned_wh: (value) => ({ returnedWh: expect.closeTo(value as number, 3) }),
  channel: (value) => ({ channel: value }),
  at: (value) => ({ at: Date.parse(value as string) }),
  last_seen: (value) => ({ at: Date.parse(value as string) }),
  at_local: (value) => ({ atLocal: value }),
  time_trusted: () => ({ clock: 'rejected' }),
  uid: (value) => ({ uid: canonicalBadge(value as string) }),
  ...Object.fromEntries(
    ['on', 'online', 'open', 'alarm', 'known', 'granted', 'ambiguous', 'auth', 'scope', 'device'].map((word) => [
      word,
      (value: unknown) => ({ [word]: value }),
    ]),
  ),
};
const KINDS: Record<string, string> = { energy_reset: 'energy-reset' };

function ourEvent({ kind, ...fact }: Fact): Fact {
  if (kind === 'discovery') return { kind, knowledge: expect.objectContaining(fact) };
  const words = Object.entries(fact).map(([word, value]) => WORDS[word]?.(value) ?? {});
  return Object.assign({ kind: KINDS[kind as string] ?? kind }, ...words);
}

/** `none` and `rpc_result` (we ask nothing, so that no reply is ours) must tell nothing. */
function ourTranslation(expected: Sample['expect']): unknown {
  const facts = Array.isArray(expected) ? expected : [expected];
  const first = facts[0] as Fact;
  if (first.kind === 'error') return { outcome: 'quarantined', code: first.reason };
  if (first.kind === 'none' || first.kind === 'rpc_result') return { outcome: 'ignored' };
  return { outcome: 'events', events: facts.map(ourEvent) };
}

function samplesOf(firmware: Firmware): Sample[] {
  const lines = readFileSync(new URL(`${firmware}.jsonl`, FOLDER), 'utf8').split('\n');
  return lines.filter((line) => line.trim().length > 0).map((line) => JSON.parse(line) as Sample);
}

function translate(firmware: Firmware, sample: Sample): Translation {
  const payload = Buffer.from(sample.payload, sample.payload_encoding === 'base64' ? 'base64' : 'utf8');
  return translatorOf(firmware).translate({ topic: sample.topic, payload, retain: sample.retain === true });
}

if (!existsSync(FOLDER)) {
  describe('sample messages of real devices', () => {
    it.skip('skipped: ../shared/data/connectors is not here', () => {});
  });
} else {
  describe.each(FIRMWARES)('sample messages of real %s devices', (firmware) => {
    const samples = samplesOf(firmware);

    it('are there', () => {
      expect(samples.length).toBeGreaterThan(0);
    });

    it.each(samples.map((sample, index) => [index + 1, sample.topic, sample] as const))(
      'line %i on %s means what it must',
      (_line, _topic, sample) => {
        const translation = translate(firmware, sample);
        expect(translation).toMatchObject(ourTranslation(sample.expect) as object);
      },
    );
  });
}

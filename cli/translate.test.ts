import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { runTranslate, TOPICS_MAX, translateLines } from './translate.ts';

async function translated(lines: unknown[]): Promise<unknown[]> {
  const input = Readable.from(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))));
  const out: unknown[] = [];
  for await (const line of translateLines(input)) out.push(JSON.parse(line));
  return out;
}

const power = { firmware: 'fabmeter', topic: 'fabmeter/1/d/power', payload: '{"t":1772442000000,"w":5}' };

const CASES: [string, unknown, unknown][] = [
  [
    'writes times as RFC 3339',
    power,
    { outcome: 'events', events: [{ kind: 'power', channel: 0, w: 5, at: '2026-03-02T09:00:00.000Z' }] },
  ],
  [
    'keeps local times as they are',
    { firmware: 'tasmota', topic: 'tele/d/SENSOR', payload: '{"Time":"2018-11-15T08:54:18","ENERGY":{"Power":1}}' },
    { outcome: 'events', events: [{ kind: 'power', channel: 0, w: 1, atLocal: '2018-11-15T08:54:18' }] },
  ],
  [
    'reads base64',
    { ...power, payload: Buffer.from('{"w":5}').toString('base64'), payload_encoding: 'base64' },
    { outcome: 'events', events: [{ kind: 'power', channel: 0, w: 5 }] },
  ],
  ['knows retained messages', { ...power, retain: true }, { outcome: 'ignored', reason: 'retained' }],
  ['takes an unknown retain bit for a live message', { ...power, retain: null }, { outcome: 'events' }],
  [
    'names the firmwares when one is unknown',
    { ...power, firmware: 'espurna' },
    { outcome: 'quarantined', code: 'shape', detail: expect.stringContaining('tasmota') },
  ],
  ['refuses a line that is not JSON', 'nonsense', { outcome: 'quarantined', code: 'json' }],
  ['refuses an empty line', '', { outcome: 'quarantined', code: 'json' }],
  ['refuses a line that is no object', '[]', { outcome: 'quarantined', code: 'shape' }],
  [
    'says which field is missing',
    { firmware: 'tasmota', topic: 'x' },
    { outcome: 'quarantined', code: 'shape', detail: expect.stringContaining('"payload"') },
  ],
  [
    'refuses what is not base64',
    { ...power, payload: '{"w":5}', payload_encoding: 'base64' },
    { outcome: 'quarantined', code: 'encoding' },
  ],
];

describe('translateLines()', () => {
  it.each(CASES)('%s', async (_name, line, expected) => {
    expect(await translated([line])).toMatchObject([expected as object]);
  });

  it('gives one line for each, in order', async () => {
    const lines = Array.from({ length: 500 }, (_, w) => ({ ...power, payload: `{"w":${w}}` }));
    const out = await translated(lines);
    expect(out.map((line) => (line as { events: { w: number }[] }).events[0]?.w)).toEqual(lines.map((_, w) => w));
  });

  it('lets what a device tells of itself inform its later lines, and no other device', async () => {
    const config = { t: 'd', ft: '%topic%/%prefix%/', tp: ['do', 'say', 'tell'], state: ['AUS', 'EIN'], onln: 'da' };
    const relay = { firmware: 'tasmota', topic: 'd/say/POWER', payload: 'EIN' };
    const out = await translated([
      relay,
      { firmware: 'tasmota', topic: 'tasmota/discovery/A1/config', payload: JSON.stringify(config), retain: true },
      relay,
      { ...relay, topic: 'e/say/POWER' },
      { firmware: 'tasmota', topic: 'd/tell/LWT', payload: 'da', retain: true },
      { firmware: 'shelly-gen1', topic: 'shellies/announce', payload: '{"id":"s1","model":"SHSW-1"}' },
      { firmware: 'shelly-gen1', topic: 'shellies/s1/relay/0/power', payload: '81.5' },
      { firmware: 'shelly-gen1', topic: 'shellies/s2/relay/0/power', payload: '81.5' },
    ]);
    expect(out.map((line) => (line as { outcome: string }).outcome)).toEqual([
      'quarantined',
      'events',
      'events',
      'quarantined',
      'events',
      'events',
      'ignored',
      'events',
    ]);
  });

  it('remembers as many devices as it says, and forgets the oldest past that', async () => {
    const announce = (id: number) => ({
      firmware: 'shelly-gen1',
      topic: 'shellies/announce',
      payload: `{"id":"s${id}","model":"SHSW-1"}`,
    });
    const reading = { firmware: 'shelly-gen1', topic: 'shellies/s0/relay/0/power', payload: '81.5' };
    const devices = Array.from({ length: TOPICS_MAX }, (_, id) => announce(id));
    const out = await translated([...devices, reading, announce(TOPICS_MAX), reading]);
    expect(out[TOPICS_MAX]).toMatchObject({ outcome: 'ignored' });
    expect(out.at(-1)).toMatchObject({ outcome: 'events' });
  });
});

describe('runTranslate()', () => {
  it('reads lines from a stream and writes lines to another', async () => {
    const output = new PassThrough();
    const written = text(output);
    await runTranslate(Readable.from([`${JSON.stringify(power)}\n`, 'nonsense']), output);
    output.end();
    const lines = (await written).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(['events', 'quarantined']);
  });
});

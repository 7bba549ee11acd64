import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fabmeter } from './fabmeter.ts';
import { scanPower } from './fabmeter-scan.ts';

/** The same message with a space in front, which the scan leaves to the general reader. */
function generalReading(text: string): unknown {
  return fabmeter.translate({ topic: 'fabmeter/1/d/power', payload: Buffer.from(` ${text}`), retain: false });
}

function scanned(text: string): unknown {
  return scanPower(Buffer.from(text));
}

const ORDINARY = [
  '{"t":"2026-03-02T09:00:00.000Z","w":123.4,"wh":10234.5,"ch":0,"boot":"a1","seq":12}',
  '{"t": "2024-02-29T23:59:59.999Z", "w": 0}',
  '{"w":-0,"ch":255,"seq":9007199254740991}'.replace('9007199254740991', '900719925474099'),
  '{"w":0.1,"wh":0.000001,"t":1772442000000}',
  '{"w":1,"w":2}',
  '{"w":1,"t":"2026-03-02T09:00:00Z"}',
];
const UNUSUAL = [
  '{"w":1e2}',
  '{"w":01}',
  '{"w":1.}',
  '{"w":.5}',
  '{"w":1}}',
  '{"w":1,}',
  '{"w":1',
  '{"w":"1"}',
  '{"w":1,"x":2}',
  '{"w":1,"boot":""}',
  '{"w":1,"boot":"é"}',
  '{"w":1,"boot":"a\\n"}',
  '{"w":1,"t":"2026-02-30T00:00:00.000Z"}',
  '{"w":1,"t":"2026-03-02T09:00:00.5Z"}',
  '{"w":1,"t":"2026-03-02T09:00:00+01:00"}',
  '{"w":1,"t":"2026-03-02T09:00:00"}',
  '{"w":1,"t":12}',
  '{"w":1,"ch":256}',
  '{"w":1,"ch":1.5}',
  '{"w":1,"seq":-1}',
  '{"w":1000001}',
  '{"w":1,"wh":-1}',
  '[{"w":1}]',
  '{}',
  '',
];

/** Mostly what a connector writes, sometimes what none should. */
function mostly(good: fc.Arbitrary<string>, ...odd: string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 8, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
}

const decimal = fc
  .tuple(fc.integer({ min: -1_100_000, max: 1_100_000 }), fc.nat(9), fc.nat(999_999_999))
  .map(([whole, digits, fraction]) => `${whole}${digits > 0 ? `.${String(fraction).slice(0, digits)}` : ''}`);
const date = fc.date({ min: new Date('2015-01-01'), max: new Date('2101-01-01'), noInvalidDate: true });
const FIELDS: Record<string, fc.Arbitrary<string>> = {
  w: mostly(decimal, '-0', '-0.0', '00', '1e3', 'nan', 'null', '"a"', '0.1234567890123456789', '12345678901234567'),
  wh: mostly(fc.nat(10_000_000).map(String), '-1', '1e3', '0.000001', '123456789012.345', 'true'),
  ch: mostly(fc.nat(255).map(String), '256', '-0', '1.0', '1.5', '"total"'),
  seq: mostly(fc.nat().map(String), '-1', '1.5', '9007199254740993'),
  boot: mostly(
    fc.string({ minLength: 1, maxLength: 20 }).map((word) => JSON.stringify(word)),
    '""',
    '3',
    '"\\u0041"',
  ),
  t: mostly(
    fc.oneof(
      date.map((at) => JSON.stringify(at)),
      date.map((at) => JSON.stringify(at).replace(/\.\d{3}/, '')),
      date.map((at) => String(at.getTime())),
    ),
    '"2026-13-01T00:00:00.000Z"',
    '"2026-02-29T00:00:00.000Z"',
    '"2026-03-02T24:00:00.000Z"',
    '"2026-03-02T09:00:00.000z"',
    '1772442000',
    '1772442000000.5',
  ),
};
const text = fc
  .tuple(
    fc.record(FIELDS, { requiredKeys: ['w'] }),
    mostly(fc.constantFrom(':', ': '), ' :', '='),
    mostly(fc.constantFrom(',', ', '), ' ,', ';'),
  )
  .map(([fields, colon, comma]) => {
    const pairs = Object.entries(fields as Record<string, string>).map(([key, value]) => `"${key}"${colon}${value}`);
    return `{${pairs.join(comma)}}`;
  });

describe('scanPower()', () => {
  it.each(ORDINARY)('reads %s as the general reader does', (message) => {
    expect({ outcome: 'events', events: [scanned(message)] }).toEqual(generalReading(message));
  });

  it.each(UNUSUAL)('leaves %s to the general reader', (message) => {
    expect(scanned(message)).toBeUndefined();
  });

  it('never disagrees with the general reader', () => {
    let agreed = 0;
    fc.assert(
      fc.property(text, (message) => {
        const event = scanned(message);
        if (event === undefined) return;
        agreed += 1;
        expect({ outcome: 'events', events: [event] }).toEqual(generalReading(message));
      }),
      { numRuns: 20_000 },
    );
    expect(agreed).toBeGreaterThan(500);
  });
});

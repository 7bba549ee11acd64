import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { scrubPayload, scrubText, scrubTopic } from './scrub.ts';

const BADGES = [
  ['hex', '04A2B3C4D5E680'],
  ['hex with colons', '04:a2:b3:c4:d5:e6:80'],
  ['hex with dashes', '74-10-37-94'],
  ['decimal', '1303988418432640'],
  ['short decimal', '7748328'],
  ['Wiegand hex', '763AE8h'],
  ['a lost zero', 'cdb6217'],
  ['base64 of the text', Buffer.from('04A2B3C4D5E680').toString('base64')],
] as const;

describe('scrubText()', () => {
  it.each(BADGES)('leaves nothing of a badge number: %s', (_name, badge) => {
    expect(BADGES.length).toBeGreaterThan(0);
    const scrubbed = scrubText(`{"Time":"x","PN532":{"UID":"${badge}","DATA":"S""}}`);
    expect(scrubbed).not.toContain(badge);
    expect(scrubbed).not.toContain(badge.slice(2, -2));
    expect(scrubbed).toContain('PN532');
  });

  it('leaves what helps a person to find the mistake', () => {
    expect(scrubText('{"ENERGY":{"Power":12.5,"ApparentPower":nan}')).toBe(
      '{"ENERGY":{"Power":12.5,"ApparentPower":nan}',
    );
  });
});

describe('scrubTopic()', () => {
  it('keeps the levels and the device', () => {
    expect(scrubTopic('fabmeter/1/plug-DC4F22/power/04A2B3C4D5E680', 'plug-DC4F22')).toBe(
      'fabmeter/1/plug-DC4F22/power/‹14›',
    );
  });
});

describe('scrubPayload()', () => {
  it('keeps only the number of bytes of what is no text, and cuts long text', () => {
    expect(scrubPayload(Uint8Array.of(0x80, 0xff, 4))).toBe('‹3 bytes›');
    expect(scrubPayload(Buffer.from('w '.repeat(5000))).length).toBe(2000);
  });
});

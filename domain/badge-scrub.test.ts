import { describe, expect, it } from 'vitest';
import { scrubText } from './badge-scrub.ts';

const BADGES = [
  ['hex', '04A2B3C4D5E680'],
  ['hex with colons', '04:a2:b3:c4:d5:e6:80'],
  ['hex with dashes', '74-10-37-94'],
  ['hex with dots', '04.a2.b3.c4.d5.e6.80'],
  ['hex with underscores', '04_A2_B3_C4_D5_E6_80'],
  ['bytes', '0x04, 0xA2, 0xB3, 0xC4'],
  ['letters alone', 'DEADBEEF'],
  ['base64 of four bytes', Buffer.from('74103794', 'hex').toString('base64')],
  ['base64 without a digit', Buffer.from('04A2B3C4D5E680', 'hex').toString('base64')],
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

  it.each([
    '{"ENERGY":{"Power":12.5,"ApparentPower":nan,"Total":1234.567}',
    '{"Time":"2026-03-02T09:00:00","Channel1":7}',
    'A list may hold 4096 entries; send the rest in another message.',
    'The facade was defaced.',
  ])('leaves what helps a person to find the mistake: %s', (text) => {
    expect(scrubText(text)).toBe(text);
  });
});

import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { scrubPayload, scrubTopic } from './scrub.ts';

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
    expect(scrubPayload(Uint8Array.of(0x04, 0x41, 0x42, 0x43))).toBe('‹4 bytes›');
    expect(scrubPayload(Buffer.from('w '.repeat(5000))).length).toBe(2000);
  });
});

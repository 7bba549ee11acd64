import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PACKETS_REMEMBERED, PACKETS_REMEMBERED_MAX, RecentPackets, SeenNumbers, SeqRanges } from './seen.ts';

/** Packet ids 1 to `count`, all in one batch. */
function rememberBurst(packets: RecentPackets, count: number): void {
  const batch = {};
  for (let id = 1; id <= count; id++) packets.remember(id, id * 7, batch);
}

describe('RecentPackets', () => {
  it('knows a packet again, and no other', () => {
    const packets = new RecentPackets();
    packets.remember(5, 35, {});
    expect([packets.has(5, 35), packets.has(5, 36), packets.has(6, 35)]).toEqual([true, false, false]);
  });

  it.each([PACKETS_REMEMBERED, PACKETS_REMEMBERED + 1, 1000, PACKETS_REMEMBERED_MAX])(
    'knows all %d packets again that came in one batch',
    (count) => {
      const packets = new RecentPackets();
      rememberBurst(packets, count);
      const forgotten = Array.from({ length: count }, (_, index) => index + 1).filter((id) => !packets.has(id, id * 7));
      expect(forgotten).toEqual([]);
    },
  );

  it(`forgets the first of ${PACKETS_REMEMBERED_MAX + 1}`, () => {
    const packets = new RecentPackets();
    rememberBurst(packets, PACKETS_REMEMBERED_MAX + 1);
    expect([packets.has(1, 7), packets.has(2, 14)]).toEqual([false, true]);
  });

  it('stays small when packets come one by one', () => {
    const packets = new RecentPackets();
    for (let id = 1; id <= PACKETS_REMEMBERED + 1; id++) packets.remember(id, id, {});
    expect([packets.has(1, 1), packets.has(2, 2)]).toEqual([false, true]);
  });
});

describe('SeqRanges', () => {
  it('holds the same numbers as a set, in as few stretches as can be', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 80 }), (numbers) => {
        const ranges = new SeqRanges();
        const set = new Set<number>();
        for (const number of numbers) {
          expect(ranges.add(number)).toBe(!set.has(number));
          set.add(number);
        }
        for (let number = -1; number <= 61; number++) expect(ranges.has(number)).toBe(set.has(number));
        const stretches = [...set].filter((number) => !set.has(number - 1)).length;
        expect(ranges.pairs).toHaveLength(2 * stretches);
        expect(ranges.pairs).toEqual([...ranges.pairs].sort((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });

  it('forgets the oldest of more than 1000 stretches', () => {
    const ranges = new SeqRanges();
    for (let n = 0; n < 1000; n++) ranges.add(n * 2);
    expect(ranges.has(0)).toBe(true);
    ranges.add(2000);
    expect([ranges.has(0), ranges.has(2), ranges.has(2000)]).toEqual([false, true, true]);
  });
});

describe('SeenNumbers', () => {
  it('gives what changed once, to be stored, and takes it back', () => {
    const seen = new SeenNumbers();
    expect([seen.add('b1', 1), seen.add('b1', 2), seen.add('b1', 1), seen.add('b2', 1)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    const touched = seen.takeTouched();
    expect(touched).toEqual([
      { boot: 'b1', ranges: [1, 2] },
      { boot: 'b2', ranges: [1, 1] },
    ]);
    expect(seen.takeTouched()).toEqual([]);
    const again = new SeenNumbers();
    for (const { boot, ranges } of touched) again.load(boot, ranges);
    expect([again.add('b1', 2), again.add('b1', 3), again.add('b2', 2)]).toEqual([false, true, true]);
    expect(touched[0]?.ranges).toEqual([1, 2]);
  });

  it('forgets the one unused for longest of more than 8 boots', () => {
    const seen = new SeenNumbers();
    for (let boot = 1; boot <= 8; boot++) seen.load(`b${boot}`, [1, 1]);
    seen.add('b1', 2);
    seen.add('b9', 1);
    expect(seen.add('b1', 2)).toBe(false);
    expect(seen.add('b3', 1)).toBe(false);
    expect(seen.add('b2', 1)).toBe(true);
  });
});

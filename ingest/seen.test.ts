import { describe, expect, it } from 'vitest';
import { PACKETS_REMEMBERED, PACKETS_REMEMBERED_MAX, RecentPackets } from './seen.ts';

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

import { bytesOf, loginBytes, publishBytes } from '../process/raw-socket.ts';

const MINUTE = 60;

/** Bytes that are no MQTT, or MQTT at the wrong moment; sent after a login or in place of one. */
export function brokenPackets(): { bytes: Buffer; isAfterLogin: boolean }[] {
  const publish = publishBytes('fabmeter/1/plug-2/power', '{"w":1}');
  const bare = [
    Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc]),
    Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0x10, 0x00]),
    Buffer.from([0x00, 0x00]),
    Buffer.from([0xf0, 0x00]),
    publish,
    loginBytes('plug-2', { keepalive: 0 }),
    loginBytes('plug-2', { protocolVersion: 5, properties: {} }),
    Buffer.concat([loginBytes('plug-2'), loginBytes('plug-2')]),
    loginBytes('plug-2').fill(0xff, 2, 8),
    loginBytes('plug-2').fill(0xff, 30, 34),
  ];
  const qos3 = Buffer.from(publish);
  qos3[0] = 0x36;
  const longTopic = Buffer.from(publish);
  longTopic.writeUInt16BE(0xffff, 2);
  const later = [
    qos3,
    longTopic,
    Buffer.from([0x80, 0x02, 0x00, 0x01]),
    Buffer.from([0x81, 0x03, 0x00, 0x01, 0x00]),
    Buffer.from([0x82, 0x05, 0x00, 0x01, 0x00, 0x00, 0x00]),
    Buffer.from([0x82, 0x06, 0x00, 0x01, 0x00, 0x01, 0x23, 0x07]),
    Buffer.from([0xa2, 0x02, 0x00, 0x01]),
    Buffer.from([0x62, 0x02, 0x00, 0x09]),
    Buffer.from([0x40, 0x02, 0x00, 0x09]),
    Buffer.from([0x50, 0x02, 0x00, 0x09]),
    Buffer.from([0x70, 0x02, 0x00, 0x09]),
    Buffer.from([0x20, 0x02, 0x00, 0x00]),
    Buffer.from([0x90, 0x03, 0x00, 0x01, 0x00]),
    Buffer.from([0xc0, 0x01, 0x00]),
    Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7f]),
    publishBytes('', '{"w":1}'),
    publishBytes('fabmeter/1/plug-2/power', '{"w":1}', { messageId: 0 }),
    publishBytes(Array.from({ length: 150 }, () => 'a').join('/'), 'x'),
    bytesOf({
      cmd: 'subscribe',
      messageId: 3,
      subscriptions: [{ topic: Array.from({ length: 150 }, () => 'a').join('/'), qos: 0 }],
    }),
    bytesOf({ cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: 'a/#/b', qos: 0 }] }),
    bytesOf({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['__proto__', '#'] }),
  ];
  return [
    ...bare.map((bytes) => ({ bytes, isAfterLogin: false })),
    ...later.map((bytes) => ({ bytes, isAfterLogin: true })),
  ];
}

/** Whole conversations with a few bytes turned, in groups; the same ones each time. */
export function mutations(count: number, groupSize: number): Buffer[][] {
  let state = 12_345;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * limit);
  };
  const whole = Buffer.concat([
    loginBytes('plug-2', {
      keepalive: MINUTE,
      will: { topic: 'fabmeter/1/plug-2/status', payload: Buffer.from('offline'), qos: 1, retain: true },
    }),
    bytesOf({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: 'fabmeter/1/plug-2/badge/reply', qos: 1 }] }),
    publishBytes('fabmeter/1/plug-2/power', '{"w":1}'),
    publishBytes('fabmeter/1/plug-2/power', '{"w":2}', { qos: 2, messageId: 4 }),
    bytesOf({ cmd: 'pubrel', messageId: 4, qos: 1 }),
    bytesOf({ cmd: 'pingreq' }),
  ]);
  const groups: Buffer[][] = [];
  for (let made = 0; made < count; made += groupSize) {
    groups.push(
      Array.from({ length: groupSize }, () => {
        const copy = Buffer.from(whole);
        for (let n = below(4) + 1; n > 0; n--) copy[below(copy.length)] = below(256);
        return copy.subarray(0, below(10) === 0 ? below(copy.length) : copy.length);
      }),
    );
  }
  return groups;
}

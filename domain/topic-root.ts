import type { Connector } from './registry.ts';

/** The first parts of the topics that each firmware gives to a device of that name. */
const ROOTS: Record<Connector['firmware'], (device: string) => string[]> = {
  fabmeter: (device) => [`fabmeter/1/${device}`],
  tasmota: (device) => [`tele/${device}`, `stat/${device}`, `cmnd/${device}`],
  'shelly-gen1': (device) => [`shellies/${device}`],
  'shelly-gen2': (device) => [device],
  'esp-rfid': (device) => [device],
  zigbee2mqtt: (device) => [device],
};

/** What of a connector decides its topics. */
type Device = Pick<Connector, 'firmware' | 'device'>;

/** Where the topics of a device begin. */
export function topicRoots({ firmware, device }: Device): string[] {
  return ROOTS[firmware](device);
}

/**
 * The roots that another device must not have, or the two would share topics: all places on the way to a root, itself
 * included (`a/b` → `a`, `a/b`). A Tasmota finds its name anywhere in a topic, so that `b` would collide as well.
 */
export function rivalRoots(device: Device): string[] {
  const above = topicRoots(device).flatMap((root) => beginnings(root.split('/')));
  if (device.firmware !== 'tasmota') return above;
  const levels = device.device.split('/');
  const inside = levels.flatMap((_, index) => beginnings(levels.slice(index)));
  return [...above, ...inside.map((name) => `tele/${name}`)];
}

function beginnings(levels: readonly string[]): string[] {
  return levels.map((_, index) => levels.slice(0, index + 1).join('/'));
}

/** Whether `other` may stand above `device`: a Zigbee2MQTT server is a connector, and so is each of its plugs. */
export function isServerOf(other: Connector, device: Connector): boolean {
  const isZigbee = other.firmware === 'zigbee2mqtt' && device.firmware === 'zigbee2mqtt';
  return isZigbee && other.lab === device.lab && device.device.startsWith(`${other.device}/`);
}

import type { Firmware } from './registry.ts';

/** The first parts of the topics that each firmware gives to a device of that name. */
const ROOTS: Record<Firmware, (device: string) => string[]> = {
  fabmeter: (device) => [`fabmeter/1/${device}`],
  tasmota: (device) => [`tele/${device}`, `stat/${device}`, `cmnd/${device}`],
  'shelly-gen1': (device) => [`shellies/${device}`],
  'shelly-gen2': (device) => [device],
  'esp-rfid': (device) => [device],
  zigbee2mqtt: (device) => [device],
};

/** Where the topics of a device begin; two devices of which one's root begins with the other's would share topics. */
export function topicRoots(firmware: Firmware, device: string): string[] {
  return ROOTS[firmware](device);
}

/** All places above a root, itself included: `a/b/c` → `a`, `a/b`, `a/b/c`. */
export function rootsAbove(root: string): string[] {
  const steps = root.split('/');
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}

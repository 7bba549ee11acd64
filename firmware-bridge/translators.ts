import type { Firmware } from '../domain/registry.ts';
import { espRfid } from './esp-rfid.ts';
import { fabmeter } from './fabmeter.ts';
import { shellyGen1 } from './shelly-gen1.ts';
import { shellyGen2 } from './shelly-gen2.ts';
import { tasmota } from './tasmota.ts';
import type { Translator } from './translator.ts';
import { zigbee2mqtt } from './zigbee2mqtt.ts';

/** Every firmware that Fabmeter understands. */
export const TRANSLATORS: readonly Translator[] = [fabmeter, tasmota, shellyGen1, shellyGen2, espRfid, zigbee2mqtt];

const BY_FIRMWARE = new Map<string, Translator>(TRANSLATORS.map((translator) => [translator.firmware, translator]));

/** The translator of a firmware. */
export function translatorOf(firmware: Firmware): Translator;
/** The translator of a firmware named by a person; undefined when there is none. */
export function translatorOf(firmware: string): Translator | undefined;
export function translatorOf(firmware: string): Translator | undefined {
  return BY_FIRMWARE.get(firmware);
}

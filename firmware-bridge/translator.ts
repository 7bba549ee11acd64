import type { BridgeMessage, Knowledge, Translation } from '../domain/event.ts';
import type { Firmware } from '../domain/registry.ts';

/**
 * Understands one firmware.
 *
 * Pure and synchronous: no clock, no store, no log; it never throws, whatever the bytes.
 */
export interface Translator {
  firmware: Firmware;
  /** What is known to be weak in this firmware, for people: shown on the connector's page. */
  caveats: string[];
  /** Seconds between two reports when the registry does not say; 0: it reports only on change. */
  reportSDefault: number;
  /** Whether a device named `device` may publish on `topic`. Commands and others' topics: no. */
  mayPublish(device: string, topic: string): boolean;
  /** Whether a device named `device` may read `filter` (its own commands and replies; never a wide filter). */
  maySubscribe(device: string, filter: string): boolean;
  /** What the message means. `known` is what earlier messages of the device told (`discovery` events). */
  translate(message: BridgeMessage, known?: Knowledge): Translation;
}

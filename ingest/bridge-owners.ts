import type { BridgeEvent } from '../domain/event.ts';
import { zigbeeAddressee } from '../firmware-bridge/zigbee2mqtt-topic.ts';
import type { Source } from './source.ts';

/**
 * Whose events a login publishes: its own, or, when the login is a Zigbee2MQTT server, those of the plugs behind it
 * (`docs/decisions/0010-zigbee2mqtt-devices.md`).
 */
export class BridgeOwners {
  /** Zigbee connectors by lab and device. */
  readonly #labs = new Map<string, Map<string, Source>>();
  readonly #names = new Map<string, Set<string>>();

  constructor(sources: Iterable<Source>) {
    for (const source of sources) {
      const { firmware, lab, device } = source.facts.connector;
      if (firmware !== 'zigbee2mqtt') continue;
      const devices = this.#labs.get(lab) ?? new Map<string, Source>();
      devices.set(device, source);
      this.#labs.set(lab, devices);
      this.#names.set(lab, new Set(devices.keys()));
    }
  }

  /** The connectors that an event of this message concerns; at least one. */
  ownersOf(login: Source, topic: string, event: BridgeEvent): readonly Source[] {
    const { firmware, lab, device } = login.facts.connector;
    const devices = firmware === 'zigbee2mqtt' ? this.#labs.get(lab) : undefined;
    if (!devices || devices.size < 2) return [login];
    if (event.kind === 'online' && event.scope === 'bridge') {
      const behind = [...devices].flatMap(([name, source]) => (name.startsWith(`${device}/`) ? [source] : []));
      return [login, ...behind];
    }
    const name =
      event.kind === 'online' && event.device !== undefined
        ? `${device}/${event.device}`
        : zigbeeAddressee(topic, this.#names.get(lab) ?? new Set());
    return [devices.get(name ?? device) ?? login];
  }
}

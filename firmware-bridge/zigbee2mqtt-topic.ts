import { below, holdsLevels, isBelow, isPlain, leafOf } from './topic.ts';

const BRIDGE_TOPIC =
  /(?:^|\/)bridge\/(state|event|logging|info|devices|groups|definitions|converters|extensions|health|log|config|request|response)(?:\/|$)/;

/** Which topic of the bridge itself this is (`state`, `event`…); undefined for a device's topic. */
export function bridgeTopic(topic: string): string | undefined {
  return BRIDGE_TOPIC.exec(topic)?.[1];
}

/** Whether the topic carries a command to a device (`…/set`, `…/get`, `…/set/state`) or a request to the bridge. */
export function isZigbeeCommand(topic: string): boolean {
  return /\/(set|get)(\/[^/]+)?$/.test(topic) || holdsLevels(topic, 'bridge/request');
}

/**
 * Whether a login named `device` publishes on this topic.
 *
 * `device` is the base topic of a Zigbee2MQTT server (`zigbee2mqtt`), or that and one friendly name
 * (`zigbee2mqtt/plug-1`). Either publishes what lies below it; the latter also what its server says of itself.
 */
export function mayZigbeePublish(device: string, topic: string): boolean {
  if (!isPlain(topic) || isZigbeeCommand(topic)) return false;
  if (topic === device || isBelow(device, topic)) return true;
  return bridgeTopic(topic) !== undefined && isBelow(topic.slice(0, topic.indexOf('/bridge/')), device);
}

/**
 * Whether a login named `device` may read this filter: the commands to its devices.
 *
 * A Zigbee2MQTT server subscribes to everything below its base topic and does not start without; all of that is its
 * own, so a `device` of one level may.
 */
export function mayZigbeeSubscribe(device: string, filter: string): boolean {
  const rest = below(device, filter);
  if (rest === undefined || !isPlain(device)) return false;
  if (rest === '#') return !device.includes('/');
  const command = rest.replace(/\/[#+]$/, '');
  if (!isPlain(command)) return false;
  return isZigbeeCommand(`/${command}`) || leafOf(command) === 'set' || holdsLevels(command, 'bridge/request');
}

/**
 * Whom a message is about that a Zigbee2MQTT server published: the longest of `devices` that the topic equals or lies
 * below. Undefined when it is about none of them, or about the server itself.
 *
 * The friendly names may hold slashes, so that levels cannot be counted.
 */
export function zigbeeAddressee(topic: string, devices: ReadonlySet<string>): string | undefined {
  if (bridgeTopic(topic) !== undefined) return undefined;
  for (let end = topic.length; end > 0; end = topic.lastIndexOf('/', end - 1)) {
    const candidate = topic.slice(0, end);
    if (devices.has(candidate)) return candidate;
  }
  return undefined;
}

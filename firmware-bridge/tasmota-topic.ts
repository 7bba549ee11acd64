import type { Knowledge } from '../domain/event.ts';
import { below, holdsLevels, isPlain, leafOf } from './topic.ts';

/** What a Tasmota message is about, told by its last level. */
export type TasmotaLeaf = 'sensor' | 'state' | 'power' | 'result' | 'boot' | 'lwt' | 'other';

const DISCOVERY = 'tasmota/discovery';
const COMMAND_PREFIX = 'cmnd';
const POWER = /^POWER\d{0,2}$/;
const LEAVES: Record<string, TasmotaLeaf> = {
  SENSOR: 'sensor',
  STATUS8: 'sensor',
  STATUS10: 'sensor',
  STATE: 'state',
  STATUS11: 'state',
  RESULT: 'result',
  ENERGYTOTAL: 'result',
  ENERGYTODAY: 'result',
  INFO1: 'boot',
  LWT: 'lwt',
};
/** Every last level that Tasmota writes in capitals: INFO2, STATUS5, MARGINS, POWER_LOW, the name of a command. */
const CAPITALS = /^[A-Z][A-Z0-9_]{1,40}$/;

/** What the message on this topic is about. */
export function tasmotaLeaf(topic: string): TasmotaLeaf {
  const leaf = leafOf(topic);
  if (POWER.test(leaf)) return 'power';
  return Object.hasOwn(LEAVES, leaf) ? (LEAVES[leaf] as TasmotaLeaf) : 'other';
}

/** Which discovery message the topic carries, if any: the device's configuration, or its sensors at that moment. */
export function discoveryLeaf(topic: string): 'config' | 'sensors' | undefined {
  const rest = below(DISCOVERY, topic);
  if (rest === undefined) return undefined;
  const leaf = /^[^/]{1,64}\/(config|sensors)$/.exec(rest)?.[1];
  return leaf === 'config' || leaf === 'sensors' ? leaf : undefined;
}

/** Whether the topic carries a command. The command prefix may be renamed; discovery tells. */
export function isTasmotaCommand(topic: string, known: Knowledge | undefined): boolean {
  const prefixes = known?.prefixes;
  const renamed = Array.isArray(prefixes) ? prefixes[0] : undefined;
  return holdsLevels(topic, COMMAND_PREFIX) || (!!renamed && holdsLevels(topic, renamed));
}

/**
 * Whether a Tasmota device publishes on this topic. FullTopic is free: its own levels may stand anywhere in it.
 *
 * It never commands others; but on connecting every Tasmota publishes an empty message to its own `cmnd/…/POWER`, to
 * clear a retained command, and would lose its connection if that were refused.
 */
export function mayTasmotaPublish(device: string, topic: string): boolean {
  if (!isPlain(topic)) return false;
  if (discoveryLeaf(topic)) return true;
  if (!holdsLevels(topic, device)) return false;
  const leaf = leafOf(topic);
  if (holdsLevels(topic, COMMAND_PREFIX))
    return POWER.test(leaf) && isOwnSpace(device, topic.slice(0, -leaf.length - 1));
  return CAPITALS.test(leaf);
}

/** Whether a Tasmota device may read this filter: its own commands, with a wildcard at the end only. */
export function mayTasmotaSubscribe(device: string, filter: string): boolean {
  const space = filter.replace(/\/[#+]$/, '');
  if (!isPlain(space)) return false;
  if (isOwnSpace(device, space)) return true;
  return space === filter && isOwnSpace(device, space.slice(0, space.lastIndexOf('/')));
}

/** `cmnd/<device>`, `<device>/cmnd`, with levels before or between as FullTopic says; or `<device>` alone. */
function isOwnSpace(device: string, space: string): boolean {
  if (space === device) return true;
  return (
    holdsLevels(space, COMMAND_PREFIX) &&
    (space.endsWith(`/${device}`) || space.startsWith(`${device}/`) || space.endsWith(`/${device}/${COMMAND_PREFIX}`))
  );
}

import type { Knowledge } from '../domain/event.ts';
import type { Firmware } from '../domain/registry.ts';

/**
 * Where the topics of the device lie that told `knowledge` of itself: what they begin with, up to a slash.
 *
 * Needed only where messages of many devices come without a login to tell them apart.
 */
export function topicsBegin(firmware: Firmware, knowledge: Knowledge): string[] {
  if (firmware === 'shelly-gen1') return [`shellies/${knowledge.id}/`];
  const { fulltopic, prefixes } = knowledge;
  if (firmware !== 'tasmota' || typeof fulltopic !== 'string' || !Array.isArray(prefixes)) return [];
  return prefixes.map((prefix) => expand(fulltopic, prefix, knowledge));
}

/** Tasmota's FullTopic with its tokens filled in; it always ends in a slash. */
function expand(fulltopic: string, prefix: string, knowledge: Knowledge): string {
  const tokens: Record<string, string> = {
    prefix,
    topic: String(knowledge.topic),
    hostname: String(knowledge.hostname),
    id: String(knowledge.mac).slice(-6),
  };
  const filled = fulltopic.replace(/%(prefix|topic|hostname|id)%/g, (_, token: string) => tokens[token] as string);
  return filled.endsWith('/') ? filled : `${filled}/`;
}

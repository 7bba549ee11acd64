import type { Translation } from '../domain/event.ts';
import { type Reader, readBadge, readPower, readState } from './fabmeter-entry.ts';
import { scanPower } from './fabmeter-scan.ts';
import { Findings } from './findings.ts';
import { COMMAND, EMPTY, events, ignored, quarantined, RETAINED } from './outcome.ts';
import { isObject, readJson, readText } from './payload.ts';
import { below, isPlain } from './topic.ts';
import type { Translator } from './translator.ts';

/** One message may hold this many kept readings. */
export const ENTRIES_MAX = 4096;

const BASE = 'fabmeter/1/';
const READERS: Record<string, Reader> = { power: readPower, badge: readBadge, state: readState };

/** The native protocol, for connectors that people build themselves. */
export const fabmeter: Translator = {
  firmware: 'fabmeter',
  caveats: [],
  reportSDefault: 60,
  mayPublish(device, topic) {
    const leaf = below(`${BASE}${device}`, topic);
    return isPlain(device) && (leaf === 'status' || (leaf !== undefined && Object.hasOwn(READERS, leaf)));
  },
  maySubscribe(device, filter) {
    return isPlain(device) && filter === `${BASE}${device}/badge/reply`;
  },
  translate(message) {
    const { topic, payload } = message;
    if (topic.endsWith('/power') && !message.retain && topic.startsWith(BASE)) {
      const event = scanPower(payload);
      if (event) return { outcome: 'events', events: [event], isPlain: true };
    }
    if (!topic.startsWith(BASE)) return wrongTopic();
    if (topic.endsWith('/badge/reply')) return COMMAND;
    const leaf = topic.slice(topic.lastIndexOf('/') + 1);
    if (leaf === 'status') return translateStatus(payload);
    const reader = Object.hasOwn(READERS, leaf) ? READERS[leaf] : undefined;
    if (!reader) return wrongTopic();
    return message.retain ? RETAINED : translateEntries(payload, reader);
  },
};

function wrongTopic(): Translation {
  return quarantined('topic', `Publish on ${BASE}<device>/power, …/badge, …/state or …/status.`);
}

function translateStatus(payload: Uint8Array): Translation {
  if (payload.length === 0) return EMPTY;
  const text = readText(payload);
  if (!text.ok) return text.why;
  if (text.value === 'online') return events({ kind: 'online', online: true });
  if (text.value === 'offline') return events({ kind: 'online', online: false });
  return quarantined('state', 'Send the text online or offline on …/status, without quotes.');
}

/** One entry, or a list of entries that the connector kept while it was offline. A list is taken whole or not at all. */
function translateEntries(payload: Uint8Array, reader: Reader): Translation {
  if (payload.length === 0) return EMPTY;
  const json = readJson(payload);
  if (!json.ok) return json.why;
  const entries = Array.isArray(json.value) ? json.value : [json.value];
  if (entries.length === 0) return ignored('empty list');
  if (entries.length > ENTRIES_MAX) {
    return quarantined('limit', `A list may hold ${ENTRIES_MAX} entries; send the rest in another message.`);
  }
  const findings = new Findings();
  for (const entry of entries) {
    if (isObject(entry)) reader(entry, findings);
    else findings.complain('shape', 'Send a JSON object, or a list of objects.');
  }
  return findings.conclude();
}

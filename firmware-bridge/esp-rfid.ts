import { canonicalBadge } from '../domain/badge.ts';
import type { BadgeRead, BridgeMessage, Stamp, Translation } from '../domain/event.ts';
import { COMMAND, EMPTY, events, ignored, NO_READING, quarantined, RETAINED } from './outcome.ts';
import { type JsonObject, readObject, readText } from './payload.ts';
import { stampOfSeconds } from './stamp.ts';
import { below, isPlain, leafOf } from './topic.ts';
import type { Translator } from './translator.ts';

const GRANTED: readonly unknown[] = ['Always', 'Admin'];
const DENIED: readonly unknown[] = ['Denied', 'Disabled', 'Expired', 'Wrong pin code'];
/** Who a remote opening is logged as; its badge number is a single space. */
const REMOTE_USER = 'MQTT';
const OUTPUT = /^(send|tag|sync|avty|io\/[^/+#]+)$/;

/** esp-rfid door and machine readers, stable and development releases. */
export const espRfid: Translator = {
  firmware: 'esp-rfid',
  caveats: [
    'The reader drops the zero in front of each byte: enrol the number that it shows as one more badge of the member.',
    'The reader opens from its own list of people, whatever Fabmeter knows; it cannot tell badge-in from badge-out.',
    'The names of the people on that list cross the network with each badge; Fabmeter leaves them out.',
    'Stable releases have no last will: a reader that dies is noticed by its silence.',
  ],
  reportSDefault: 180,
  mayPublish(device, topic) {
    return isPlain(device) && (topic === device || OUTPUT.test(below(device, topic) ?? ''));
  },
  maySubscribe(device, filter) {
    return isPlain(device) && (filter === device || filter === `${device}/cmd`);
  },
  translate(message) {
    const { topic } = message;
    if (topic.endsWith('/cmd')) return COMMAND;
    if (message.payload.length === 0) return EMPTY;
    if (topic.endsWith('/avty')) return translateAvailability(message);
    if (message.retain) return RETAINED;
    if (/\/io\/[^/]+$/.test(topic)) return translateContact(message, leafOf(topic));
    const read = readObject(message.payload);
    if (!read.ok) return read.why;
    if (topic.endsWith('/tag')) return translateBadge(read.value);
    return translateReport(read.value);
  },
};

function translateAvailability(message: BridgeMessage): Translation {
  const text = readText(message.payload);
  if (!text.ok) return text.why;
  if (text.value === 'online') return events({ kind: 'online', online: true });
  if (text.value === 'offline') return events({ kind: 'online', online: false });
  return quarantined('state', 'The text on …/avty is neither online nor offline.');
}

/** Inputs and outputs as the Home Assistant mode sends them. */
function translateContact(message: BridgeMessage, name: string): Translation {
  const text = readText(message.payload);
  if (!text.ok) return text.why;
  const lock = /^lock(\d{1,2})$/.exec(name)?.[1];
  if (lock !== undefined) {
    if (text.value !== 'UNLOCKED' && text.value !== 'LOCKED') {
      return quarantined('state', 'The text of a lock is neither LOCKED nor UNLOCKED.');
    }
    return events({ kind: 'switch', channel: Number(lock), on: text.value === 'UNLOCKED' });
  }
  if (name !== 'door' && name !== 'tamper') return NO_READING;
  if (text.value !== 'ON' && text.value !== 'OFF') {
    return quarantined('state', 'The text of a contact is neither ON nor OFF.');
  }
  const isOn = text.value === 'ON';
  if (name === 'door') return events({ kind: 'door', open: isOn });
  return isOn ? events({ kind: 'alarm', alarm: 'tamper' }) : NO_READING;
}

function translateReport(report: JsonObject): Translation {
  switch (report.type) {
    case 'access':
      return translateBadge(report);
    case 'boot':
      return events({ kind: 'boot', ...stampOfSeconds(report.time) });
    case 'heartbeat':
      return events({ kind: 'online', online: true, ...stampOfSeconds(report.time) });
    case 'INFO':
    case 'WARN':
      return translateLog(report, stampOfSeconds(report.time));
    case undefined:
      return report.cmd === undefined ? quarantined('shape', 'The message has no "type".') : COMMAND;
    default:
      return ignored('log line or acknowledgement');
  }
}

/** Log lines; the one about an unknown badge repeats what an access message tells. */
function translateLog(report: JsonObject, stamp: Stamp): Translation {
  if (report.src === 'door' && report.desc === 'Door Open') return events({ kind: 'door', open: true, ...stamp });
  if (report.src === 'door' && report.desc === 'Door Closed') return events({ kind: 'door', open: false, ...stamp });
  if (report.src === 'tamper') return events({ kind: 'alarm', alarm: 'tamper', ...stamp });
  return ignored('log line or acknowledgement');
}

function translateBadge(report: JsonObject): Translation {
  const { uid: text } = report;
  if (typeof text !== 'string') return quarantined('uid', 'The badge number ("uid") is missing.');
  if (report.username === REMOTE_USER && text.trim() === '') return ignored('door opened from afar');
  const uid = canonicalBadge(text);
  if (uid === undefined) return quarantined('uid', 'The reader sent an empty or unusable badge number.');
  const badge: BadgeRead = { kind: 'badge', uid, action: 'tap', channel: 0 };
  const known = booleanOf(report.isKnown);
  const granted = isGranted(report.access);
  if (known !== undefined) badge.known = known;
  if (granted !== undefined) badge.granted = granted;
  // Two lost zeros give an even number of digits and cannot be seen.
  if (uid.length % 2 === 1) badge.ambiguous = true;
  return events({ ...badge, ...stampOfSeconds(report.time) });
}

/** Booleans come as text. */
function booleanOf(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

/** A reader with several relays decides for each of them; one that opens is enough. */
function isGranted(access: unknown): boolean | undefined {
  const decisions: unknown[] = Array.isArray(access) ? access : [access];
  if (decisions.some((decision) => GRANTED.includes(decision))) return true;
  return decisions.some((decision) => DENIED.includes(decision)) ? false : undefined;
}

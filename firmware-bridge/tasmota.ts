import type { BridgeMessage, Knowledge, Stamp, Translation } from '../domain/event.ts';
import { Findings } from './findings.ts';
import { COMMAND, EMPTY, events, ignored, quarantined, RETAINED } from './outcome.ts';
import { isObject, type JsonObject, readObject, readText, textOf } from './payload.ts';
import { stampOfSeconds, stampOfText } from './stamp.ts';
import { readEnergy, readEnergyReset } from './tasmota-energy.ts';
import { readRelay, readRelays } from './tasmota-relay.ts';
import { readBadges, readSerialBadge } from './tasmota-rfid.ts';
import {
  discoveryLeaf,
  isTasmotaCommand,
  mayTasmotaPublish,
  mayTasmotaSubscribe,
  tasmotaLeaf,
} from './tasmota-topic.ts';
import { leafOf } from './topic.ts';
import type { Translator } from './translator.ts';

/** Tasmota: plugs, relays, and the badge readers RC522, PN532, RDM6300 and Wiegand. */
export const tasmota: Translator = {
  firmware: 'tasmota',
  caveats: [
    'Times have no zone unless SetOption52 1 or Time 2 is set; in the hour that autumn repeats they are guessed.',
    'With SensorRetain, StateRetain or PowerRetain on, messages look like old copies and are left out: turn them off.',
    'PowerDelta does not report a relay that is switched off; the relay itself is then read as 0 W.',
    'Readings around a step can be transitional, and false peaks come through as PowerDelta reports.',
    'A two-channel plug counts the energy of both channels together unless SetOption129 1 is set.',
    'A badge left on the reader is read again every few seconds, and no message says that it was taken away.',
    'Wiegand readers cut numbers to 32 bits and lose leading zeros; RDM6300 readers drop the first byte.',
  ],
  reportSDefault: 300,
  mayPublish: mayTasmotaPublish,
  maySubscribe: mayTasmotaSubscribe,
  translate(message, known) {
    const { topic } = message;
    const discovery = discoveryLeaf(topic);
    if (discovery === 'config') return translateDiscovery(message);
    if (discovery === 'sensors') return ignored('snapshot of the sensors, taken when the device was discovered');
    if (isTasmotaCommand(topic, known)) return COMMAND;
    const leaf = tasmotaLeaf(topic);
    if (leaf === 'other') return ignored('topic without readings');
    if (message.payload.length === 0) return EMPTY;
    if (leaf === 'lwt') return translateWill(message, known);
    if (message.retain) return RETAINED;
    if (leaf === 'power') return translatePower(message, known);
    return translateJson(message, leaf, known);
  },
};

function translateJson(message: BridgeMessage, leaf: string, known: Knowledge | undefined): Translation {
  const read = readObject(message.payload);
  if (!read.ok) return read.why;
  if (leaf === 'boot') return events({ kind: 'boot' });
  const findings = new Findings();
  const body = read.value;
  if (leaf === 'result') {
    readRelays(body, {}, known, findings);
    readEnergyReset(body, findings);
    readSerialBadge(body, findings);
  } else if (leaf === 'sensor') {
    const sensors = isObject(body.StatusSNS) ? body.StatusSNS : body;
    const stamp = readStamp(sensors);
    readEnergy(sensors, stamp, findings);
    readBadges(sensors, stamp, findings);
  } else {
    const state = isObject(body.StatusSTS) ? body.StatusSTS : body;
    const stamp = readStamp(state);
    readRelays(state, stamp, known, findings);
    if (!Object.keys(state).some((name) => name.startsWith('POWER'))) findings.add({ kind: 'heartbeat', ...stamp });
  }
  return findings.conclude();
}

/** `Epoch` is UTC and wins over `Time`, which is local unless it carries an offset, and a number with `Time 3`. */
function readStamp(body: JsonObject): Stamp {
  if (typeof body.Epoch === 'number') return stampOfSeconds(body.Epoch);
  return typeof body.Time === 'string' ? stampOfText(body.Time) : stampOfSeconds(body.Time);
}

/** `stat/…/POWER` is plain text, or JSON with SetOption4. */
function translatePower(message: BridgeMessage, known: Knowledge | undefined): Translation {
  const findings = new Findings();
  const text = readText(message.payload);
  if (!text.ok) return text.why;
  if (!text.value.startsWith('{')) readRelay(leafOf(message.topic), text.value, {}, known, findings);
  else {
    const read = readObject(message.payload);
    if (!read.ok) return read.why;
    readRelays(read.value, {}, known, findings);
  }
  return findings.conclude();
}

function translateWill(message: BridgeMessage, known: Knowledge | undefined): Translation {
  const text = readText(message.payload);
  if (!text.ok) return text.why;
  if (text.value === (known?.onln ?? 'Online') || text.value === 'Online')
    return events({ kind: 'online', online: true });
  if (text.value === (known?.ofln ?? 'Offline') || text.value === 'Offline') {
    return events({ kind: 'online', online: false });
  }
  return quarantined('state', 'The text on …/LWT is neither Online nor Offline.');
}

/** Keeps what later messages need: where the device's topics lie, and its texts. */
function translateDiscovery(message: BridgeMessage): Translation {
  if (message.payload.length === 0) return EMPTY;
  const read = readObject(message.payload);
  if (!read.ok) return read.why;
  const { t, ft, tp, state, onln, ofln, hn, mac } = read.value;
  const texts = { topic: t, fulltopic: ft, onln, ofln, hostname: hn, mac };
  const knowledge: Knowledge = {};
  for (const [name, value] of Object.entries(texts)) {
    const text = textOf(value);
    if (text !== undefined) knowledge[name] = text;
  }
  if (isTexts(tp)) knowledge.prefixes = tp;
  if (isTexts(state)) knowledge.states = state;
  if (knowledge.topic === undefined)
    return quarantined('shape', 'The discovery message does not name its topic ("t").');
  return events({ kind: 'discovery', knowledge });
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= 16 && value.every((text) => typeof text === 'string');
}

import type { BridgeMessage, Knowledge, Stamp, Translation } from '../domain/event.ts';
import { Findings, numberOfText } from './findings.ts';
import { COMMAND, EMPTY, events, ignored, NO_READING, quarantined, RETAINED } from './outcome.ts';
import { isObject, type JsonObject, readObject, readText } from './payload.ts';
import { stampOfSeconds } from './stamp.ts';
import { below, channelOf, isPlain } from './topic.ts';
import type { Translator } from './translator.ts';

const BASE = 'shellies';
/** Relays and lights count energy in watt-minutes; meters with clamps (emeter) in Wh. */
const WATT_MINUTE_WH = 1 / 60;
/** Models without a metering chip: what they report as power is a number that somebody typed in. */
const WITHOUT_METER = ['SHSW-1', 'SHSW-L'];
/** `relay/0`, `relay/0/power`, `emeter/2/total`, `input/1` at the end of a topic, whatever the device's id. */
const PART = /\/(relay|light|emeter|input)\/(\d{1,3})(?:\/([a-z_]+))?$/;

/** Shelly devices of the first generation. */
export const shellyGen1: Translator = {
  firmware: 'shelly-gen1',
  caveats: [
    'Plug, 1PM and 2.5 begin their energy counter at 0 again after a power cut.',
    'Shelly 1 and 1L have no meter; the power they report was typed in by a person and is left out.',
    'Whether "online" is retained differs between firmwares.',
  ],
  reportSDefault: 30,
  mayPublish(device, topic) {
    if (topic === `${BASE}/announce`) return true;
    const rest = below(`${BASE}/${device}`, topic);
    return rest !== undefined && isPlain(topic) && !isCommandTopic(topic);
  },
  maySubscribe(device, filter) {
    if (filter === `${BASE}/command`) return true;
    const rest = below(`${BASE}/${device}`, filter);
    return rest !== undefined && isPlain(device) && isCommandTopic(filter) && !rest.includes('#');
  },
  translate(message, known) {
    const { topic } = message;
    if (!topic.startsWith(`${BASE}/`)) return quarantined('topic', `Shelly topics begin with ${BASE}/.`);
    if (isCommandTopic(topic)) return COMMAND;
    if (message.payload.length === 0) return EMPTY;
    if (topic.endsWith('/online')) return translateOnline(message);
    if (topic.endsWith('/announce')) return translateAnnounce(message);
    if (message.retain) return RETAINED;
    if (topic.endsWith('/info')) return translateInfo(message);
    const part = PART.exec(topic);
    return part ? translatePart(message, part, known) : ignored('topic without readings');
  },
};

function isCommandTopic(topic: string): boolean {
  return topic.endsWith('/command') || topic.endsWith('/set');
}

function translateOnline(message: BridgeMessage): Translation {
  const text = readText(message.payload);
  if (!text.ok) return text.why;
  if (text.value === 'true' || text.value === 'false') return events({ kind: 'online', online: text.value === 'true' });
  return quarantined('state', 'The text on …/online is neither true nor false.');
}

function translateAnnounce(message: BridgeMessage): Translation {
  const read = readObject(message.payload);
  if (!read.ok) return read.why;
  const { id, model } = read.value;
  if (typeof id !== 'string') return quarantined('shape', 'The announcement does not name its device ("id").');
  return events({ kind: 'discovery', knowledge: typeof model === 'string' ? { id, model } : { id } });
}

function translatePart(message: BridgeMessage, part: RegExpExecArray, known: Knowledge | undefined): Translation {
  const [, component, digits, field] = part;
  const channel = channelOf(digits);
  if (channel === undefined) return ignored('channel out of range');
  const text = readText(message.payload);
  if (!text.ok) return text.why;
  if (field === undefined) return translateState(component as string, channel, text.value);
  if (field !== 'power' && field !== 'energy' && field !== 'total') return NO_READING;
  if (component !== 'emeter' && isWithoutMeter(known)) return ignored('this model has no meter');
  const value = numberOfText(text.value);
  if (value === undefined) return quarantined('number', `The text on …/${field} is not a number.`);
  const findings = new Findings();
  if (field === 'power') {
    const w = findings.watts(value, field);
    if (w !== undefined) findings.add({ kind: 'power', channel, w });
  } else if ((field === 'total') === (component === 'emeter')) {
    const wh = findings.wattHours(value, field, field === 'total' ? 1 : WATT_MINUTE_WH);
    if (wh !== undefined) findings.add({ kind: 'energy', channel, wh });
  }
  return findings.conclude();
}

function translateState(component: string, channel: number, text: string): Translation {
  if (component === 'input') {
    if (text === '0' || text === '1') return events({ kind: 'input', channel, on: text === '1' });
    return quarantined('state', 'The text of an input is neither 0 nor 1.');
  }
  if (component === 'emeter') return NO_READING;
  if (text === 'on' || text === 'off') return events({ kind: 'switch', channel, on: text === 'on' });
  if (text === 'overpower') {
    return events({ kind: 'switch', channel, on: false }, { kind: 'alarm', alarm: 'overpower' });
  }
  return quarantined('state', 'The text of a relay is neither on nor off.');
}

function isWithoutMeter(known: Knowledge | undefined): boolean {
  return typeof known?.model === 'string' && WITHOUT_METER.includes(known.model);
}

/** The whole state in one message, as the device's HTTP status gives it. */
function translateInfo(message: BridgeMessage): Translation {
  const read = readObject(message.payload);
  if (!read.ok) return read.why;
  const { relays, meters, emeters, unixtime } = read.value;
  const stamp = unixtime === 0 ? {} : stampOfSeconds(unixtime);
  const findings = new Findings();
  objectsOf(relays).forEach((relay, channel) => {
    if (typeof relay.ison === 'boolean') findings.add({ kind: 'switch', channel, on: relay.ison, ...stamp });
  });
  // A meter without a counter is a Shelly 1: its power was typed in.
  objectsOf(meters).forEach((meter, channel) => {
    if (meter.total !== undefined) readMeter(meter, channel, WATT_MINUTE_WH, stamp, findings);
  });
  objectsOf(emeters).forEach((meter, channel) => {
    readMeter(meter, channel, 1, stamp, findings);
  });
  return findings.conclude();
}

function readMeter(meter: JsonObject, channel: number, unitWh: number, stamp: Stamp, findings: Findings): void {
  if (meter.is_valid === false) return;
  const w = findings.watts(meter.power, 'power');
  const wh = findings.wattHours(meter.total, 'total', unitWh);
  const returnedWh = findings.wattHours(meter.total_returned, 'total_returned', 1);
  if (w === undefined) return;
  findings.add({
    kind: 'power',
    channel,
    w,
    ...(wh === undefined ? {} : { wh }),
    ...(returnedWh === undefined ? {} : { returnedWh }),
    ...stamp,
  });
}

/** The objects of a list, at most as many as there are channel numbers. */
function objectsOf(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.slice(0, 256).map((entry) => (isObject(entry) ? entry : {})) : [];
}

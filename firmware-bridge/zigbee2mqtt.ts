import type { BridgeMessage, Channel, Stamp, Translation } from '../domain/event.ts';
import { Findings, numberOfText } from './findings.ts';
import { COMMAND, EMPTY, events, ignored, NO_READING, quarantined, RETAINED } from './outcome.ts';
import { isObject, type JsonObject, readObject, readText } from './payload.ts';
import { stampOfMs, stampOfText } from './stamp.ts';
import { leafOf } from './topic.ts';
import type { Translator } from './translator.ts';
import { bridgeTopic, isZigbeeCommand, mayZigbeePublish, mayZigbeeSubscribe } from './zigbee2mqtt-topic.ts';

const KWH = 1000;
/** `power`, `power_l2`, `energy_right`, `state_1`, `power_phase_b`: a value and the outlet or phase it belongs to. */
const FIELD = /^(power|energy|state)(?:_(?:(l\d|left|right|\d)|(?:phase_)?([abc])))?$/;
const OUTLETS: Record<string, number> = { left: 0, right: 1 };
const EVENT_ONLINE: Record<string, boolean> = { device_leave: false, device_announce: true, device_joined: true };

/** Zigbee devices behind a Zigbee2MQTT server. */
export const zigbee2mqtt: Translator = {
  firmware: 'zigbee2mqtt',
  caveats: [
    'Every message repeats the last known values, so a power value can be older than the message; turn on last_seen.',
    'Some plugs (TS011F) report 0 W now and then while a machine runs.',
    'Whether a plug is there is only known when "availability" is turned on, and then after ten minutes.',
    'Leave the option "retain" off: retained messages look like old copies and are left out.',
  ],
  reportSDefault: 300,
  mayPublish: mayZigbeePublish,
  maySubscribe: mayZigbeeSubscribe,
  translate(message) {
    const { topic } = message;
    if (isZigbeeCommand(topic)) return COMMAND;
    if (message.payload.length === 0) return EMPTY;
    const bridge = bridgeTopic(topic);
    if (bridge === 'state') return translateOnline(message, { scope: 'bridge' });
    if (bridge === undefined && leafOf(topic) === 'availability') return translateOnline(message, {});
    if (message.retain) return RETAINED;
    if (bridge === 'event') return translateBridgeEvent(message);
    if (bridge !== undefined) return ignored('message of the bridge without readings');
    const text = readText(message.payload);
    if (!text.ok) return text.why;
    if (!text.value.trimStart().startsWith('{')) return translateAttribute(leafOf(topic), text.value.trim());
    const read = readObject(message.payload);
    return read.ok ? translateDevice(read.value) : read.why;
  },
};

/** `{"state":"online"}`, or plain text in older releases. */
function translateOnline(message: BridgeMessage, scope: { scope?: 'bridge' }): Translation {
  const text = readText(message.payload);
  if (!text.ok) return text.why;
  let state: unknown = text.value;
  if (text.value.startsWith('{')) {
    const read = readObject(message.payload);
    if (!read.ok) return read.why;
    state = read.value.state;
  }
  if (state === 'online' || state === 'offline')
    return events({ kind: 'online', online: state === 'online', ...scope });
  return quarantined('state', 'The availability is neither online nor offline.');
}

function translateBridgeEvent(message: BridgeMessage): Translation {
  const read = readObject(message.payload);
  if (!read.ok) return read.why;
  const { type, data } = read.value;
  const online = typeof type === 'string' && Object.hasOwn(EVENT_ONLINE, type) ? EVENT_ONLINE[type] : undefined;
  const device = isObject(data) ? data.friendly_name : undefined;
  if (online === undefined || typeof device !== 'string') return NO_READING;
  return events({ kind: 'online', online, device });
}

/** The whole known state of a device. Null means that a value is not known, not that it is zero. */
function translateDevice(state: JsonObject): Translation {
  const findings = new Findings();
  const stamp = lastSeen(state.last_seen);
  const energies = new Map<Channel, number>();
  const powers = new Map<Channel, number>();
  for (const [name, value] of Object.entries(state)) {
    const field = fieldOf(name);
    if (!field) continue;
    if (field.value === 'state') readSwitch(value, field.channel, stamp, findings);
    else if (field.value === 'energy') keep(energies, field.channel, findings.wattHours(value, name, KWH));
    else if (!isNulled(state)) keep(powers, field.channel, findings.watts(value, name));
  }
  for (const [channel, w] of powers) {
    const wh = energies.get(channel);
    energies.delete(channel);
    findings.add({ kind: 'power', channel, w, ...(wh === undefined ? {} : { wh }), ...stamp });
  }
  for (const [channel, wh] of energies) findings.add({ kind: 'energy', channel, wh, ...stamp });
  return findings.conclude();
}

/** Two Sonoff plugs of one network were seen to null each other's values, all but a power of 0 (Zigbee2MQTT 32927). */
function isNulled(state: JsonObject): boolean {
  return state.power === 0 && state.voltage === null;
}

/** With `output: attribute` every field comes alone, as plain text on a topic of its own. */
function translateAttribute(name: string, text: string): Translation {
  if (name === 'last_seen') return events({ kind: 'heartbeat', ...lastSeen(numberOfText(text) ?? text) });
  const field = fieldOf(name);
  if (!field) return NO_READING;
  const findings = new Findings();
  const { channel } = field;
  if (field.value === 'state') {
    readSwitch(text, channel, {}, findings);
    return findings.conclude();
  }
  const value = numberOfText(text);
  if (value === undefined) return quarantined('number', `The text on …/${field.value} is not a number.`);
  if (field.value === 'power') {
    const w = findings.watts(value, name);
    if (w !== undefined) findings.add({ kind: 'power', channel, w });
  } else {
    const wh = findings.wattHours(value, name, KWH);
    if (wh !== undefined) findings.add({ kind: 'energy', channel, wh });
  }
  return findings.conclude();
}

/** Locks and covers have states of their own; only ON and OFF are a relay's. */
function readSwitch(value: unknown, channel: Channel, stamp: Stamp, findings: Findings): void {
  if (value === 'ON' || value === 'OFF') findings.add({ kind: 'switch', channel, on: value === 'ON', ...stamp });
}

/** ISO text with a zone, or milliseconds; some releases write relative text, which is no time. */
function lastSeen(value: unknown): Stamp {
  if (typeof value === 'number') return stampOfMs(value);
  return typeof value === 'string' ? stampOfText(value) : {};
}

function fieldOf(name: string): { value: string; channel: Channel } | undefined {
  const match = FIELD.exec(name);
  if (!match) return undefined;
  const [, value = '', outlet, phase] = match;
  if (phase) return { value, channel: phase as Channel };
  if (outlet === undefined) return { value, channel: 0 };
  return { value, channel: OUTLETS[outlet] ?? Math.max(0, Number(outlet.replace('l', '')) - 1) };
}

function keep(values: Map<Channel, number>, channel: Channel, value: number | undefined): void {
  if (value !== undefined) values.set(channel, value);
}

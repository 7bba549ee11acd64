import type { BridgeMessage, Translation } from '../domain/event.ts';
import { Findings } from './findings.ts';
import { COMMAND, EMPTY, events, ignored, NO_READING, quarantined, RETAINED } from './outcome.ts';
import { isObject, readObject, readText } from './payload.ts';
import { readComponent } from './shelly-gen2-component.ts';
import { stampOfSeconds } from './stamp.ts';
import { below, holdsLevels, isPlain, leafOf } from './topic.ts';
import type { Translator } from './translator.ts';

const STATUS_METHODS: readonly unknown[] = ['NotifyStatus', 'NotifyFullStatus'];
/** A full status has about thirty components. */
const COMPONENTS_MAX = 256;

/** Shelly devices of the second generation and later (Plus, Pro, Mini, Gen3, Gen4). */
export const shellyGen2: Translator = {
  firmware: 'shelly-gen2',
  caveats: [
    'Only changes are reported; turn on "Generic status update over MQTT" to also get the full state of each part.',
    'Models without a meter (Plus 1, 1 Mini) report their relay only.',
    'Before its clock is set the device reports the seconds since it started; such times are not used.',
  ],
  reportSDefault: 0,
  mayPublish(device, topic) {
    const rest = below(device, topic);
    return rest !== undefined && isPlain(topic) && /^(online$|events\/|status\/|debug\/)/.test(rest);
  },
  maySubscribe(device, filter) {
    const rest = below(device, filter);
    return rest !== undefined && isPlain(device) && /^(rpc|command)(\/[^+#]+)?(\/[+#])?$/.test(rest);
  },
  translate(message) {
    const { topic } = message;
    const leaf = leafOf(topic);
    if (leaf === 'command' || holdsLevels(topic, 'command')) return COMMAND;
    if (message.payload.length === 0) return EMPTY;
    if (leaf === 'online') return translateOnline(message);
    if (message.retain) return RETAINED;
    if (topic.endsWith('/events/rpc')) return translateNotification(message);
    if (leaf === 'rpc') return translateCall(message);
    return topic.endsWith(`/status/${leaf}`) ? translateStatus(message, leaf) : ignored('topic without readings');
  },
};

function translateOnline(message: BridgeMessage): Translation {
  const text = readText(message.payload);
  if (!text.ok) return text.why;
  if (text.value === 'true' || text.value === 'false') return events({ kind: 'online', online: text.value === 'true' });
  return quarantined('state', 'The text on …/online is neither true nor false.');
}

function translateNotification(message: BridgeMessage): Translation {
  const read = readObject(message.payload);
  if (!read.ok) return read.why;
  const { method, params } = read.value;
  if (!STATUS_METHODS.includes(method)) return NO_READING;
  if (!isObject(params)) return quarantined('shape', 'The notification has no "params".');
  const components = Object.entries(params);
  if (components.length > COMPONENTS_MAX) {
    return quarantined('limit', `A status may have ${COMPONENTS_MAX} components.`);
  }
  const stamp = stampOfSeconds(params.ts);
  const findings = new Findings();
  for (const [name, status] of components) readComponent(name, status, stamp, findings);
  return findings.conclude();
}

/** The complete status of one component. It has no time of its own; `minute_ts` is the minute's beginning. */
function translateStatus(message: BridgeMessage, component: string): Translation {
  const read = readObject(message.payload);
  if (!read.ok) return read.why;
  const findings = new Findings();
  if (component === 'sys' && typeof read.value.unixtime === 'number') {
    findings.add({ kind: 'heartbeat', ...stampOfSeconds(read.value.unixtime) });
  } else readComponent(component, read.value, {}, findings);
  return findings.conclude();
}

/** `…/rpc` carries requests to a device, and the replies to its own; neither is a state. */
function translateCall(message: BridgeMessage): Translation {
  const read = readObject(message.payload);
  if (!read.ok) return read.why;
  return 'method' in read.value ? COMMAND : ignored('reply to a request');
}

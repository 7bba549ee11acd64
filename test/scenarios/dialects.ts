import { formatInstant, wallOf } from '../../domain/time.ts';
import { type Outgoing, outgoing } from '../../firmware-bridge/simulation/device.ts';
import {
  shellyGen1Plug,
  shellyGen2Plug,
  tasmotaPlug,
  tasmotaTime,
  zigbeePlug,
} from '../../firmware-bridge/simulation/plug-dialects.ts';
import { espRfidReader, espRfidText } from '../../firmware-bridge/simulation/reader-dialects.ts';
import { topicOf } from './set-up.ts';
import type { Device } from './story.ts';
import { StoryError } from './words.ts';

/** What a plug measures; `clock` is what the device's own clock shows (UTC ms), `wh` null without a counter. */
export interface Sample {
  clock: number;
  channel: number;
  w: number;
  wh: number | null;
}

/** How a device of a story speaks. Calls come in order of time. */
export interface Speech {
  birth: Outgoing[];
  will: Outgoing[];
  /** Whether its reports tell the instant themselves, so that they may come at any time later. */
  isTimed: boolean;
  power(samples: Sample[]): Outgoing[];
  badge(read: { clock: number; uid: string; action: string; channel: number; denied: boolean }): Outgoing[];
  state(report: { clock: number; state: string; channel: number }): Outgoing[];
  relay(on: boolean, channel: number): Outgoing[];
  /** Somebody set its counter by hand. */
  setBack(wh: number): Outgoing[];
  nonsense: Outgoing[];
}

/** Makes the speech of a device, in the words of its firmware. */
export function speechOf(device: Device, zone: string): Speech {
  const topic = topicOf(device);
  switch (device.words) {
    case 'fabmeter':
      return device.kind === 'server' ? server(topic) : native(topic);
    case 'tasmota':
      return tasmota(topic, zone, true);
    case 'tasmota without zone':
      return tasmota(topic, zone, false);
    case 'shelly-gen1': {
      const relay = (on: boolean, channel: number) => [
        outgoing(`shellies/${topic}/relay/${channel}`, on ? 'on' : 'off'),
      ];
      return { ...plug(device, shellyGen1Plug(topic), `shellies/${topic}/info`), relay };
    }
    case 'shelly-gen2': {
      const relay = (output: boolean, channel: number) => {
        const params = { [`switch:${channel}`]: { id: channel, output } };
        return [outgoing(`${topic}/events/rpc`, { src: topic, method: 'NotifyStatus', params })];
      };
      return { ...plug(device, shellyGen2Plug(topic), `${topic}/events/rpc`), relay };
    }
    case 'zigbee2mqtt':
      return {
        ...plug(device, zigbeePlug(topic), topic),
        relay: (on) => [outgoing(topic, { state: on ? 'ON' : 'OFF' })],
      };
    case 'esp-rfid':
      return espRfid(topic);
    default:
      throw new StoryError(`nobody speaks "${device.words}"`);
  }
}

function mute(device: string): Omit<Speech, 'birth' | 'will' | 'isTimed' | 'nonsense'> {
  const cannot = (what: string) => () => {
    throw new StoryError(`${device} cannot tell ${what}`);
  };
  return {
    power: cannot('power'),
    badge: cannot('badges'),
    state: cannot('states'),
    relay: cannot('a relay'),
    setBack: cannot('that its counter was set'),
  };
}

function native(device: string): Speech {
  const base = `fabmeter/1/${device}`;
  let seq = 0;
  const frame = (clock: number, ch: number) => {
    seq += 1;
    return { t: formatInstant(clock), ch, boot: 'b1', seq };
  };
  const status = (text: string) => [outgoing(`${base}/status`, text, { retain: true, qos: 1 })];
  return {
    ...mute(device),
    birth: status('online'),
    will: status('offline'),
    isTimed: true,
    power(samples) {
      const entries = samples.map(({ clock, channel, w, wh }) => {
        return { ...frame(clock, channel), w, ...(wh === null ? {} : { wh: Math.round(wh * 1000) / 1000 }) };
      });
      return [outgoing(`${base}/power`, entries.length === 1 ? entries[0] : entries, { qos: 1 })];
    },
    badge: ({ clock, uid, action, channel }) => [
      outgoing(`${base}/badge`, { ...frame(clock, channel), uid, action }, { qos: 1 }),
    ],
    state: ({ clock, state, channel }) => [outgoing(`${base}/state`, { ...frame(clock, channel), state }, { qos: 1 })],
    nonsense: [outgoing(`${base}/power`, '{"w":nonsense', { qos: 1 })],
  };
}

function tasmota(device: string, zone: string, hasZone: boolean): Speech {
  const dialect = tasmotaPlug(device, zone);
  const time = (clock: number) =>
    hasZone ? tasmotaTime(clock, zone) : formatInstant(wallOf(clock, zone)).slice(0, 19);
  return {
    ...mute(device),
    birth: dialect.birth(0),
    will: dialect.will(),
    isTimed: hasZone,
    power: (samples) =>
      samples.map(({ clock, w, wh }) => {
        const Total = wh === null ? {} : { Total: Math.round(wh * 10) / 10_000 };
        return outgoing(`tele/${device}/SENSOR`, { Time: time(clock), ENERGY: { ...Total, Power: Math.round(w) } });
      }),
    badge: ({ clock, uid: UID }) => [
      outgoing(`tele/${device}/SENSOR`, { Time: time(clock), PN532: { UID, Data: '', Auth: 'Ok' } }),
    ],
    relay: (on) => [outgoing(`stat/${device}/POWER`, on ? 'ON' : 'OFF')],
    setBack: (wh) => [outgoing(`stat/${device}/RESULT`, { EnergyTotal: { Total: wh / 1000 } })],
    nonsense: [outgoing(`tele/${device}/SENSOR`, '{"ENERGY":', {})],
  };
}

function plug(device: Device, dialect: ReturnType<typeof shellyGen1Plug>, topic: string): Speech {
  return {
    ...mute(device.id),
    birth: dialect.birth(0),
    will: dialect.will(),
    isTimed: true,
    power: (samples) =>
      samples.flatMap(({ clock, w, wh }) => {
        if (wh === null) throw new StoryError(`${device.words} always has a counter`);
        return dialect.report({ at: clock, w, wh });
      }),
    nonsense: [outgoing(topic, '{"power":')],
  };
}

function server(base: string): Speech {
  const state = (text: string) => [outgoing(`${base}/bridge/state`, { state: text }, { retain: true, qos: 1 })];
  const nonsense = [outgoing(`${base}/bridge/state`, 'nonsense')];
  return { ...mute(base), birth: state('online'), will: state('offline'), isTimed: true, nonsense };
}

function espRfid(device: string): Speech {
  const dialect = espRfidReader(device);
  return {
    ...mute(device),
    birth: dialect.birth(0),
    will: [],
    isTimed: true,
    badge({ clock, uid, action, channel, denied }) {
      if (!denied) return dialect.badge({ at: clock, uid, action: action === 'out' ? 'out' : 'in', channel });
      const refused = { isKnown: 'true', access: 'Denied', username: 'membre', uid: espRfidText(uid) };
      return [outgoing(`${device}/send`, { type: 'access', time: Math.floor(clock / 1000), ...refused })];
    },
    nonsense: [outgoing(`${device}/send`, '{"type":')],
  };
}

import { formatInstant, wallOf } from '../../domain/time.ts';
import { type Measured, outgoing, type PlugDialect } from './device.ts';
import { hashOf } from './random.ts';

/** A connector that somebody built, with a memory for outages. */
export function nativePlug(device: string, boot: string): PlugDialect {
  const base = `fabmeter/1/${device}`;
  let seq = 0;
  const entry = ({ at, w, wh }: Measured) => {
    seq += 1;
    return { t: formatInstant(at), w, wh: round(wh, 2), boot, seq };
  };
  return {
    birth: () => [outgoing(`${base}/status`, 'online', { retain: true, qos: 1 })],
    will: () => [outgoing(`${base}/status`, 'offline', { retain: true, qos: 1 })],
    report: (measured) => [outgoing(`${base}/power`, entry(measured), { qos: 1 })],
    kept: (outage) => [outgoing(`${base}/power`, outage.map(entry), { qos: 1 })],
  };
}

/** A Tasmota plug with SetOption52 on, so that its times carry a zone. */
export function tasmotaPlug(device: string, zone: string): PlugDialect {
  return {
    birth: () => [
      outgoing(`tele/${device}/LWT`, 'Online', { retain: true }),
      tasmotaDiscovery(device),
      outgoing(`stat/${device}/POWER`, 'ON'),
    ],
    will: () => [outgoing(`tele/${device}/LWT`, 'Offline', { retain: true })],
    report: ({ at, w, wh }) => {
      const ENERGY = { Total: round(wh / 1000, 4), Power: Math.round(w), Voltage: 231, Current: round(w / 231, 3) };
      return [outgoing(`tele/${device}/SENSOR`, { Time: tasmotaTime(at, zone), ENERGY })];
    },
  };
}

/** The retained description that a Tasmota device publishes when it connects. */
export function tasmotaDiscovery(device: string): ReturnType<typeof outgoing> {
  const mac = `A0B1${hashOf(device).toString(16).toUpperCase().padStart(8, '0')}`;
  const config = {
    dn: device,
    hn: device,
    mac,
    md: 'Generic',
    ofln: 'Offline',
    onln: 'Online',
    state: ['OFF', 'ON', 'TOGGLE', 'HOLD'],
    sw: '14.1.0',
    t: device,
    ft: '%prefix%/%topic%/',
    tp: ['cmnd', 'stat', 'tele'],
    rl: [1, 0, 0],
    ver: 1,
  };
  return outgoing(`tasmota/discovery/${mac}/config`, config, { retain: true });
}

/** Time as Tasmota writes it with SetOption52: local, with its offset. */
export function tasmotaTime(at: number, zone: string): string {
  const wall = wallOf(at, zone);
  const offsetMin = Math.round((wall - at) / 60_000);
  const [hours, minutes] = [Math.floor(Math.abs(offsetMin) / 60), Math.abs(offsetMin) % 60];
  const offset = `${offsetMin < 0 ? '-' : '+'}${pad(hours)}:${pad(minutes)}`;
  return `${formatInstant(wall).slice(0, 19)}${offset}`;
}

/** A Shelly of the first generation. Only `info` holds the time; the plain topics are sent beside it. */
export function shellyGen1Plug(device: string): PlugDialect {
  const base = `shellies/${device}`;
  return {
    birth: () => [
      outgoing(`${base}/online`, 'true', { retain: true }),
      outgoing('shellies/announce', { id: device, model: 'SHPLG-S', mac: '8CAAB54B98DF', new_fw: false }),
    ],
    will: () => [outgoing(`${base}/online`, 'false', { retain: true })],
    report: ({ at, w, wh }) => {
      const unixtime = Math.floor(at / 1000);
      const meters = [{ power: round(w, 2), is_valid: true, timestamp: unixtime, total: Math.round(wh * 60) }];
      return [outgoing(`${base}/info`, { unixtime, relays: [{ ison: true }], meters })];
    },
    aside: ({ w, wh }) => [
      outgoing(`${base}/relay/0`, 'on'),
      outgoing(`${base}/relay/0/power`, w.toFixed(2)),
      outgoing(`${base}/relay/0/energy`, String(Math.round(wh * 60))),
    ],
  };
}

/** A Shelly of the second generation or later: differences as notifications. */
export function shellyGen2Plug(device: string): PlugDialect {
  const notify = (method: string, params: object) =>
    outgoing(`${device}/events/rpc`, { src: `shellyplusplugs-${device}`, dst: `${device}/events`, method, params });
  const status = ({ at, w, wh }: Measured) => ({
    id: 0,
    apower: w,
    aenergy: { total: round(wh, 3), minute_ts: Math.floor(at / 60_000) * 60 },
  });
  return {
    birth: () => [outgoing(`${device}/online`, 'true', { retain: true })],
    will: () => [outgoing(`${device}/online`, 'false', { retain: true })],
    report: (measured) => [notify('NotifyStatus', { ts: round(measured.at / 1000, 2), 'switch:0': status(measured) })],
    aside: (measured) => [
      outgoing(`${device}/status/switch:0`, { ...status(measured), source: 'init', output: true, voltage: 231.2 }),
    ],
  };
}

/** A Zigbee plug behind a Zigbee2MQTT server; `device` is the base topic and the friendly name. */
export function zigbeePlug(device: string): PlugDialect {
  const available = (state: string) => outgoing(`${device}/availability`, { state }, { retain: true, qos: 1 });
  return {
    birth: () => [available('online')],
    will: () => [available('offline')],
    report: ({ at, w, wh }) => [
      outgoing(device, {
        current: round(w / 231, 2),
        energy: round(wh / 1000, 2),
        last_seen: formatInstant(at),
        linkquality: 128,
        power: round(w, 1),
        state: 'ON',
        voltage: 231,
      }),
    ],
  };
}

function round(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

import { formatInstant, HOUR_MS, SECOND_MS } from '../../domain/time.ts';
import { outgoing, type ReaderDialect } from './device.ts';
import { tasmotaDiscovery, tasmotaTime } from './plug-dialects.ts';

/** A reader that somebody built; `isToggle` for one that cannot tell coming from going. */
export function nativeReader(device: string, boot: string, isToggle: boolean): ReaderDialect {
  const base = `fabmeter/1/${device}`;
  let seq = 0;
  return {
    birth: () => [outgoing(`${base}/status`, 'online', { retain: true, qos: 1 })],
    badge: ({ at, uid, action, channel }) => {
      seq += 1;
      const entry = { t: formatInstant(at), uid, action: isToggle ? 'tap' : action, ch: channel, boot, seq };
      return [outgoing(`${base}/badge`, entry, { qos: 1 })];
    },
  };
}

/** A Tasmota reader with a PN532. A badge held against it is read twice. */
export function tasmotaReader(device: string, zone: string): ReaderDialect {
  const seen = (at: number, UID: string) =>
    outgoing(`tele/${device}/SENSOR`, { Time: tasmotaTime(at, zone), PN532: { UID, Data: '', Auth: 'Ok' } });
  return {
    birth: () => [outgoing(`tele/${device}/LWT`, 'Online', { retain: true }), tasmotaDiscovery(device)],
    badge: ({ at, uid }) => [seen(at, uid), seen(at + 2 * SECOND_MS, uid)],
    alive: (at) => [outgoing(`tele/${device}/STATE`, { Time: tasmotaTime(at, zone), Uptime: '3T04:05:06' })],
    aliveMs: HOUR_MS / 12,
  };
}

/** An esp-rfid reader. It drops the zero in front of each byte of a badge number. */
export function espRfidReader(device: string): ReaderDialect {
  const seconds = (at: number) => Math.floor(at / SECOND_MS);
  return {
    birth: (at) => [outgoing(`${device}/send`, { type: 'boot', time: seconds(at), uptime: 0, hostname: device })],
    badge: ({ at, uid }) => [
      outgoing(`${device}/send`, {
        cmd: 'log',
        type: 'access',
        time: seconds(at),
        isKnown: 'true',
        access: 'Always',
        username: 'membre',
        uid: espRfidText(uid),
        hostname: device,
      }),
    ],
    alive: (at) => [outgoing(`${device}/send`, { type: 'heartbeat', time: seconds(at), hostname: device })],
    aliveMs: 180 * SECOND_MS,
  };
}

/** A badge number as esp-rfid writes it. */
export function espRfidText(uid: string): string {
  const bytes = uid.match(/../g) ?? [];
  return bytes.map((byte) => Number.parseInt(byte, 16).toString(16)).join('');
}

import { canonicalBadge, canonicalBadgeNumber } from '../domain/badge.ts';
import type { Stamp } from '../domain/event.ts';
import type { Findings } from './findings.ts';
import { isObject, type JsonObject } from './payload.ts';

const READERS = ['RC522', 'PN532', 'RDM6300', 'Wiegand'];
/** Wiegand keypads send each key as a card of 4 or 8 bits. */
const KEYPAD_BITS: readonly unknown[] = [4, 8];
/** RDM6300 on the serial bridge: five bytes and their XOR. */
const SERIAL_FRAME = /^[0-9A-F]{12}$/i;

/** Reads the badge readers among the sensors of a message. */
export function readBadges(sensors: JsonObject, stamp: Stamp, findings: Findings): void {
  for (const name of READERS) {
    const reader = sensors[name];
    if (isObject(reader) && 'UID' in reader) readReader(reader, stamp, findings);
  }
}

function readReader(reader: JsonObject, stamp: Stamp, findings: Findings): void {
  if (KEYPAD_BITS.includes(reader.Size)) return;
  const { UID } = reader;
  let uid: string | undefined;
  if (typeof UID === 'string') uid = canonicalBadge(UID);
  else if (typeof UID === 'number') uid = canonicalBadgeNumber(UID);
  if (uid === undefined) {
    findings.complain('uid', 'The reader sent no usable badge number; Wiegand readers send 0 after a parity error.');
    return;
  }
  const auth = reader.Auth === 'NOk' ? ({ auth: 'failed' } as const) : {};
  findings.add({ kind: 'badge', uid, action: 'tap', channel: 0, ...auth, ...stamp });
}

/** Reads `{"SSerialReceived":"<five bytes, checksum>"}`; other serial traffic means nothing. */
export function readSerialBadge(result: JsonObject, findings: Findings): void {
  const frame = result.SSerialReceived;
  if (typeof frame !== 'string' || !SERIAL_FRAME.test(frame)) return;
  let checksum = 0;
  for (let at = 0; at < 12; at += 2) checksum ^= Number.parseInt(frame.slice(at, at + 2), 16);
  const uid = canonicalBadge(frame.slice(0, 10));
  if (checksum === 0 && uid !== undefined) findings.add({ kind: 'badge', uid, action: 'tap', channel: 0 });
}

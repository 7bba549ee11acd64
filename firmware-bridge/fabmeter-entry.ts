import { canonicalBadge } from '../domain/badge.ts';
import type { Channel, Identity, ReportedState, Stamp } from '../domain/event.ts';
import { parseInstant } from '../domain/time.ts';
import type { Findings } from './findings.ts';
import type { JsonObject } from './payload.ts';
import { stampOfMs, stampOfText } from './stamp.ts';

/** Reads one entry of a native message; what is wrong with it goes to the findings as a complaint. */
export type Reader = (entry: JsonObject, findings: Findings) => void;

const STATES: readonly ReportedState[] = ['off', 'idle', 'running', 'fault'];
const ACTIONS = ['tap', 'in', 'out'] as const;
const METER_CHANNELS: readonly unknown[] = ['total', 'a', 'b', 'c'];
const BOOT_CHARS_MAX = 64;
const DETAIL_CHARS_MAX = 200;

/** Reads `{"t","w","wh","ch","boot","seq"}`. */
export function readPower(entry: JsonObject, findings: Findings): void {
  const w = findings.watts(entry.w, 'w');
  const wh = findings.wattHours(entry.wh, 'wh', 1);
  if (w === undefined) findings.complain('shape', '"w" is missing: send the power in watts, such as "w":123.4.');
  else {
    const reading = { kind: 'power' as const, channel: readChannel(entry, findings) ?? 0, w };
    findings.add({ ...reading, ...(wh === undefined ? {} : { wh }), ...readFrame(entry, findings) });
  }
}

/** Reads `{"t","uid","action","ch","boot","seq"}`. */
export function readBadge(entry: JsonObject, findings: Findings): void {
  const action = ACTIONS.find((known) => known === entry.action);
  if (!action) findings.complain('shape', '"action" must be "tap", "in" or "out"; "tap" when the reader cannot tell.');
  const uid = typeof entry.uid === 'string' ? canonicalBadge(entry.uid) : undefined;
  if (uid === undefined) {
    findings.complain('uid', '"uid" must be the badge number in hexadecimal, such as "04A2B3C4D5E680".');
  }
  if (!action || uid === undefined) return;
  const channel = readChannel(entry, findings) ?? 0;
  findings.add({ kind: 'badge', uid, action, channel, ...readFrame(entry, findings) });
}

/** Reads `{"t","state","ch","detail"}`. */
export function readState(entry: JsonObject, findings: Findings): void {
  const state = STATES.find((known) => known === entry.state);
  if (!state) {
    findings.complain('state', `"state" must be one of ${STATES.map((known) => `"${known}"`).join(', ')}.`);
    return;
  }
  const channel = readChannel(entry, findings);
  const detail = readWord(entry.detail, 'detail', DETAIL_CHARS_MAX, findings);
  findings.add({
    kind: 'state',
    state,
    ...(channel === undefined ? {} : { channel }),
    ...(detail === undefined ? {} : { detail }),
    ...readFrame(entry, findings),
  });
}

function readChannel(entry: JsonObject, findings: Findings): Channel | undefined {
  const { ch } = entry;
  if (ch === undefined || ch === null) return undefined;
  if (METER_CHANNELS.includes(ch)) return ch as Channel;
  if (typeof ch === 'number' && Number.isInteger(ch) && ch >= 0 && ch <= 255) return ch === 0 ? 0 : ch;
  findings.complain('shape', '"ch" must be a whole number from 0 to 255, or "total", "a", "b" or "c".');
  return undefined;
}

/** What every entry may have: its time and its identity. */
function readFrame(entry: JsonObject, findings: Findings): Stamp & Identity {
  const boot = readWord(entry.boot, 'boot', BOOT_CHARS_MAX, findings);
  const seq = readSeq(entry.seq, findings);
  return {
    ...readTime(entry.t, findings),
    ...(boot === undefined ? {} : { boot }),
    ...(seq === undefined ? {} : { seq }),
  };
}

function readTime(t: unknown, findings: Findings): Stamp {
  if (t === undefined || t === null) return {};
  if (typeof t === 'number') return stampOfMs(t);
  if (typeof t === 'string' && parseInstant(t) !== undefined) return stampOfText(t);
  findings.complain(
    'shape',
    '"t" must be an RFC 3339 time with a zone, such as "2026-03-02T09:00:00Z", or milliseconds since 1970; leave it out when the clock is not set.',
  );
  return {};
}

function readSeq(seq: unknown, findings: Findings): number | undefined {
  if (seq === undefined || seq === null) return undefined;
  if (typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0) return seq === 0 ? 0 : seq;
  findings.complain('shape', '"seq" must be a whole number that counts up from 0.');
  return undefined;
}

function readWord(value: unknown, field: string, charsMax: number, findings: Findings): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.length >= 1 && value.length <= charsMax) return value;
  findings.complain('shape', `"${field}" must be a text of 1 to ${charsMax} characters.`);
  return undefined;
}

import type { Knowledge, Stamp } from '../domain/event.ts';
import type { Findings } from './findings.ts';
import type { JsonObject } from './payload.ts';

const RELAY = /^POWER(\d{0,2})$/;
const ON = ['ON', '1', 'TRUE'];
const OFF = ['OFF', '0', 'FALSE'];

/** Reads every `POWER`, `POWER1`… of an object. */
export function readRelays(state: JsonObject, stamp: Stamp, known: Knowledge | undefined, findings: Findings): void {
  for (const [name, value] of Object.entries(state)) {
    if (typeof value === 'string') readRelay(name, value, stamp, known, findings);
  }
}

/** Reads one relay by its name (`POWER2`) and its text. Texts can be renamed (StateText); discovery tells them. */
export function readRelay(
  name: string,
  text: string,
  stamp: Stamp,
  known: Knowledge | undefined,
  findings: Findings,
): void {
  const digits = RELAY.exec(name)?.[1];
  if (digits === undefined) return;
  const on = isOn(text, known);
  const channel = Math.max(0, Number(digits) - 1);
  if (on === undefined) findings.complain('state', `The text of "${name}" is neither on nor off; look at StateText.`);
  else findings.add({ kind: 'switch', channel, on, ...stamp });
}

function isOn(text: string, known: Knowledge | undefined): boolean | undefined {
  const states = known?.states;
  if (Array.isArray(states)) {
    if (text === states[0]) return false;
    if (text === states[1]) return true;
  }
  const upper = text.toUpperCase();
  if (ON.includes(upper)) return true;
  return OFF.includes(upper) ? false : undefined;
}

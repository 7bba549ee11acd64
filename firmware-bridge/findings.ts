import type { BridgeEvent, QuarantineCode, Translation } from '../domain/event.ts';
import { NO_READING, type Quarantined, quarantined } from './outcome.ts';

/** No machine of a workshop draws, and no solar roof gives, more (W). */
export const POWER_W_MAX = 1_000_000;
/** No counter of a workshop holds more (Wh). */
export const ENERGY_WH_MAX = 1e12;

/** What is found while a message is read: events in order, and the first thing that is wrong. */
export class Findings {
  readonly events: BridgeEvent[] = [];
  #complaint: Quarantined | undefined;

  /** Notes an event. */
  add(event: BridgeEvent): void {
    this.events.push(event);
  }

  /** Notes why the message cannot be used; the first complaint stays. */
  complain(code: QuarantineCode, detail: string): void {
    this.#complaint ??= quarantined(code, detail);
  }

  /** Power in watts; undefined when it is missing (null counts as missing) or wrong. */
  watts(value: unknown, field: string): number | undefined {
    return this.#number(value, field, -POWER_W_MAX, POWER_W_MAX);
  }

  /** A counter in Wh, from a value whose unit is `unitWh` Wh; kept to the milliwatt-hour. */
  wattHours(value: unknown, field: string, unitWh: number): number | undefined {
    const counted = this.#number(value, field, 0, ENERGY_WH_MAX / unitWh);
    return counted === undefined || unitWh === 1 ? counted : toMilli(counted * unitWh);
  }

  /** The outcome: quarantined after a complaint, ignored when nothing was found. */
  conclude(): Translation {
    if (this.#complaint) return this.#complaint;
    return this.events.length > 0 ? { outcome: 'events', events: this.events } : NO_READING;
  }

  #number(value: unknown, field: string, min: number, max: number): number | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number') {
      this.complain('shape', `"${field}" must be a number.`);
      return undefined;
    }
    if (value >= min && value <= max) return value === 0 ? 0 : value;
    this.complain('number', `"${field}" is outside of what is possible (${min} to ${max}).`);
    return undefined;
  }
}

/** Rounds to three decimals, so that 34507.4761 kWh is 34507476.1 Wh and not a hair more. */
export function toMilli(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Reads a number that a firmware sends as plain text; undefined when the text is none (`nan`, `unavailable`). */
export function numberOfText(text: string): number | undefined {
  return /^\s*[+-]?\d{1,15}(?:\.\d{1,15})?\s*$/.test(text) ? Number(text) : undefined;
}

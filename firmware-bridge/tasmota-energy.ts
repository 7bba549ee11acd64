import type { Stamp } from '../domain/event.ts';
import type { Findings } from './findings.ts';
import { isObject, type JsonObject } from './payload.ts';

const KWH = 1000;
/** Tasmota meters at most three phases; scripts may define a few more. */
const CHANNELS_MAX = 16;

/** Reads `ENERGY`, or a smart-meter object whose name the user chose, from the sensors of a message. */
export function readEnergy(sensors: JsonObject, stamp: Stamp, findings: Findings): void {
  if (isObject(sensors.ENERGY)) readChip(sensors.ENERGY, stamp, findings);
  else if (sensors.ENERGY !== undefined && sensors.ENERGY !== null) {
    findings.complain('shape', '"ENERGY" must be an object.');
  }
  for (const [name, sensor] of Object.entries(sensors)) {
    if (name !== 'ENERGY' && isObject(sensor)) readMeter(sensor, stamp, findings);
  }
}

/**
 * The metering chip of a plug. Power is a list where there are several channels; Total stays one number for all of
 * them unless SetOption129 is on, and then belongs to the total.
 */
function readChip(energy: JsonObject, stamp: Stamp, findings: Findings): void {
  const powers = listOf(energy.Power);
  const totals = Array.isArray(energy.Total) || powers.length < 2 ? listOf(energy.Total) : [];
  if (powers.length > CHANNELS_MAX || totals.length > CHANNELS_MAX) {
    findings.complain('limit', `"ENERGY" may have ${CHANNELS_MAX} channels.`);
    return;
  }
  for (let channel = 0; channel < Math.max(powers.length, totals.length); channel += 1) {
    const w = findings.watts(powers[channel], 'Power');
    const wh = findings.wattHours(totals[channel], 'Total', KWH);
    if (w !== undefined) findings.add({ kind: 'power', channel, w, ...(wh === undefined ? {} : { wh }), ...stamp });
    else if (wh !== undefined) findings.add({ kind: 'energy', channel, wh, ...stamp });
  }
  if (powers.length < 2 || Array.isArray(energy.Total)) return;
  const wh = findings.wattHours(energy.Total, 'Total', KWH);
  if (wh !== undefined) findings.add({ kind: 'energy', channel: 'total', wh, ...stamp });
}

/** A smart-meter script: the object's name is free (even empty), the names of its values are nearly always these. */
function readMeter(meter: JsonObject, stamp: Stamp, findings: Findings): void {
  if (meter.Power_curr === undefined && meter.Total_in === undefined) return;
  const w = findings.watts(meter.Power_curr, 'Power_curr');
  const wh = findings.wattHours(meter.Total_in, 'Total_in', KWH);
  const returnedWh = findings.wattHours(meter.Total_out, 'Total_out', KWH);
  const channel = findings.events.filter((event) => event.kind === 'power' || event.kind === 'energy').length;
  const returned = returnedWh === undefined ? {} : { returnedWh };
  if (w !== undefined) {
    findings.add({ kind: 'power', channel, w, ...(wh === undefined ? {} : { wh }), ...returned, ...stamp });
  } else if (wh !== undefined) findings.add({ kind: 'energy', channel, wh, ...returned, ...stamp });
}

/** Reads the reply to `EnergyTotal` or `EnergyToday`: an operator set the counter, and Total is what it now shows. */
export function readEnergyReset(result: JsonObject, findings: Findings): void {
  const reply = result.EnergyTotal ?? result.EnergyToday;
  if (!isObject(reply)) return;
  const totals = listOf(reply.Total);
  for (let channel = 0; channel < Math.min(totals.length, CHANNELS_MAX); channel += 1) {
    const wh = findings.wattHours(totals[channel], 'Total', KWH);
    findings.add({ kind: 'energy-reset', channel, ...(wh === undefined ? {} : { wh }) });
  }
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

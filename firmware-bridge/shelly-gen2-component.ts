import type { Channel, Stamp } from '../domain/event.ts';
import { type Findings, toMilli } from './findings.ts';
import { isObject, type JsonObject } from './payload.ts';
import { channelOf } from './topic.ts';

type Reader = (status: JsonObject, channel: number, stamp: Stamp, findings: Findings) => void;

/** What each component reports. A status that comes as a difference leaves out what has not changed. */
const COMPONENTS: Record<string, Reader> = {
  switch: readSwitch,
  light: readSwitch,
  pm1: readMeter,
  cover: readMeter,
  em1: readClamp,
  em1data: readClampCounter,
  em: readPhases,
  emdata: readPhaseCounters,
  input: readInput,
};
const PHASES = ['a', 'b', 'c'] as const;

/** Reads one component by its name (`switch:0`). Others (`wifi`, `sys`, `cloud`) tell nothing of machines. */
export function readComponent(name: string, status: unknown, stamp: Stamp, findings: Findings): void {
  const [type = '', digits] = name.split(':', 2);
  const channel = channelOf(digits);
  if (channel === undefined || !isObject(status) || !Object.hasOwn(COMPONENTS, type)) return;
  COMPONENTS[type]?.(status, channel, stamp, findings);
}

function readSwitch(status: JsonObject, channel: number, stamp: Stamp, findings: Findings): void {
  const { output } = status;
  if (typeof output === 'boolean') findings.add({ kind: 'switch', channel, on: output, ...stamp });
  else if (output !== undefined && output !== null) findings.complain('shape', '"output" must be true or false.');
  readMeter(status, channel, stamp, findings);
}

/** `aenergy` counts what went through in both directions; what was returned has to come off. */
function readMeter(status: JsonObject, channel: number, stamp: Stamp, findings: Findings): void {
  const w = findings.watts(status.apower, 'apower');
  const through = findings.wattHours(totalOf(status.aenergy), 'aenergy.total', 1);
  const returnedWh = findings.wattHours(totalOf(status.ret_aenergy), 'ret_aenergy.total', 1);
  const wh = through === undefined ? undefined : toMilli(Math.max(0, through - (returnedWh ?? 0)));
  addReading(channel, w, wh, returnedWh, stamp, findings);
  const { errors } = status;
  if (!Array.isArray(errors)) return;
  for (const error of errors.slice(0, 8)) {
    if (typeof error === 'string') findings.add({ kind: 'alarm', alarm: error.slice(0, 64), ...stamp });
  }
}

function readClamp(status: JsonObject, channel: number, stamp: Stamp, findings: Findings): void {
  addReading(channel, findings.watts(status.act_power, 'act_power'), undefined, undefined, stamp, findings);
}

function readClampCounter(status: JsonObject, channel: number, stamp: Stamp, findings: Findings): void {
  const wh = findings.wattHours(status.total_act_energy, 'total_act_energy', 1);
  const returnedWh = findings.wattHours(status.total_act_ret_energy, 'total_act_ret_energy', 1);
  addReading(channel, undefined, wh, returnedWh, stamp, findings);
}

function readPhases(status: JsonObject, _channel: number, stamp: Stamp, findings: Findings): void {
  for (const phase of PHASES) {
    const field = `${phase}_act_power`;
    addReading(phase, findings.watts(status[field], field), undefined, undefined, stamp, findings);
  }
  const w = findings.watts(status.total_act_power, 'total_act_power');
  addReading('total', w, undefined, undefined, stamp, findings);
}

function readPhaseCounters(status: JsonObject, _channel: number, stamp: Stamp, findings: Findings): void {
  for (const phase of PHASES) {
    const [imported, returned] = [`${phase}_total_act_energy`, `${phase}_total_act_ret_energy`];
    const wh = findings.wattHours(status[imported], imported, 1);
    addReading(phase, undefined, wh, findings.wattHours(status[returned], returned, 1), stamp, findings);
  }
  const wh = findings.wattHours(status.total_act, 'total_act', 1);
  const returnedWh = findings.wattHours(status.total_act_ret, 'total_act_ret', 1);
  addReading('total', undefined, wh, returnedWh, stamp, findings);
}

function readInput(status: JsonObject, channel: number, stamp: Stamp, findings: Findings): void {
  if (typeof status.state === 'boolean') findings.add({ kind: 'input', channel, on: status.state, ...stamp });
}

function addReading(
  channel: Channel,
  w: number | undefined,
  wh: number | undefined,
  returnedWh: number | undefined,
  stamp: Stamp,
  findings: Findings,
): void {
  const returned = returnedWh === undefined ? {} : { returnedWh };
  if (w !== undefined) {
    findings.add({ kind: 'power', channel, w, ...(wh === undefined ? {} : { wh }), ...returned, ...stamp });
  } else if (wh !== undefined) findings.add({ kind: 'energy', channel, wh, ...returned, ...stamp });
}

function totalOf(counter: unknown): unknown {
  return isObject(counter) ? counter.total : undefined;
}

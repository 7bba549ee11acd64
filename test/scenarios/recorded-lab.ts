import { Device } from '../process/device.ts';
import type { RunningFabmeter } from '../process/running-fabmeter.ts';
import { connectorEntry } from '../process/small-lab.ts';
import { until } from '../process/until.ts';
import { type Reading, type Recording, ZONE } from './recordings.ts';

/** The machine that the reduced series of the projector belongs to. */
export const REDUCED_MACHINE = 'videoprojector-reduced';
/** Readings hold 60 s, as the reference has it: 2.5 times this. */
const REPORT_S = 24;
/** The reduced series comes at least every 300 s, and holds 750 s. */
const REDUCED_REPORT_S = 300;
const WINDOW = 50;

/** A lab with a machine and a native plug for each recording; signatures are the thresholds of the reference. */
export function recordedLab(recordings: readonly Recording[]): unknown {
  const projector = recordings.find(({ machine }) => machine.startsWith('videoprojector')) as Recording;
  const machines = [...recordings, { machine: REDUCED_MACHINE, reference: projector.reference }];
  return {
    network: { id: 'recorded', name: 'Recorded' },
    labs: [{ id: 'pasteur', name: 'Hôtel Pasteur', timezone: ZONE }],
    machines: machines.map(({ machine, reference: { lo_w, hi_w, off_delay_s } }) => ({
      id: machine,
      lab: 'pasteur',
      kind: 'appliance',
      name: machine,
      signature: { standbyW: 1, runningW: hi_w, stopW: lo_w, stopAfterS: off_delay_s },
    })),
    connectors: machines.map(({ machine }) =>
      connectorEntry(machine, {
        reportS: machine === REDUCED_MACHINE ? REDUCED_REPORT_S : REPORT_S,
        channels: [{ channel: 0, machine, role: 'main' }],
      }),
    ),
  };
}

/** The payloads of a recording: lists of `perMessage` readings; 1: single readings. `seq` is the device's number. */
export function payloadsOf(readings: readonly (Reading & { seq: number })[], perMessage: number): string[] {
  const entries = readings.map(({ at, w, seq }) => JSON.stringify({ t: at, w, boot: 'recording', seq }));
  if (perMessage === 1) return entries;
  const payloads: string[] = [];
  for (let at = 0; at < entries.length; at += perMessage) {
    payloads.push(`[${entries.slice(at, at + perMessage).join(',')}]`);
  }
  return payloads;
}

/** Sends payloads at QoS 1 as the plug of a machine; resolves when all are acknowledged. */
export async function send(fabmeter: RunningFabmeter, machine: string, payloads: readonly string[]): Promise<void> {
  const device = new Device(machine);
  if (!(await device.connect(fabmeter.mqttPort))) throw new Error(`${machine} could not log in`);
  await new Promise<void>((resolve) => {
    let sent = 0;
    let acked = 0;
    const next = () => {
      const payload = payloads[sent];
      if (payload === undefined) return;
      sent += 1;
      device.send(`fabmeter/1/${machine}/power`, payload, 1, () => {
        acked += 1;
        if (acked === payloads.length) resolve();
        else next();
      });
    };
    for (let n = 0; n < WINDOW; n++) next();
  });
  device.cut();
}

/** One run, in seconds from the beginning of its day. */
export interface Run {
  startS: number;
  endS: number;
}

/** What the API says of one machine on one day. */
export interface Day {
  runs: Run[];
  unknown: Run[];
  usage: { offS: number; standbyS: number; runningS: number; unknownS: number; energyWh: number };
}

interface Interval {
  start: string;
  end: string;
  activity: string;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

/** Reads a machine's day from the API. */
export async function readDay(fabmeter: RunningFabmeter, machine: string, day: string): Promise<Day> {
  const range = `machine=${machine}&from=${day}&to=${dayAfter(day)}`;
  const { intervals } = await fabmeter.json<{ intervals: Interval[] }>(`/api/v1/activity?${range}`);
  const { rows } = await fabmeter.json<{ rows: Day['usage'][] }>(`/api/v1/usage?${range}`);
  const begin = Date.parse(intervals[0]?.start ?? '');
  const spans = (name: string) =>
    intervals
      .filter(({ activity }) => activity === name)
      .map(({ start, end }) => ({
        startS: (Date.parse(start) - begin) / 1000,
        endS: (Date.parse(end) - begin) / 1000,
      }));
  const { offS, standbyS, runningS, unknownS, energyWh } = rows[0] as Day['usage'];
  return {
    runs: spans('running'),
    unknown: spans('unknown'),
    usage: { offS, standbyS, runningS, unknownS, energyWh },
  };
}

/** Waits until everything that was acknowledged is projected. */
export async function settled(fabmeter: RunningFabmeter): Promise<void> {
  await until(
    'all events are projected',
    async () =>
      (await fabmeter.metric('fabmeter_pending_bytes')) === 0 &&
      (await fabmeter.metric('fabmeter_events_stored_total')) > 0 &&
      (await fabmeter.metric('fabmeter_projection_lag_events')) === 0,
    60_000,
  );
}

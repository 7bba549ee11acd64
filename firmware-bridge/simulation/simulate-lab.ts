import { MACHINES, MEMBERS, PLUGS, READERS } from './demo-lab.ts';
import type { SimulatedMessage } from './device.ts';
import { mergeByTime } from './merge.ts';
import { type PlannedSession, planSessions } from './plan.ts';
import { type Simulation, simulatePlug } from './simulate-plug.ts';
import { simulateReader } from './simulate-reader.ts';

/** What is simulated: `[from, to)` in UTC ms; `to` may be `Infinity`. */
export interface SimulationOptions {
  seed: number;
  zone: string;
  from: number;
  to: number;
  /**
   * The instant at which somebody begins to watch: machines are in use then, whatever the hour. Before it only
   * messages are sent that carry their own time, as if the devices had kept them; from it on everything. Without it:
   * `to`, or `from` when there is no end.
   */
  liveAt?: number;
}

/**
 * Everything that the devices of the demonstration send, in order of time.
 *
 * The same options give the same messages, and a later `to` (with the same `liveAt`) gives the same ones and then more.
 * Counters and sequence numbers go on from one message to the next, so a demonstration takes its past and its present
 * from one and the same run.
 */
export function* simulateLab({ seed, zone, from, to, liveAt }: SimulationOptions): Generator<SimulatedMessage> {
  const simulation: Simulation = { seed, zone, from, liveAt: liveAt ?? (Number.isFinite(to) ? to : from) };
  const devices = [
    ...PLUGS.map((plug) => simulatePlug(plug, sessionsOf(plug.machine, simulation), simulation)),
    ...READERS.map((reader) => {
      const sessions = reader.machines.map((machine) => sessionsOf(machine, simulation));
      return simulateReader(reader, sessions, simulation);
    }),
  ];
  for (const message of mergeByTime(devices)) {
    if (message.at >= to) return;
    yield message;
  }
}

function sessionsOf(id: string, simulation: Simulation): Generator<PlannedSession> {
  const machine = MACHINES.find((candidate) => candidate.id === id);
  const { kind, busyAtLive } = machine ?? { kind: 'extraction' as const, busyAtLive: false };
  return planSessions({ ...simulation, machine: id, kind, members: MEMBERS.length, busyAtLive });
}

import type { ReportedState } from '../../domain/event.ts';
import type { FoldRest } from '../../domain/machine-fold.ts';
import type { MachineInput, MachineRules } from '../../domain/machine-input.ts';
import { runFold } from './run-fold.ts';

/** The day of all stories, at 00:00. */
export const MIDNIGHT = Date.UTC(2026, 2, 2);

/** `09:00` or `09:00:05` of that day; hours may go past 24. */
export function clock(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return MIDNIGHT + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function face(at: number): string {
  const seconds = (at - MIDNIGHT) / 1000;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const rest =
    seconds % 60 ? `:${two(seconds % 60)}${seconds % 1 ? `.${String(at % 1000).padStart(3, '0')}` : ''}` : '';
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}${rest}`;
}

/** The laser cutter of `design.md`, with the default rules of `usage-model.md`. */
export const LASER: MachineRules = {
  machine: 'laser-1',
  signature: { standbyW: 20, runningW: 120, stopW: 96, runAfterMs: 0, stopAfterMs: 60_000, bridgeMs: 600_000 },
  session: { idleTimeoutMs: 900_000, graceMs: 300_000, maxMs: 86_400_000, repeatMs: 5000 },
  ratedW: 25_000,
  hasActivity: true,
  nextClosing: () => null,
};

/** A machine with a reader and no plug; its lab closes at 18:00. */
export const SEWING: MachineRules = {
  ...LASER,
  machine: 'sewing-1',
  signature: null,
  session: { ...LASER.session, maxMs: 4 * 3_600_000 },
  hasActivity: false,
  nextClosing: (at) => (at < clock('18:00') ? clock('18:00') : clock('42:00')),
};

/** The plug reports `w` every 10 s from `from` until before `to`. */
export function power(from: string, to: string, w: number, everyS = 10): MachineInput[] {
  const inputs: MachineInput[] = [];
  for (let at = clock(from); at < clock(to); at += everyS * 1000) inputs.push(reading(at, w, everyS));
  return inputs;
}

/** One reading of the plug. */
export function watts(at: string, w: number): MachineInput[] {
  return [reading(clock(at), w, 10)];
}

function reading(at: number, w: number, everyS: number): MachineInput {
  return { kind: 'reading', at, series: 'plug/0', main: true, w, wh: null, holdMs: everyS * 2500 };
}

/** The plug counts `wh`, and may say its power. */
export function counter(at: string, wh: number, w: number | null = null, holdS = 25): MachineInput[] {
  return [{ kind: 'reading', at: clock(at), series: 'plug/0', main: true, w, wh, holdMs: holdS * 1000 }];
}

/** `ada` holds a badge to the reader. */
export function badge(
  at: string,
  name: string,
  action: 'tap' | 'in' | 'out' = 'tap',
  reader = 'reader',
): MachineInput[] {
  const member = name === 'stranger' ? null : name;
  return [{ kind: 'badge', at: clock(at), reader, token: `badge of ${name}`, member, audience: 'public', action }];
}

/** Somebody declares a service state. */
export function declared(at: string, state: 'up' | 'fault' | 'maintenance' | 'absent'): MachineInput[] {
  return [{ kind: 'service', at: clock(at), state }];
}

/** The machine reports its own state. */
export function says(at: string, state: ReportedState, holdS: number | null = 60): MachineInput[] {
  return [{ kind: 'state', at: clock(at), state, holdMs: holdS === null ? null : holdS * 1000 }];
}

/** The plug's connector came or went. */
export function online(at: string, is: boolean): MachineInput[] {
  return [{ kind: 'online', at: clock(at), connector: 'plug', series: ['plug/0'], main: true, online: is }];
}

/** A story from midnight to `now`, told as short lines. */
export interface Told {
  activity: string[];
  service: string[];
  sessions: string[];
  rest: FoldRest;
}

/** Folds a story and writes what came out as short lines; unknown before the first and after the last is left out. */
export function tell(parts: MachineInput[][], now: string, rules: MachineRules = LASER): Told {
  const rest = runFold(parts.flat(), rules, MIDNIGHT, clock(now));
  const span = ({ start, end }: { start: number; end: number | null }) =>
    `${face(start)}-${end === null ? '' : face(end)}`;
  const activity = rest.activity.map((one) =>
    [
      span(one),
      one.activity,
      ...(one.source === 'state' ? ['by itself'] : []),
      ...(one.bridgedMs ? [`bridged ${one.bridgedMs / 1000}`] : []),
      ...(one.censored ? ['censored'] : []),
    ].join(' '),
  );
  if (activity[0]?.endsWith(' unknown')) activity.shift();
  if (activity.at(-1)?.endsWith(' unknown')) activity.pop();
  return {
    activity,
    service: rest.service.map((one) => `${span(one)} ${one.state}${one.source === 'machine' ? ' by itself' : ''}`),
    sessions: rest.sessions.map((one) =>
      [span(one), one.member, one.startCause, one.endCause, one.confidence, `ran ${one.runningMs / 1000}`].join(' '),
    ),
    rest,
  };
}

import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from './layers.ts';
import { clipSpans, intersectionMs, intersectSpans, overlapping, type Span, spansMs, unionSpans } from './spans.ts';
import { pieceAt, type Stay } from './stay.ts';
import { HOUR_MS } from './time.ts';

/**
 * Totals of one machine in one clock hour of the lab in which it is (`hour`: UTC ms of its beginning), in milliseconds
 * unless the name says otherwise. An hour in which the machine moved is as many pieces, each with its lab. Written only when every layer is settled past the hour's end. `openMs`, `outsideMs`: null when
 * the lab declares no opening hours. `energyWh` does not contain `recoveredWh`; both are null when nothing measures, or
 * when nothing at all was heard in the hour.
 */
export interface RollupHour {
  machine: string;
  lab: string;
  hour: number;
  offMs: number;
  standbyMs: number;
  runningMs: number;
  unknownMs: number;
  bridgedMs: number;
  badgedMs: number;
  attributedMs: number;
  openMs: number | null;
  /** Running outside opening hours. */
  outsideMs: number | null;
  runningOpenMs: number | null;
  unknownOpenMs: number | null;
  heldOpenMs: number | null;
  faultMs: number;
  maintenanceMs: number;
  faultOpenMs: number | null;
  maintenanceOpenMs: number | null;
  /** Maintenance in opening time of which nothing was heard: part of `unknownOpenMs` and of `maintenanceOpenMs`. */
  unknownMaintenanceOpenMs: number | null;
  sessions: number;
  doubtful: number;
  energyWh: number | null;
  recoveredWh: number | null;
}

/** The totals of an hour, or of any other window, without saying whose. */
export type Totals = Omit<RollupHour, 'machine' | 'lab' | 'hour'>;

/**
 * The sum of the rollups of a stretch, and of how many hours it is. Opening figures are null when one of them is,
 * energy when all of them are.
 */
export interface RollupSum extends Totals {
  hours: number;
}

/**
 * All that is known of one machine while it is in one lab, each list sorted by its start.
 *
 * `opening` is null when the lab declares no hours, `energy` when nothing of the machine measures energy. Time for which
 * `activity` says nothing counts as `unknown`.
 */
export interface MachineHistory {
  machine: string;
  stay: Stay;
  layers: { activity: readonly ActivityInterval[]; service: readonly ServiceInterval[] };
  opening: readonly Span[] | null;
  energy: readonly EnergyHour[] | null;
  sessions: readonly Session[];
}

/** The totals of every clock hour of the lab, cut to the stay (`pieceAt`), that lies whole in `[from, to)`, in order. */
export function rollupHours(history: MachineHistory, from: number, to: number): RollupHour[] {
  const { machine, stay } = history;
  const rollups: RollupHour[] = [];
  for (let at = Math.max(from, stay.start); at < to; ) {
    const piece = pieceAt([stay], at);
    if (!piece || piece.end > to) break;
    const { start: hour, end } = piece;
    if (hour >= from) rollups.push({ machine, lab: stay.lab.id, hour, ...measure(history, hour, end) });
    at = end;
  }
  return rollups;
}

/**
 * The totals of `[from, to)`, a window inside the stay.
 *
 * Energy is known by the hour: a window that holds a part of an hour gets that part of its energy. `now` is the instant
 * up to which the running hour is filled; without it every hour counts as whole.
 */
export function measure(history: MachineHistory, from: number, to: number, now = Number.POSITIVE_INFINITY): Totals {
  const activity = overlapping(history.layers.activity, from, to);
  const spansOf = (name: string) =>
    clipSpans(
      activity.filter((item) => item.activity === name),
      from,
      to,
    );
  const [off, standby, running] = [spansOf('off'), spansOf('standby'), spansOf('running')];
  const [offMs, standbyMs, runningMs] = [spansMs(off), spansMs(standby), spansMs(running)];
  const sessions = overlapping(history.sessions, from, to);
  const badged = clipSpans(sessions, from, to);
  const begun = sessions.filter(({ start }) => start >= from);
  const service = overlapping(history.layers.service, from, to);
  const fault = clipSpans(
    service.filter(({ state }) => state === 'fault'),
    from,
    to,
  );
  const maintenance = clipSpans(
    service.filter(({ state }) => state === 'maintenance'),
    from,
    to,
  );
  const unknownMs = to - from - offMs - standbyMs - runningMs;
  const known = unionSpans(unionSpans(off, standby), running);
  return {
    offMs,
    standbyMs,
    runningMs,
    unknownMs,
    bridgedMs: activity.reduce((sum, item) => sum + bridgedIn(item, from, to), 0),
    badgedMs: spansMs(badged),
    attributedMs: intersectionMs(running, badged),
    faultMs: spansMs(fault),
    maintenanceMs: spansMs(maintenance),
    ...measureOpen(history.opening, from, to, {
      running,
      known,
      held: unionSpans(running, badged),
      fault,
      maintenance,
    }),
    sessions: begun.length,
    doubtful: begun.filter(({ confidence }) => confidence === 'doubtful').length,
    ...measureEnergy(history.energy, from, to, now, unknownMs < to - from),
  };
}

type OpenTotals = Pick<
  Totals,
  | 'openMs'
  | 'outsideMs'
  | 'runningOpenMs'
  | 'unknownOpenMs'
  | 'heldOpenMs'
  | 'faultOpenMs'
  | 'maintenanceOpenMs'
  | 'unknownMaintenanceOpenMs'
>;

function measureOpen(
  opening: readonly Span[] | null,
  from: number,
  to: number,
  spans: Record<'running' | 'known' | 'held' | 'fault' | 'maintenance', Span[]>,
): OpenTotals {
  if (!opening) {
    return {
      openMs: null,
      outsideMs: null,
      runningOpenMs: null,
      unknownOpenMs: null,
      heldOpenMs: null,
      faultOpenMs: null,
      maintenanceOpenMs: null,
      unknownMaintenanceOpenMs: null,
    };
  }
  const open = clipSpans(overlapping(opening, from, to), from, to);
  const openMs = spansMs(open);
  const runningOpenMs = intersectionMs(spans.running, open);
  const maintained = intersectSpans(spans.maintenance, open);
  return {
    openMs,
    outsideMs: spansMs(spans.running) - runningOpenMs,
    runningOpenMs,
    unknownOpenMs: openMs - intersectionMs(spans.known, open),
    heldOpenMs: intersectionMs(spans.held, open),
    faultOpenMs: intersectionMs(spans.fault, open),
    maintenanceOpenMs: spansMs(maintained),
    unknownMaintenanceOpenMs: spansMs(maintained) - intersectionMs(spans.known, maintained),
  };
}

function measureEnergy(
  energy: readonly EnergyHour[] | null,
  from: number,
  to: number,
  now: number,
  isObserved: boolean,
): Pick<Totals, 'energyWh' | 'recoveredWh'> {
  if (!energy) return { energyWh: null, recoveredWh: null };
  let energyWh = 0;
  let recoveredWh = 0;
  let isKnown = isObserved;
  for (let index = firstHourAfter(energy, from - HOUR_MS); index < energy.length; index += 1) {
    const { hour, wh, recoveredWh: late } = energy[index] as EnergyHour;
    if (hour >= to) break;
    const share = energyShare(hour, from, to, now);
    if (share <= 0) continue;
    isKnown = true;
    energyWh += wh * share;
    recoveredWh += late * share;
  }
  return isKnown ? { energyWh, recoveredWh } : { energyWh: null, recoveredWh: null };
}

/** The part of an hour's energy that belongs to `[from, to)`, 0 or less when nothing does; `now` as in `measure`. */
export function energyShare(hour: number, from: number, to: number, now: number): number {
  const end = Math.min(hour + HOUR_MS, Math.max(now, hour + 1));
  return (Math.min(end, to) - Math.max(hour, from)) / (end - hour);
}

function firstHourAfter(energy: readonly EnergyHour[], ms: number): number {
  let low = 0;
  let high = energy.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((energy[middle] as EnergyHour).hour > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Spreads an interval's bridged time evenly, in whole ms, so that the parts of a cut interval add up to the whole. */
export function bridgedIn({ start, end, bridgedMs }: ActivityInterval, from: number, to: number): number {
  if (bridgedMs === 0) return 0;
  const until = (at: number) => Math.floor((bridgedMs * (Math.min(Math.max(at, start), end) - start)) / (end - start));
  return until(to) - until(from);
}

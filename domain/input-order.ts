import type { ReportedState } from './event.ts';
import type { Service } from './layers.ts';
import type { ClassRead, MachineInput } from './machine-input.ts';

/** Within one millisecond: what people declared, who came and went, states, counters, readings, and badges last. */
const KINDS: Record<MachineInput['kind'], number> = {
  service: 0,
  online: 1,
  state: 2,
  'energy-reset': 3,
  reading: 4,
  badge: 5,
  heard: 6,
};

/** Of several at one millisecond the last one rules, so the graver comes later. */
const SERVICES: Record<Service, number> = { up: 0, maintenance: 1, fault: 2, absent: 3 };
const STATES: Record<ReportedState, number> = {
  off: 0,
  idle: 1,
  starting: 2,
  paused: 3,
  finished: 4,
  cancelled: 5,
  failed: 6,
  running: 7,
  fault: 8,
};

/** A badge-out before a badge-in of the same instant: two certain sessions rather than a handover. */
const ACTIONS = { out: 0, in: 1, tap: 2 };

type Key = string | number | boolean | null;

function compareKeys(a: Key, b: Key): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

function contentOf(input: MachineInput): Key[] {
  switch (input.kind) {
    case 'service':
      return [SERVICES[input.state]];
    case 'online':
      return [input.online, input.main, input.connector, input.series.join('\n')];
    case 'state':
      return [STATES[input.state], input.holdMs === null, input.holdMs];
    case 'energy-reset':
      return [input.series];
    case 'reading':
      return [input.series, input.main, input.w, input.wh, input.holdMs === null, input.holdMs];
    case 'heard':
      return [];
    case 'badge':
      return [
        ACTIONS[input.action],
        input.reader,
        input.token,
        input.member,
        input.audience,
        ...classKeys(input.class),
      ];
  }
}

function classKeys(read: ClassRead | undefined): Key[] {
  return read ? [read.people, read.takes] : [null, null];
}

/**
 * Total order of a machine's inputs: by instant, then kind, then content; 0 only for the same content.
 *
 * The order within one millisecond does not depend on arrival.
 */
export function compareInputs(a: MachineInput, b: MachineInput): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.kind !== b.kind) return KINDS[a.kind] - KINDS[b.kind];
  const other = contentOf(b);
  for (const [index, key] of contentOf(a).entries()) {
    const order = compareKeys(key, other[index] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** A copy with its keys in a fixed order and nothing else in it, so that states with the same content have the same text. */
export function plainInput(input: MachineInput): MachineInput {
  switch (input.kind) {
    case 'service':
      return { at: input.at, kind: input.kind, state: input.state };
    case 'online':
      return {
        at: input.at,
        kind: input.kind,
        connector: input.connector,
        series: input.series.slice(),
        main: input.main,
        online: input.online,
      };
    case 'state':
      return { at: input.at, kind: input.kind, state: input.state, holdMs: input.holdMs };
    case 'energy-reset':
      return { at: input.at, kind: input.kind, series: input.series };
    case 'heard':
      return { at: input.at, kind: input.kind };
    case 'reading':
      return {
        at: input.at,
        kind: input.kind,
        series: input.series,
        main: input.main,
        w: input.w,
        wh: input.wh,
        holdMs: input.holdMs,
      };
    case 'badge':
      return {
        at: input.at,
        kind: input.kind,
        reader: input.reader,
        token: input.token,
        member: input.member,
        audience: input.audience,
        action: input.action,
        ...(input.class ? { class: plainClass(input.class) } : {}),
      };
  }
}

function plainClass({ people, takes, isHere }: ClassRead): ClassRead {
  return { people, takes, isHere };
}

import { type Condition, conditionOf } from './condition.ts';
import type { Lab, Labs, Machine } from './contract.ts';
import type { Today } from './today.ts';

/** How the live stream is. `since` (ms): when it was noticed to be gone. */
export type Connection = { kind: 'connecting' } | { kind: 'live' } | { kind: 'lost'; since: number };

/** A machine went into another condition; `key` counts them. */
export interface Change {
  key: number;
  machine: string;
  name: string;
  condition: Condition;
}

/** At most this many changes are kept to be read aloud. */
export const CHANGES_MAX = 5;
/** At most this many live events wait for a list under way; past it the list alone counts. */
export const WAITING_MAX = 10_000;

/** Everything that the floor shows. */
export interface FloorState {
  /** The lab shown, null for all. */
  lab: string | null;
  network: string;
  labs: readonly Lab[];
  /** In the server's order; null until the first list came. */
  machines: readonly Machine[] | null;
  /** Live events that came while a list was under way: they are newer than it. Null when none is. */
  waiting: readonly Machine[] | null;
  connection: Connection;
  today: ReadonlyMap<string, Today>;
  changes: readonly Change[];
  /** What the server says is wrong, null when nothing is. */
  trouble: string | null;
}

/** What happens to the floor; `now` is ms. */
export type FloorAction =
  | { kind: 'labs'; labs: Labs }
  | { kind: 'list-asked' }
  | { kind: 'list'; machines: readonly Machine[] }
  | { kind: 'list-failed'; sentence: string | null }
  | { kind: 'machine'; machine: Machine; now: number }
  | { kind: 'today'; today: ReadonlyMap<string, Today> }
  | { kind: 'live' }
  | { kind: 'lost'; now: number };

/** The floor before anything is known. */
export function emptyFloor(lab: string | null): FloorState {
  return {
    lab,
    network: '',
    labs: [],
    machines: null,
    waiting: null,
    connection: { kind: 'connecting' },
    today: new Map(),
    changes: [],
    trouble: null,
  };
}

/** The floor after an action. */
export function reduceFloor(state: FloorState, action: FloorAction): FloorState {
  switch (action.kind) {
    case 'labs':
      return { ...state, network: action.labs.network.name, labs: action.labs.labs };
    case 'list-asked':
      return { ...state, waiting: state.waiting ?? [] };
    case 'list':
      return { ...state, machines: (state.waiting ?? []).reduce(place, action.machines), waiting: null, trouble: null };
    case 'list-failed':
      return { ...state, waiting: null, trouble: action.sentence };
    case 'machine':
      return takeMachine(state, action.machine, action.now);
    case 'today':
      return { ...state, today: action.today };
    case 'live':
      return { ...state, connection: { kind: 'live' } };
    case 'lost':
      return state.connection.kind === 'lost' ? state : { ...state, connection: { kind: 'lost', since: action.now } };
  }
}

function takeMachine(state: FloorState, machine: Machine, now: number): FloorState {
  if (state.lab !== null && machine.lab !== state.lab) return state;
  const waiting = state.waiting === null ? null : [...state.waiting, machine].slice(-WAITING_MAX);
  if (state.machines === null) return { ...state, waiting };
  const before = state.machines.find((one) => one.id === machine.id);
  const condition = conditionOf(machine, now);
  const machines = place(state.machines, machine);
  if (before === undefined || conditionOf(before, now) === condition) return { ...state, waiting, machines };
  const key = (state.changes.at(-1)?.key ?? 0) + 1;
  const change = { key, machine: machine.id, name: machine.name, condition };
  return { ...state, waiting, machines, changes: [...state.changes, change].slice(-CHANGES_MAX) };
}

function place(machines: readonly Machine[], machine: Machine): readonly Machine[] {
  const index = machines.findIndex((one) => one.id === machine.id);
  return index < 0 ? [...machines, machine] : machines.with(index, machine);
}

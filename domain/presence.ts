import type { Session } from './layers.ts';
import type { Span } from './spans.ts';
import type { Lane } from './sweep.ts';
import { MINUTE_MS } from './time.ts';

/** How long somebody is presumed to be there after a badge event at a machine that needs nobody beside it. */
export const PRESENCE_MS = 15 * MINUTE_MS;

/** What presence needs of a session. */
export type PresentSession = Pick<Session, 'start' | 'end' | 'endCause' | 'member' | 'people'>;

/** Who was at one machine. `present` is when the machine is in the lab; absent: all the time. */
export interface MachineVisits {
  attended: boolean;
  sessions: readonly PresentSession[];
  present?: readonly Span[];
}

/** Spans as two lists of instants: years of sessions as objects would have to be cleared away. */
interface Instants {
  starts: number[];
  ends: number[];
}

/** What somebody held, by how many people they were, of whom they are one. */
type Parties = Map<number, Instants>;

const ALWAYS: readonly Span[] = [{ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }];

/**
 * As many spans over each instant as people were there: who holds two machines is one person, and a class on three
 * machines is its head-count once. `to`: open sessions reach up to here.
 */
export function presence(machines: readonly MachineVisits[], to: number): Lane {
  const byMember = new Map<string, Parties>();
  for (const { attended, sessions, present = ALWAYS } of machines) {
    for (const session of sessions) addParties(partiesOf(byMember, session), session, attended, present, to);
  }
  const people = noInstants();
  for (const parties of byMember.values()) addPeople(people, parties);
  return { starts: sorted([people.starts]), ends: sorted([people.ends]) };
}

/** The instants of those parties of a session's member that are as many people. */
function partiesOf(byMember: Map<string, Parties>, { member, people }: PresentSession): Instants {
  const parties = byMember.getOrInsertComputed(member, noParties);
  return parties.getOrInsertComputed(people ?? 1, noInstants);
}

function noParties(): Parties {
  return new Map();
}

function noInstants(): Instants {
  return { starts: [], ends: [] };
}

/**
 * Beside an attended machine: the whole session, up to `to` while it is open. Else a while after each badge event. A
 * class stays until it is over, whatever it works with.
 */
function addParties(
  party: Instants,
  { start, end, endCause, people }: PresentSession,
  attended: boolean,
  present: readonly Span[],
  to: number,
): void {
  if (attended || people !== null) {
    addSpan(party, start, end ?? Math.max(start, to), present);
    return;
  }
  addSpan(party, start, start + PRESENCE_MS, present);
  if (endCause === 'badge-out' && end !== null) addSpan(party, end, end + PRESENCE_MS, present);
}

function addSpan(party: Instants, from: number, until: number, present: readonly Span[]): void {
  for (const there of present) {
    const start = Math.max(from, there.start);
    const end = Math.min(until, there.end);
    if (start >= end) continue;
    party.starts.push(start);
    party.ends.push(end);
  }
}

/** At each instant the largest of the parties of one member: what they hold on several machines is the same people. */
function addPeople(people: Instants, parties: Parties): void {
  const counts = [...parties.keys()].sort((a, b) => a - b);
  for (const [index, count] of counts.entries()) {
    const asMany = counts.slice(index).map((one) => parties.get(one) as Instants);
    const starts = sorted(asMany.map((party) => party.starts));
    const ends = sorted(asMany.map((party) => party.ends));
    for (let more = count - (counts[index - 1] ?? 0); more > 0; more -= 1) addUnion(people, starts, ends);
  }
}

function sorted(lists: readonly (readonly number[])[]): Float64Array {
  const [only = []] = lists;
  return new Float64Array(lists.length > 1 ? lists.flat() : only).sort();
}

/** Adds the union of spans: a stretch ends with the first end that as many spans have reached as have begun. */
function addUnion(union: Instants, starts: Float64Array, ends: Float64Array): void {
  for (let index = 0; index < starts.length; index += 1) {
    union.starts.push(starts[index] as number);
    while (index + 1 < starts.length && (starts[index + 1] as number) <= (ends[index] as number)) index += 1;
    union.ends.push(ends[index] as number);
  }
}

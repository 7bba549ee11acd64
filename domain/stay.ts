import type { Lab, Machine } from './registry.ts';
import type { Span } from './spans.ts';
import { instantOfWall, isLocalTime, nextPeriod, parseInstant, parseInstantOrDate, startOfPeriod } from './time.ts';

/** A machine in one lab, `[start, end)` in UTC ms, within the lab's lifetime; infinite where nothing limits it. */
export interface Stay extends Span {
  lab: Lab;
}

type Loan = NonNullable<Machine['loans']>[number];

const lifetimes = new WeakMap<Lab, Span>();

/** When the lab exists, in UTC ms; infinite where it says nothing. `until` is the first day on which it is no more. */
export function labLifetime(lab: Lab): Span {
  const known = lifetimes.get(lab);
  if (known) return known;
  const start = lab.since === undefined ? undefined : parseInstantOrDate(lab.since, lab.timezone);
  const end = lab.until === undefined ? undefined : parseInstantOrDate(lab.until, lab.timezone);
  const life = { start: start ?? Number.NEGATIVE_INFINITY, end: end ?? Number.POSITIVE_INFINITY };
  lifetimes.set(lab, life);
  return life;
}

/** Reads one end of a loan: an instant, or a date or wall time in the zone of the lab that borrows; undefined: it is none. */
export function loanInstant(text: string, zone: string): number | undefined {
  if (!isLocalTime(text)) return parseInstantOrDate(text, zone);
  const wall = parseInstant(`${text}Z`);
  return wall === undefined ? undefined : instantOfWall(wall, zone);
}

/** When a loan is, in UTC ms; without `until` it has no end. Texts were checked before (`checkRegistry`). */
export function loanSpan({ since, until }: Loan, zone: string): Span {
  const start = loanInstant(since, zone) ?? Number.POSITIVE_INFINITY;
  const end = until === undefined ? Number.POSITIVE_INFINITY : (loanInstant(until, zone) ?? start);
  return { start, end };
}

/**
 * Where a machine is: in the labs that borrow it, and at home in between. In order, without overlap; labs that follow
 * each other are different ones. There is a hole where the lab does not exist, and nothing is counted in it. A machine
 * whose labs never exist has one empty stay; one whose own lab is not known has none.
 */
export function staysOf(machine: Machine, labs: ReadonlyMap<string, Lab>): Stay[] {
  const home = labs.get(machine.lab);
  if (!home) return [];
  const loans = (machine.loans ?? [])
    .flatMap((loan) => {
      const lab = labs.get(loan.lab);
      return lab ? [{ lab, ...loanSpan(loan, lab.timezone) }] : [];
    })
    .sort((a, b) => a.start - b.start);
  const stays: Stay[] = [];
  let position = Number.NEGATIVE_INFINITY;
  for (const loan of [...loans, { lab: home, start: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY }]) {
    append(stays, home, position, loan.start);
    append(stays, loan.lab, Math.max(position, loan.start), loan.end);
    position = Math.max(position, loan.end);
  }
  if (stays.length === 0) stays.push({ lab: home, start: 0, end: 0 });
  return stays;
}

function append(stays: Stay[], lab: Lab, from: number, to: number): void {
  const life = labLifetime(lab);
  const start = Math.max(from, life.start);
  const end = Math.min(to, life.end);
  if (!(start < end)) return;
  const last = stays.at(-1);
  if (last?.lab === lab && last.end === start) last.end = end;
  else stays.push({ lab, start, end });
}

/** The stay that holds an instant; undefined where there is none. */
export function stayAt(stays: readonly Stay[], at: number): Stay | undefined {
  return stays.find(({ start, end }) => start <= at && at < end);
}

/** The machines that are in a lab at an instant, in the order of the registry. */
export function machinesIn(lab: string, at: number, machines: readonly Machine[], labs: ReadonlyMap<string, Lab>) {
  return machines.filter((machine) => isEverIn(machine, lab) && stayAt(staysOf(machine, labs), at)?.lab.id === lab);
}

/** Whether a lab has a machine or ever borrows it. */
export function isEverIn(machine: Machine, lab: string): boolean {
  return machine.lab === lab || machine.loans?.some((loan) => loan.lab === lab) === true;
}

/**
 * The piece of a clock hour that holds `at` (UTC ms): an hour of the lab's clock, cut where the stay begins and ends.
 * Totals are kept by piece. Undefined where there is no stay.
 */
export function pieceAt(stays: readonly Stay[], at: number): Span | undefined {
  const stay = stayAt(stays, at);
  if (!stay) return undefined;
  const zone = stay.lab.timezone;
  const start = Math.max(stay.start, startOfPeriod(at, 'hour', zone));
  return { start, end: Math.min(stay.end, nextPeriod(at, 'hour', zone)) };
}

/** The beginning of the piece that holds `at`; `at` itself where there is none. */
export function startOfPiece(stays: readonly Stay[], at: number): number {
  return pieceAt(stays, at)?.start ?? at;
}

/** The end of the last piece that begins before `at`, if it reaches past it; else `at`. */
export function endOfPiece(stays: readonly Stay[], at: number): number {
  return Math.max(at, pieceAt(stays, at - 1)?.end ?? at);
}

/** From the beginning of the first stay to the end of the last; empty when there is none. */
export function wholeStay(stays: readonly Stay[]): Span {
  return { start: stays[0]?.start ?? 0, end: stays.at(-1)?.end ?? 0 };
}

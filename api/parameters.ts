import { z } from '@hono/zod-openapi';
import { type Failure, failure } from '../domain/failure.ts';
import type { Registry } from '../domain/registry.ts';
import { didYouMean } from '../domain/suggestion.ts';
import { parseInstantOrDate } from '../domain/time.ts';

/** The longest range of time that a query may span. */
export const RANGE_YEARS_MAX = 100;
/** The longest range over which a pattern of the week is looked for: intervals are read one by one. */
export const PATTERN_YEARS_MAX = 10;
const YEAR_MS = 366 * 86_400_000;

/** The schema of a query string; a parameter it does not know is refused, naming the nearest one that it knows. */
export function query<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const [key = ''] = issue.keys as string[];
      return `no parameter "${key}"${didYouMean(key, known) || knownNames(known)}`;
    },
  });
}

function knownNames(known: readonly string[]): string {
  return known.length > 0 ? `; known: ${known.join(', ')}` : '; none is known here';
}

/** `from` of a query. */
export const From = z.string().max(40).openapi({
  description: 'First instant (RFC 3339), or a date: its first instant in the zone of each lab',
  example: '2026-03-01',
});
/** `to` of a query. */
export const To = z.string().max(40).openapi({
  description: 'The instant at which the range ends, itself left out; or a date',
  example: '2026-04-01',
});
/** A parameter that names something of the registry. */
export const IdText = z.string().min(1).max(63);

/** Checks a range for the given zones; a failure says which end is wrong and how to write it. */
export function checkRange(
  from: string,
  to: string,
  zones: readonly string[],
  yearsMax = RANGE_YEARS_MAX,
): Failure | null {
  for (const zone of zones.length > 0 ? zones : ['UTC']) {
    const start = parseInstantOrDate(from, zone);
    const end = parseInstantOrDate(to, zone);
    if (start === undefined) return badTime('from', from);
    if (end === undefined) return badTime('to', to);
    if (start >= end) {
      return failure('bad-range', `\`from\` must be before \`to\`, got ${from} and ${to}.`, [
        { path: 'from', message: 'must be before `to`' },
      ]);
    }
    if (end - start > yearsMax * YEAR_MS) {
      return failure('bad-range', `The range from ${from} to ${to} is longer than ${yearsMax} years; ask for less.`, [
        { path: 'to', message: `more than ${yearsMax} years after \`from\`` },
      ]);
    }
  }
  return null;
}

function badTime(path: string, text: string): Failure {
  const message = `"${text}" is not a time; write 2026-03-01 or 2026-03-01T09:00:00Z`;
  return failure('bad-parameter', `${path}: ${message}.`, [{ path, message }]);
}

/** Which machines a query is about. */
export interface Selection {
  machine?: string | undefined;
  lab?: string | undefined;
  kind?: string | undefined;
}

/** What a selection names. `lab`: only while they are there. `zones`: of all labs in which dates are read. */
export interface Selected {
  machines: string[];
  lab: string | undefined;
  zones: string[];
}

/** Selections of many machines, by the registry in which they were looked for: the same reports are asked for again. */
const wide = new WeakMap<Registry, Map<string, Selected>>();
const WIDE = 100;

/** The machines that a selection names, in the order of the registry, also those that are only lent; or what it misspells. */
export function selectMachines(document: Registry, selection: Selection): Selected | Failure {
  const { machine, lab, kind } = selection;
  const key = JSON.stringify([machine, lab, kind]);
  const known = wide.get(document) ?? new Map<string, Selected>();
  const selected = known.get(key) ?? lookFor(document, selection);
  if (!isFailure(selected) && selected.machines.length > WIDE) wide.set(document, known.set(key, selected));
  return selected;
}

function lookFor(document: Registry, { machine, lab, kind }: Selection): Selected | Failure {
  if (machine !== undefined && !document.machines.some(({ id }) => id === machine)) {
    return unknownName(
      'machine',
      machine,
      document.machines.map(({ id }) => id),
    );
  }
  if (lab !== undefined && !document.labs.some(({ id }) => id === lab)) {
    return unknownName(
      'lab',
      lab,
      document.labs.map(({ id }) => id),
    );
  }
  const kinds = [...new Set(document.machines.map((entry) => entry.kind))];
  if (kind !== undefined && !kinds.includes(kind)) return unknownName('kind', kind, kinds);
  const chosen = document.machines.filter(
    (entry) =>
      (machine === undefined || entry.id === machine) &&
      (lab === undefined || labsOf(entry).includes(lab)) &&
      (kind === undefined || entry.kind === kind),
  );
  const labs = new Set(lab === undefined ? chosen.flatMap(labsOf) : [lab]);
  const zones = new Set(document.labs.filter(({ id }) => labs.has(id)).map(({ timezone }) => timezone));
  return { machines: chosen.map(({ id }) => id), lab, zones: [...zones] };
}

/** Its own lab, then those that borrow it. */
export function labsOf({ lab, loans = [] }: Registry['machines'][number]): string[] {
  return [lab, ...loans.map((loan) => loan.lab)];
}

/** `no machine "lasr-1"; did you mean "laser-1"?` */
export function unknownName(what: string, name: string, known: readonly string[]): Failure {
  const message = `no ${what} "${name}"${didYouMean(name, known)}`;
  return failure('not-found', message, [{ path: what, message }]);
}

/** Whether a value is a failure. */
export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'failure';
}

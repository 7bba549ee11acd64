/** Rows of figures, added up and compared: what a query answers, or should answer. */
import type { Point } from './seeded-year.ts';

/** Tags, instants and figures by their names. */
export type Row = Record<string, number | string | boolean | null | undefined>;

/** Rows by what they are about (`by`), each with its figure; rows without one are left out. */
export function figures(rows: readonly Row[], by: readonly string[], figure: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const row of rows) {
    const value = row[figure];
    if (typeof value === 'number') found.set(by.map((name) => `${row[name]}`).join(' | '), value);
  }
  return found;
}

/** The value of a field of a point; 0 when it has none. */
export function fieldOf(point: Point, field: string): number {
  const value = point.fields[field];
  return typeof value === 'number' ? value : 0;
}

/** Points in groups, by what `nameOf` says of each. */
export function grouped<T>(points: readonly T[], nameOf: (point: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const point of points) {
    const name = nameOf(point);
    const group = groups.get(name);
    if (group) group.push(point);
    else groups.set(name, [point]);
  }
  return groups;
}

/** A figure for each group; groups without one (null) are left out. */
export function perGroup<T>(
  points: readonly T[],
  nameOf: (point: T) => string,
  figureOf: (group: T[]) => number | null,
): Map<string, number> {
  const found = new Map<string, number>();
  for (const [name, group] of grouped(points, nameOf)) {
    const figure = figureOf(group);
    if (figure !== null) found.set(name, figure);
  }
  return found;
}

/**
 * The queries' shared parts, in the InfluxQL that 1.x, 2.x and 3.x understand alike.
 *
 * Nothing counts points of sessions or hours: some stand for what was taken back and hold zeros. Sums are right.
 */

/** The chosen labs. */
export const IN_LAB = '"lab" =~ /^$lab$/';
/** The chosen labs and kinds of machines. */
export const IN_LAB_AND_KIND = `${IN_LAB} AND "kind" =~ /^$kind$/`;
/** The one chosen machine. */
export const OF_MACHINE = `"machine" = '$machine'`;

/** Days of the chosen zone, of 23 to 25 hours. */
export const BY_DAY = 'time(1d)';
/** Weeks from Monday: the first instant that InfluxDB counts from was a Thursday. */
export const BY_WEEK = 'time(7d, 4d)';
/** One bucket for each point of an hour, in zones that are quarters of an hour apart, too. */
export const BY_POINT = 'time(15m)';

const ZONE = `tz('$zone')`;

/** What is asked of a measurement: which points, and in which groups. */
export interface Question {
  /** Besides the time. */
  where: string;
  tags?: readonly string[];
  /** `BY_DAY` or `BY_WEEK`; absent: the whole time at once. */
  every?: string;
}

/** Sums over the hours that are over, such as `sum("running_s") / 3600 AS "hours"`. */
export function usage(select: string, { where, tags = [], every }: Question): string {
  const groups = groupBy(every === undefined ? tags : [every, ...tags]);
  return `SELECT ${select} FROM "usage_hour" WHERE $timeFilter AND ${where}${groups}${endOf(every)}`;
}

/** One ratio: both sides as sums over points of `usage_hour`. */
export interface Ratio {
  part: string;
  base: string;
}

/** A ratio that is absent where its base is zero; InfluxQL itself would answer 0, which would be a lie. */
export function ratio({ part, base }: Ratio, name: string, { where, tags = [], every }: Question): string {
  const sums = usage(`${part} AS "part", ${base} AS "base"`, {
    where,
    tags,
    ...(every === undefined ? {} : { every }),
  });
  return `SELECT "part" / "base" AS "${name}" FROM (${sums}) WHERE "base" > 0${groupBy(tags)}${every === undefined ? '' : ` ${ZONE}`}`;
}

/** `GROUP BY` some tags and intervals; nothing when there are none. */
export function groupBy(groups: readonly string[]): string {
  const quoted = groups.map((group) => (group.includes('(') ? group : `"${group}"`));
  return quoted.length === 0 ? '' : ` GROUP BY ${quoted.join(', ')}`;
}

/** What ends a query by days or weeks: empty ones are left out, and the zone is the chosen one. */
export function endOf(every: string | undefined): string {
  return every === undefined ? '' : ` fill(none) ${ZONE}`;
}

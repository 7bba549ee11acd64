import { BY_POINT, endOf, groupBy, IN_LAB_AND_KIND } from './influxql.ts';

const GROUPS = ['lab', 'kind'];

/** Machines that were broken or in maintenance all hour are not in service: they neither free nor take anything. */
const IN_SERVICE = '"open_s" > 0 AND "fault_open_s" + "maintenance_open_s" < "open_s"';
const HOURS = `$timeFilter AND ${IN_LAB_AND_KIND} AND ${IN_SERVICE}`;

/**
 * Bounds of the time in which all machines of a kind in a lab were taken, by hour.
 *
 * Hours tell how long each machine was taken (held, running, broken or in maintenance), not when. All were taken for no
 * longer than the least taken one; and at least for what is left of the hour when everything that was free is put end to end.
 */
const HIGH = `SELECT min("taken") AS "all", max("open_s") AS "open" FROM (SELECT "held_open_s" + "fault_open_s" + "maintenance_open_s" AS "taken", "open_s" FROM "usage_hour" WHERE ${HOURS} GROUP BY "lab", "kind", "machine") WHERE $timeFilter GROUP BY ${BY_POINT}, "lab", "kind" fill(none)`;
const LEFT = `SELECT sum("held_open_s") + sum("fault_open_s") + sum("maintenance_open_s") - sum("open_s") + max("open_s") AS "all", max("open_s") AS "open" FROM "usage_hour" WHERE ${HOURS} GROUP BY ${BY_POINT}, "lab", "kind" fill(none)`;
/** InfluxQL has no larger-of-two: a number plus its amount is twice the number, or zero. */
const LOW = `SELECT ("all" + abs("all")) / 2 AS "all", "open" FROM (${LEFT}) GROUP BY "lab", "kind"`;

/** The share of opening in which all machines of a kind were taken, at most. */
export function saturationHigh(): string {
  return `SELECT sum("all") / sum("open") AS "high" FROM (${HIGH})${groupBy(GROUPS)}`;
}

/** Hours in which all machines of a kind were taken, at most. */
export function saturatedHours(every: string): string {
  return `SELECT sum("all") / 3600 AS "hours" FROM (${HIGH}) WHERE $timeFilter${groupBy([every, ...GROUPS])}${endOf(every)}`;
}

/** The share of opening in which all machines of a kind were taken, at least. */
export function saturationLow(): string {
  return `SELECT sum("all") / sum("open") AS "low" FROM (${LOW})${groupBy(GROUPS)}`;
}

import type { Ratio } from './influxql.ts';

/** Planned maintenance is not required time; see the formulas of each id at `/api/v1/definitions`. */
const REQUIRED = 'sum("open_s") - sum("maintenance_open_s")';
/** Required time of which nothing was heard. */
const UNSEEN = 'sum("unknown_open_s") - sum("unknown_maintenance_open_s")';

/** The ratios of the usage model, over sums of hours. */
export const RATIOS = {
  coverage: {
    part: 'sum("off_s") + sum("standby_s") + sum("running_s")',
    base: 'sum("off_s") + sum("standby_s") + sum("running_s") + sum("unknown_s")',
  },
  utilisation: { part: 'sum("running_open_s")', base: `${REQUIRED} - (${UNSEEN})` },
  utilisationLow: { part: 'sum("running_open_s")', base: REQUIRED },
  utilisationHigh: { part: `sum("running_open_s") + ${UNSEEN}`, base: REQUIRED },
  availability: { part: `${REQUIRED} - sum("fault_open_s")`, base: REQUIRED },
  /** At most: running time that nobody saw is missing from the attributed time. */
  heldIdle: { part: 'sum("badged_s") - sum("attributed_s")', base: 'sum("badged_s")' },
} as const satisfies Record<string, Ratio>;

/** Hours, for sums of seconds. */
export function hours(field: string): string {
  return `sum("${field}") / 3600`;
}

/** Energy in kWh, with what was caught up after gaps. */
export const ENERGY_KWH = '(sum("energy_wh") + sum("recovered_wh")) / 1000';

import type { Registry } from './registry.ts';

/** What is presumed of all machines of one kind. */
export interface KindTraits {
  /** Whether somebody stays beside it while it is used (a laser), or may walk away (a 3D printer). */
  attended: boolean;
  /** How long power may stay low within one run. */
  stopAfterMs: number;
}

/** What is presumed of a kind that nothing is known of. */
const USUAL: KindTraits = { attended: true, stopAfterMs: 180_000 };

const UNATTENDED: KindTraits = { ...USUAL, attended: false };

/** A tool that is used in moments: a long delay would make one run of many cuts. */
const MOMENTARY: KindTraits = { ...USUAL, stopAfterMs: 30_000 };

/** A heater's thermostat is off for minutes while the work goes on. */
const THERMOSTAT: KindTraits = { ...USUAL, stopAfterMs: 300_000 };

const KINDS = new Map<string, KindTraits>([
  ['printer-3d', UNATTENDED],
  ['3d-printer', UNATTENDED],
  ['printer-sla', UNATTENDED],
  ['printer-resin', UNATTENDED],
  ['kiln', { attended: false, stopAfterMs: THERMOSTAT.stopAfterMs }],
  ['band-saw', MOMENTARY],
  ['mitre-saw', MOMENTARY],
  ['table-saw', MOMENTARY],
  ['drill-press', MOMENTARY],
  ['heat-press', THERMOSTAT],
  ['soldering-station', THERMOSTAT],
  ['thermoformer', THERMOSTAT],
]);

/** What holds for a kind: what the registry says, where it says something, else what is usual. */
export function traitsOf(kind: string, { kinds }: Pick<Registry, 'kinds'>): KindTraits {
  const known = KINDS.get(kind) ?? USUAL;
  const said = kinds !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  return {
    attended: said?.attended ?? known.attended,
    stopAfterMs: said?.stopAfterS === undefined ? known.stopAfterMs : said.stopAfterS * 1000,
  };
}

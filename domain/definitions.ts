import type { Definition } from './definition.ts';
import { COUNT_DEFINITIONS } from './definitions-counts.ts';
import { HOUR_DEFINITIONS } from './definitions-hours.ts';
import { RATE_DEFINITIONS } from './definitions-rates.ts';

/** Every quantity that Fabmeter gives, in the order in which people read them. */
export const ALL_DEFINITIONS: readonly Definition[] = [...HOUR_DEFINITIONS, ...RATE_DEFINITIONS, ...COUNT_DEFINITIONS];

/** The quantities of an answer with the versions of their definitions. Throws on an id that nothing defines. */
export function versionsOf(ids: readonly string[]): Record<string, number> {
  const versions = new Map(ALL_DEFINITIONS.map(({ id, version }) => [id, version]));
  return Object.fromEntries(
    ids.map((id) => {
      const version = versions.get(id);
      if (version === undefined) throw new RangeError(`There is no definition "${id}"`);
      return [id, version];
    }),
  );
}

/** Every quantity of `usage` with the version of its definition. */
export const DEFINITIONS: Readonly<Record<string, number>> = versionsOf([
  'coverage',
  'hours.powered',
  'hours.running',
  'hours.badged',
  'hours.attributed',
  'attributedShare',
  'hours.outside',
  'utilisation',
  'utilisation.calendar',
  'utilisation.opening',
  'occupation',
  'efficiency',
  'availability',
  'members',
  'energy',
]);

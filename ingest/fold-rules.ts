import type { MachineRules } from '../domain/machine-input.ts';
import type { Lab } from '../domain/registry.ts';
import { type MachineSetting, type RulesData, settingFrom } from './rules.ts';

/** Stands before a digest when some of what was folded came while other rules held already. */
const MIXED = '~';

/** The digest of a fold that is told more although its past is to be computed again: it equals that of no rules. */
export function mixedDigest(digest: string): string {
  return digest.startsWith(MIXED) ? digest : MIXED + digest;
}

type StayText = [string, Omit<Lab, 'id' | 'name'>, string, string];

/**
 * The setting of a machine that an earlier digest stands for: its past was computed with it, until it is computed again.
 * Undefined when another version of Fabmeter wrote the digest.
 */
export function settingOfDigest(
  digest: string,
  machine: Pick<MachineSetting, 'kind' | 'name'>,
): MachineSetting | undefined {
  const pure = digest.startsWith(MIXED) ? digest.slice(MIXED.length) : digest;
  const [data, holds, stays] = JSON.parse(pure) as [RulesData, string[], StayText[] | string];
  if (!Array.isArray(stays)) return undefined;
  const read = stays.map(([id, hours, start, end]) => {
    return { lab: { id, name: id, ...hours }, start: Number(start), end: Number(end) };
  });
  const setting = settingFrom(data, holds, read, machine);
  return setting.digest === pure ? setting : undefined;
}

/** What the stored folds of machines are completed with: the rules that they were computed with, as long as those are known. */
export class FoldRules {
  readonly #settings: ReadonlyMap<string, MachineSetting>;
  readonly #earlier = new Map<string, MachineRules>();

  constructor(settings: ReadonlyMap<string, MachineSetting>) {
    this.#settings = settings;
  }

  /** Whether a fold with this digest is to be computed again. */
  isEarlier(machine: string, digest: string): boolean {
    const setting = this.#settings.get(machine);
    return setting !== undefined && setting.digest !== digest;
  }

  /** Throws a `RangeError` when the registry does not have the machine. */
  of(machine: string, digest: string): MachineRules {
    const setting = this.#settings.get(machine);
    if (!setting) throw new RangeError(`There is no machine "${machine}"`);
    if (digest === setting.digest) return setting.rules;
    let rules = this.#earlier.get(digest);
    if (!rules) {
      rules = settingOfDigest(digest, setting)?.rules ?? setting.rules;
      this.#earlier.set(digest, rules);
    }
    return rules;
  }
}

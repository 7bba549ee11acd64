import type { Channel } from '../domain/event.ts';
import { HOLIDAYS_VERSION } from '../domain/holidays.ts';
import type { MachineRules } from '../domain/machine-input.ts';
import { holidayWordsOf, nextClosing } from '../domain/opening.ts';
import type { Series } from '../domain/ports.ts';
import type { Connector, Machine, Registry } from '../domain/registry.ts';
import { signatureOf } from '../domain/signature-entry.ts';
import { type Stay, stayAt, staysOf } from '../domain/stay.ts';
import { HOUR_MS, SECOND_MS } from '../domain/time.ts';
import { translatorOf } from '../firmware-bridge/translators.ts';

/** A reading holds this many reporting periods (`usage-model.md` §2.1). */
const HOLD_PERIODS = 2.5;
const RATED_W_DEFAULT = 25_000;
const MAX_MS_WITH_POWER = 24 * HOUR_MS;
const MAX_MS_WITHOUT_POWER = 4 * HOUR_MS;

/** A machine as the projection sees it. `digest` changes when anything changes that its past was computed with. */
export interface MachineSetting {
  rules: MachineRules;
  digest: string;
  /** Where it is when; in order, at least one. */
  stays: readonly Stay[];
  kind: string;
  name: string;
  /** The machine's beginning: that of its first stay; 0 when the lab does not say. */
  from: number;
}

/** The labs in which a machine ever is, each once. */
export function labsOf({ stays }: Pick<MachineSetting, 'stays'>): string[] {
  return [...new Set(stays.map(({ lab }) => lab.id))];
}

/** The name of a connector's channel that feeds a machine. */
export function seriesId(connector: string, channel: Channel, machine: string): string {
  return `${connector}/${channel}/${machine}`;
}

/** How long a reading of a connector holds, in ms; null: as long as the connector is online. */
export function holdMsOf(connector: Connector): number | null {
  const reportS = connector.reportS ?? translatorOf(connector.firmware).reportSDefault;
  return reportS === 0 ? null : reportS * SECOND_MS * HOLD_PERIODS;
}

/** All channels that give energy or activity to a machine. */
export function seriesOf(registry: Registry): Series[] {
  return registry.connectors.flatMap((connector) =>
    connector.channels
      .filter((entry) => entry.role !== 'badge' && entry.role !== 'state')
      .map((entry) => ({
        id: seriesId(connector.id, entry.channel, entry.machine),
        connector: connector.id,
        channel: entry.channel,
        machine: entry.machine,
        main: entry.role === 'main',
        holdMs: holdMsOf(connector),
      })),
  );
}

/** What the fold of each machine of a registry needs to know. */
export function machineSettings(registry: Registry): Map<string, MachineSetting> {
  const labs = new Map(registry.labs.map((lab) => [lab.id, lab]));
  const feeds = new Map<string, { activity: boolean; holds: string[] }>();
  for (const connector of registry.connectors) {
    for (const { machine, role, channel } of connector.channels) {
      const feed = feeds.get(machine) ?? { activity: false, holds: [] };
      feed.activity ||= role === 'main' || role === 'state';
      feed.holds.push(`${connector.id}/${channel}:${role}:${holdMsOf(connector)}`);
      feeds.set(machine, feed);
    }
  }
  const settings = new Map<string, MachineSetting>();
  for (const machine of registry.machines) {
    const stays = staysOf(machine, labs);
    if (stays.length === 0) continue;
    settings.set(machine.id, settingOf(machine, stays, feeds.get(machine.id) ?? { activity: false, holds: [] }));
  }
  return settings;
}

function settingOf(
  machine: Machine,
  stays: readonly Stay[],
  feed: { activity: boolean; holds: string[] },
): MachineSetting {
  const session = machine.session;
  const data = {
    machine: machine.id,
    signature: machine.signature ? signatureOf(machine.signature) : null,
    session: {
      idleTimeoutMs: (session?.idleTimeoutS ?? 900) * SECOND_MS,
      graceMs: (session?.graceS ?? 300) * SECOND_MS,
      maxMs:
        session?.maxS === undefined
          ? feed.activity
            ? MAX_MS_WITH_POWER
            : MAX_MS_WITHOUT_POWER
          : session.maxS * SECOND_MS,
      repeatMs: (session?.repeatS ?? 5) * SECOND_MS,
    },
    ratedW: machine.signature?.ratedW ?? RATED_W_DEFAULT,
    hasActivity: feed.activity,
  };
  return settingFrom(data, feed.holds.sort(), stays, machine);
}

/** The part of the rules that a digest tells word by word. */
export type RulesData = Omit<MachineRules, 'nextClosing'>;

/** The setting of a machine that is fed so (`holds`) and stays there. */
export function settingFrom(
  data: RulesData,
  holds: readonly string[],
  stays: readonly Stay[],
  { kind, name }: Pick<MachineSetting, 'kind' | 'name'>,
): MachineSetting {
  return {
    rules: { ...data, nextClosing: (at) => closingOf(stays, at) },
    digest: JSON.stringify([data, holds, stays.map(digestOf)]),
    stays,
    kind,
    name,
    from: Math.max(0, stays[0]?.start ?? 0),
  };
}

/** A machine that leaves for another lab leaves whoever uses it: that closes as well. */
function closingOf(stays: readonly Stay[], at: number): number | null {
  const stay = stayAt(stays, at);
  if (!stay) return null;
  const closing = nextClosing(stay.lab, at);
  return Number.isFinite(stay.end) ? Math.min(closing ?? stay.end, stay.end) : closing;
}

function digestOf({ lab, start, end }: Stay): unknown[] {
  const { id, name: _name, ...hours } = lab;
  const builtIn = holidayWordsOf(lab).size > 0 ? [HOLIDAYS_VERSION] : [];
  return [id, hours, String(start), String(end), ...builtIn];
}

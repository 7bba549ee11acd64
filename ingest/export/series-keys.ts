import type { Channel } from '../../domain/event.ts';
import type { ExportedMachine } from '../../domain/ports-series.ts';
import type { Registry } from '../../domain/registry.ts';
import { MEASUREMENTS, NO_TAG, type SeriesKey } from '../../domain/series-points.ts';
import { type Stay, stayAt, staysOf } from '../../domain/stay.ts';

/** The tags of everything that is exported: made once for each series, from the registry. */
export class SeriesKeys {
  readonly #labs = new Map<string, string>();
  readonly #machineLabs = new Map<string, string>();
  /** Of machines that are lent. */
  readonly #stays = new Map<string, Stay[]>();
  readonly #known = new Map<string, SeriesKey>();

  constructor(registry: Pick<Registry, 'labs' | 'machines' | 'connectors'>) {
    const labs = new Map(registry.labs.map((lab) => [lab.id, lab]));
    for (const machine of registry.machines) {
      this.#machineLabs.set(machine.id, machine.lab);
      if (machine.loans?.length) this.#stays.set(machine.id, staysOf(machine, labs));
    }
    for (const { id, lab } of registry.connectors) this.#labs.set(id, lab);
  }

  /**
   * A channel's power at `at` (UTC ms): in the lab in which the machine is then. Without a machine, or with one that left
   * the registry, the connector's lab counts.
   */
  power(connector: string, channel: Channel, machine: string | null, at: number): SeriesKey {
    const stays = machine === null ? undefined : this.#stays.get(machine);
    const lent = stays && stayAt(stays, at)?.lab.id;
    return this.#make(`p\n${connector}\n${channel}\n${machine}\n${lent ?? ''}`, () => {
      const home = (machine !== null && this.#machineLabs.get(machine)) || this.#labs.get(connector) || NO_TAG;
      const lab = lent ?? home;
      return { measurement: MEASUREMENTS.power, tags: [String(channel), connector, lab, machine ?? NO_TAG] };
    });
  }

  connector(connector: string): SeriesKey {
    return this.#make(`c\n${connector}`, () => ({
      measurement: MEASUREMENTS.connector,
      tags: [connector, this.#labs.get(connector) ?? NO_TAG],
    }));
  }

  #make(name: string, make: () => SeriesKey): SeriesKey {
    let key = this.#known.get(name);
    if (!key) {
      key = make();
      this.#known.set(name, key);
    }
    return key;
  }
}

/** The tags of one machine's layers. */
export interface LayerKeys {
  activity: SeriesKey;
  usage: SeriesKey;
  session(audience: string, endCause: string): SeriesKey;
}

/** Makes the tags of an exported machine's layers. */
export function layerKeys({ machine, lab, kind }: Pick<ExportedMachine, 'machine' | 'lab' | 'kind'>): LayerKeys {
  return {
    activity: { measurement: MEASUREMENTS.activity, tags: [kind, lab, machine] },
    usage: { measurement: MEASUREMENTS.usage_hour, tags: [kind, lab, machine] },
    session: (audience, endCause) => ({
      measurement: MEASUREMENTS.session,
      tags: [audience, endCause, kind, lab, machine],
    }),
  };
}

import type { Channel, StoredEvent } from '../domain/event.ts';
import type { MachineInput } from '../domain/machine-input.ts';
import type { Series } from '../domain/ports.ts';
import type { Registry } from '../domain/registry.ts';
import { SECOND_MS } from '../domain/time.ts';
import { holdMsOf, seriesId } from './rules.ts';

/**
 * How long a state report of a connector that is no longer in the registry holds: as long as native ones usually do.
 * Nobody tells any more whether it is online, so that its last word would hold for ever.
 */
const GONE_HOLD_MS = 150 * SECOND_MS;

/** One input and the machine it belongs to. */
export interface AddressedInput {
  machine: string;
  input: MachineInput;
}

/** What the projection knows of channels: series by id, and per connector the machines it feeds. */
export interface ChannelMap {
  series(id: string): Series | undefined;
  /**
   * Machines that a connector feeds, with the ids of the series and whether one of them is `main`. Those that it only
   * fed earlier are there too, never as `main`: what was heard of them held while the connector was online.
   */
  machinesOf(connector: string): { machine: string; series: string[]; main: boolean }[];
  /** Connectors that feed a machine. */
  connectorsOf(machine: string): string[];
  /** How long a state report of a connector stays fresh; null: while it is online. */
  holdMs(connector: string): number | null;
}

/** Builds the map of channels from the registry and from the series that the ledger remembers of earlier ones. */
export function channelMap(registry: Registry, series: ReadonlyMap<string, Series>): ChannelMap {
  const holds = new Map(registry.connectors.map((connector) => [connector.id, holdMsOf(connector)]));
  const feeds = new Map<string, { machine: string; series: string[]; main: boolean }[]>();
  for (const connector of registry.connectors) {
    const machines = new Map<string, { machine: string; series: string[]; main: boolean }>();
    for (const { channel, machine, role } of connector.channels) {
      const feed = machines.get(machine) ?? { machine, series: [], main: false };
      if (role !== 'badge' && role !== 'state') feed.series.push(seriesId(connector.id, channel, machine));
      feed.main ||= role === 'main' || role === 'state';
      machines.set(machine, feed);
    }
    feeds.set(connector.id, [...machines.values()]);
  }
  for (const { id, connector, machine } of series.values()) {
    const machines = feeds.get(connector) ?? [];
    const feed = machines.find((one) => one.machine === machine);
    if (!feed) feeds.set(connector, [...machines, { machine, series: [id], main: false }]);
    else if (!feed.series.includes(id)) feed.series.push(id);
  }
  const connectors = new Map<string, string[]>();
  for (const [connector, machines] of feeds) {
    for (const { machine } of machines) connectors.set(machine, [...(connectors.get(machine) ?? []), connector]);
  }
  return {
    series: (id) => series.get(id),
    machinesOf: (connector) => feeds.get(connector) ?? [],
    connectorsOf: (machine) => connectors.get(machine) ?? [],
    holdMs: (connector) => holds.get(connector) ?? (holds.has(connector) ? null : GONE_HOLD_MS),
  };
}

function reading(
  event: StoredEvent,
  channel: Channel,
  w: number | null,
  wh: number | null,
  map: ChannelMap,
): AddressedInput[] {
  if (event.machine === null) return [];
  const series = map.series(seriesId(event.connector, channel, event.machine));
  if (!series) return [];
  const input: MachineInput = {
    kind: 'reading',
    at: event.at,
    series: series.id,
    main: series.main,
    w,
    wh,
    holdMs: series.holdMs,
  };
  return [{ machine: event.machine, input }];
}

/** A badge is read by one machine; that of a class by all machines of the lab, so that each knows when the class is on. */
function badgeInputs(event: StoredEvent & { kind: 'badge' }): AddressedInput[] {
  const { machine: here, at, class: taught } = event;
  const input: MachineInput & { kind: 'badge' } = {
    kind: 'badge',
    at,
    reader: `${event.connector}/${event.channel}`,
    token: event.token,
    member: event.member ?? null,
    audience: event.audience ?? null,
    action: event.action,
  };
  if (!taught) return here === null ? [] : [{ machine: here, input }];
  const { people, machines, others } = taught;
  const readers = new Set([...machines, ...others, ...(here === null ? [] : [here])]);
  return [...readers].map((machine) => {
    const takes = machines.includes(machine);
    return { machine, input: { ...input, class: { people, takes, isHere: machine === here } } };
  });
}

/**
 * What one stored event means for machines. An opened relay on a power channel is a reading of 0 W: Tasmota's
 * PowerDelta does not report when the relay is switched off (its documentation of PowerDelta).
 */
export function inputsOf(event: StoredEvent, map: ChannelMap): AddressedInput[] {
  const { machine, at } = event;
  switch (event.kind) {
    case 'power':
      return reading(event, event.channel, event.w, event.wh ?? null, map);
    case 'energy':
      return reading(event, event.channel, null, event.wh, map);
    case 'switch':
      return event.on ? [] : reading(event, event.channel, 0, null, map);
    case 'energy-reset':
      return machine === null
        ? []
        : [{ machine, input: { kind: 'energy-reset', at, series: seriesId(event.connector, event.channel, machine) } }];
    case 'online':
      return map.machinesOf(event.connector).map((feed) => ({
        machine: feed.machine,
        input: {
          kind: 'online',
          at,
          connector: event.connector,
          series: feed.series,
          main: feed.main,
          online: event.online,
        },
      }));
    case 'state':
      return machine === null
        ? []
        : [
            {
              machine,
              input: {
                kind: 'state',
                at,
                state: event.state,
                holdMs: map.holdMs(event.connector),
                connector: event.connector,
              },
            },
          ];
    case 'badge':
      // Whom the reader itself turned away is not at the machine.
      return event.granted === false ? [] : badgeInputs(event);
    case 'service':
      return machine === null ? [] : [{ machine, input: { kind: 'service', at, state: event.state } }];
    case 'input':
    case 'boot':
    case 'heartbeat':
    case 'door':
    case 'alarm':
    case 'discovery':
    case 'correction':
      return [];
  }
}

/**
 * Where the ledger keeps when a connector came and went: beside the machines, because what it feeds may change. No
 * machine has such an id.
 */
export function connectorKey(connector: string): string {
  return `connector/${connector}`;
}

/** A stored input of `machine` as the present registry has it; undefined when its connector is no longer the machine's. */
export function presentInput(input: MachineInput, machine: string, map: ChannelMap): MachineInput | undefined {
  if (input.kind === 'state' && input.connector !== undefined) {
    return { ...input, holdMs: map.holdMs(input.connector) };
  }
  if (input.kind !== 'online') return input;
  const feed = map.machinesOf(input.connector).find((one) => one.machine === machine);
  return feed && { ...input, series: feed.series, main: feed.main };
}

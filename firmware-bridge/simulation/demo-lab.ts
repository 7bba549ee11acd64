import type { z } from 'zod';
import type { Registry } from '../../domain/registry.ts';
import type { PlugDialect, ReaderDialect } from './device.ts';
import type { MachineKind } from './draw.ts';
import { nativePlug, shellyGen1Plug, shellyGen2Plug, tasmotaPlug, zigbeePlug } from './plug-dialects.ts';
import { espRfidReader, espRfidText, nativeReader, tasmotaReader } from './reader-dialects.ts';

type RegistryDocument = z.input<typeof Registry>;
type ConnectorEntry = NonNullable<RegistryDocument['connectors']>[number];
type MachineEntry = NonNullable<RegistryDocument['machines']>[number];

const LAB = 'halles';

/** A simulated machine: `busyAtLive` machines are in use when somebody begins to watch. */
export interface SimulatedMachine {
  id: string;
  kind: MachineKind;
  busyAtLive: boolean;
  entry: MachineEntry;
}

/** A simulated plug: it measures `kind` on `machine`, and reports after `everyMs` or a change of `deltaW`. */
export interface SimulatedPlug {
  connector: ConnectorEntry;
  machine: string;
  kind: MachineKind;
  everyMs: number;
  deltaW: number;
  /** Minutes after somebody begins to watch at which it drops off the Wi-Fi; absent: it never does. */
  dropsAfterMin?: number;
  dialect(boot: string, zone: string): PlugDialect;
}

/** A simulated badge reader; its channels are its machines, in order. */
export interface SimulatedReader {
  connector: ConnectorEntry;
  machines: string[];
  dialect(boot: string, zone: string): ReaderDialect;
}

function machine(
  kind: MachineKind,
  id: string,
  name: string,
  busyAtLive: boolean,
  signatureW: [number, number],
  stopAfterS: number,
  purchase: [string, number, number],
): SimulatedMachine {
  const [standbyW, runningW] = signatureW;
  const [date, price, lifeYears] = purchase;
  const signature = { standbyW, runningW, stopAfterS };
  const entry = { id, lab: LAB, kind, name, signature, purchase: { date, price, lifeYears } };
  return { id, kind, busyAtLive, entry };
}

/** The machines of the demonstration. */
export const MACHINES: readonly SimulatedMachine[] = [
  machine('laser-cutter', 'laser-1', 'Découpeuse laser', true, [30, 150], 60, ['2021-03-15', 18_000, 8]),
  machine('3d-printer', 'imprimante-1', 'Imprimante 3D nº 1', true, [4, 50], 180, ['2023-09-01', 900, 5]),
  machine('3d-printer', 'imprimante-2', 'Imprimante 3D nº 2', true, [4, 50], 180, ['2023-09-01', 900, 5]),
  machine('3d-printer', 'imprimante-3', 'Imprimante 3D nº 3', false, [4, 50], 180, ['2024-02-10', 1_100, 5]),
  machine('cnc-mill', 'fraiseuse-1', 'Fraiseuse CNC', false, [20, 250], 120, ['2019-11-20', 9_500, 10]),
  machine('vinyl-cutter', 'vinyle-1', 'Découpeuse vinyle', false, [3, 25], 60, ['2020-05-04', 1_900, 7]),
  machine('sewing-machine', 'couture-1', 'Machine à coudre', true, [2, 30], 120, ['2018-01-12', 650, 12]),
];

function connector(
  id: string,
  firmware: ConnectorEntry['firmware'],
  channels: ConnectorEntry['channels'],
  options?: { device?: string; reportS?: number },
): ConnectorEntry {
  const device = options?.device ?? id;
  const reportS = options?.reportS === undefined ? {} : { reportS: options.reportS };
  return { id, lab: LAB, firmware, device, secret: `demonstration-${id}`, ...reportS, channels };
}

function plug(
  id: string,
  firmware: ConnectorEntry['firmware'],
  target: string,
  reportS: number,
  deltaW: number,
  dialect: SimulatedPlug['dialect'],
  options?: { device?: string; role?: 'extraction'; dropsAfterMin?: number },
): SimulatedPlug {
  const role = options?.role ?? 'main';
  const device = options?.device === undefined ? {} : { device: options.device };
  const kind = MACHINES.find((entry) => entry.id === target)?.kind ?? 'extraction';
  const drops = options?.dropsAfterMin === undefined ? {} : { dropsAfterMin: options.dropsAfterMin };
  return {
    connector: connector(id, firmware, [{ channel: 0, machine: target, role }], { ...device, reportS }),
    machine: target,
    kind: role === 'extraction' ? 'extraction' : kind,
    everyMs: reportS * 1000,
    deltaW,
    dialect,
    ...drops,
  };
}

/** The plugs of the demonstration. */
export const PLUGS: readonly SimulatedPlug[] = [
  plug('prise-laser', 'tasmota', 'laser-1', 300, 20, (_boot, zone) => tasmotaPlug('prise-laser', zone)),
  plug('prise-extraction', 'shelly-gen1', 'laser-1', 60, 1e6, () => shellyGen1Plug('prise-extraction'), {
    role: 'extraction',
  }),
  plug('prise-imprimante-1', 'shelly-gen2', 'imprimante-1', 60, 5, () => shellyGen2Plug('prise-imprimante-1')),
  plug('prise-imprimante-2', 'shelly-gen2', 'imprimante-2', 60, 5, () => shellyGen2Plug('prise-imprimante-2'), {
    dropsAfterMin: 4,
  }),
  plug('mesure-imprimante-3', 'fabmeter', 'imprimante-3', 60, 5, (boot) => nativePlug('mesure-imprimante-3', boot), {
    dropsAfterMin: 12,
  }),
  plug('mesure-fraiseuse', 'fabmeter', 'fraiseuse-1', 60, 20, (boot) => nativePlug('mesure-fraiseuse', boot)),
  plug('prise-vinyle', 'zigbee2mqtt', 'vinyle-1', 300, 3, () => zigbeePlug('zigbee2mqtt/prise-vinyle'), {
    device: 'zigbee2mqtt/prise-vinyle',
  }),
  plug('prise-couture', 'tasmota', 'couture-1', 300, 5, (_boot, zone) => tasmotaPlug('prise-couture', zone)),
];

function reader(
  id: string,
  firmware: ConnectorEntry['firmware'],
  machines: string[],
  dialect: SimulatedReader['dialect'],
): SimulatedReader {
  const channels = machines.map((target, channel) => ({ channel, machine: target, role: 'badge' as const }));
  return { connector: connector(id, firmware, channels), machines, dialect };
}

/** The badge readers of the demonstration. */
export const READERS: readonly SimulatedReader[] = [
  reader('lecteur-laser', 'fabmeter', ['laser-1'], (boot) => nativeReader('lecteur-laser', boot, false)),
  reader('lecteur-imprimantes', 'fabmeter', ['imprimante-1', 'imprimante-2', 'imprimante-3'], (boot) =>
    nativeReader('lecteur-imprimantes', boot, false),
  ),
  reader('lecteur-fraiseuse', 'fabmeter', ['fraiseuse-1'], (boot) => nativeReader('lecteur-fraiseuse', boot, true)),
  reader('lecteur-vinyle', 'esp-rfid', ['vinyle-1'], () => espRfidReader('lecteur-vinyle')),
  reader('lecteur-couture', 'tasmota', ['couture-1'], (_boot, zone) => tasmotaReader('lecteur-couture', zone)),
];

const AUDIENCES = ['public', 'student', 'professional', 'association', 'staff'];

/** The members of the demonstration, with their badge numbers. */
export const MEMBERS = Array.from({ length: 16 }, (_, index) => ({
  id: `m-${String(index + 1).padStart(3, '0')}`,
  audience: AUDIENCES[index % AUDIENCES.length] as string,
  uid: (0x04a2_0b01 + index * 0x0113_2107).toString(16).toUpperCase().padStart(8, '0'),
}));

/** The registry document of the demonstration, secrets and badge numbers included. */
export function demoRegistry(zone = 'Europe/Paris'): RegistryDocument {
  return {
    network: { id: 'demo', name: 'Réseau des ateliers (démonstration)' },
    labs: [
      {
        id: LAB,
        name: 'Atelier des Halles',
        timezone: zone,
        opening: 'Tu-Sa 14:00-19:00',
        public: 'We,Sa 14:00-19:00',
      },
    ],
    machines: MACHINES.map(({ entry }) => entry),
    connectors: [...PLUGS, ...READERS].map((device) => device.connector),
    members: MEMBERS.map(({ id, audience, uid }) => ({
      id,
      audience,
      badges: [...new Set([uid, espRfidText(uid).toUpperCase()])],
    })),
    audiences: AUDIENCES,
    funders: [{ id: 'region', name: 'Région', share: 0.5, period: 'year', language: 'fr' }],
  };
}

/** The machines, labs and hours that the browser test of the page shows: one of each condition. */
import type { Labs, Machine, UsageRow } from '../../dashboards/web/contract.ts';

/** The instant at which the fixture is looked at: a Wednesday, 15:30 in Paris. */
export const FIXTURE_NOW = Date.parse('2026-03-18T14:30:00Z');

const THRESHOLDS = { standbyW: 20, runningW: 120, stopW: 96 };

/** One lab of a network. */
export const LABS: Labs = {
  network: { id: 'labfab', name: 'LabFab' },
  labs: [{ id: 'pasteur', name: 'Hôtel Pasteur', timezone: 'Europe/Paris' }],
};

/** The same network with a second lab. */
export const TWO_LABS: Labs = {
  network: LABS.network,
  labs: [...LABS.labs, { id: 'fort', name: 'Fort-de-France', timezone: 'America/Martinique' }],
};

function machine(id: string, kind: string, name: string, change: Partial<Machine>): Machine {
  return {
    id,
    lab: 'pasteur',
    kind,
    name,
    activity: 'off',
    since: '2026-03-18T11:10:00Z',
    watts: 0,
    wattsAt: '2026-03-18T14:29:55Z',
    session: null,
    service: 'up',
    online: true,
    coverageToday: 1,
    heardAt: '2026-03-18T14:29:55Z',
    thresholds: THRESHOLDS,
    ...change,
  };
}

/** One machine of each condition, in one lab. */
export const MACHINES: readonly Machine[] = [
  machine('laser-1', 'laser-cutter', 'Trotec Speedy 100', {
    activity: 'running',
    since: '2026-03-18T13:02:00Z',
    watts: 1245.6,
    session: { id: 'laser-1~1', start: '2026-03-18T12:58:00Z', audience: 'student' },
  }),
  machine('printer-1', '3d-printer', 'Prusa MK4 Zoé', {
    activity: 'running',
    since: '2026-03-17T17:40:00Z',
    watts: 118.2,
  }),
  machine('printer-2', '3d-printer', 'Prusa MK4 Nino', {
    activity: 'standby',
    since: '2026-03-18T09:20:00Z',
    watts: 8.4,
  }),
  machine('printer-3', '3d-printer', 'Prusa MK4 Lou', {
    activity: 'unknown',
    since: '2026-03-18T13:02:00Z',
    watts: null,
    online: false,
    heardAt: '2026-03-18T13:01:40Z',
  }),
  machine('cnc-1', 'cnc-mill', 'Shopbot Desktop', { since: '2026-03-16T17:05:00Z' }),
  machine('vinyl-1', 'vinyl-cutter', 'Roland GS-24', { service: 'fault', since: '2026-03-12T10:00:00Z' }),
  machine('sewing-1', 'sewing-machine', 'Bernina 530', { service: 'maintenance', activity: 'unknown', online: false }),
  machine('saw-1', 'band-saw', 'Scie à ruban Kity 613', {
    activity: 'unknown',
    since: null,
    thresholds: null,
    watts: 36.2,
  }),
  machine('scanner-1', 'scanner-3d', 'Artec Eva', {
    activity: 'unknown',
    since: null,
    thresholds: null,
    watts: null,
    wattsAt: null,
    session: { id: 'scanner-1~1', start: '2026-03-18T14:20:00Z', audience: 'public' },
  }),
  machine('case-1', 'vinyl-cutter', 'Mallette itinérante', { service: 'absent', activity: 'unknown', online: null }),
];

/** A machine of the second lab. */
export const FAR_MACHINE: Machine = machine('laser-9', 'laser-cutter', 'Laser Caraïbe', {
  lab: 'fort',
  activity: 'running',
  since: '2026-03-18T12:15:00Z',
  watts: 310,
});

const HOURS: Record<string, [runningS: number | null, coverage: number | null]> = {
  'laser-1': [7500, 0.94],
  'printer-1': [55_800, 1],
  'printer-2': [5400, 1],
  'printer-3': [3120, 0.31],
  'cnc-1': [0, 1],
  'vinyl-1': [0, 1],
  'sewing-1': [0, 0],
  'saw-1': [0, 0],
  'scanner-1': [0, 0],
  'laser-9': [4500, 1],
};

/** The rows that `GET /api/v1/usage?by=machine` gives. */
export function usageRows(machines: readonly Machine[]): UsageRow[] {
  return machines.map(({ id }) => {
    const [runningS, coverage] = HOURS[id] ?? [0, null];
    return { group: { machine: id }, runningS, coverage };
  });
}

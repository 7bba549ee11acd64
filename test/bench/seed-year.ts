import { mkdirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Session } from '../../domain/layers.ts';
import { applyInput, initialFold } from '../../domain/machine-fold.ts';
import type { RollupHour } from '../../domain/rollup.ts';
import { type MachineSetting, machineSettings, seriesOf } from '../../ingest/rules.ts';
import { fillTiers } from '../../ingest/tier-up.ts';
import { SqliteLedger } from '../../stores/sqlite/ledger.ts';
import { dataFolder } from './bench-house.ts';
import { ledgerOf, registryOf } from './bench-project.ts';
import type { BenchNetwork } from './bench-registry.ts';

const HOUR_MS = 3_600_000;
const AUDIENCES = ['public', 'student', 'professional', 'association', 'staff'];
const OPENS = 8;
const CLOSES = 20;
const COMMIT_EVERY = 40;

/**
 * Fills the ledger of a new folder with hourly rollups, their sums and sessions of every machine over `days` up to now,
 * at the store's port. The journal stays empty. Returns how many hours were written.
 */
export async function seedYear(
  folder: string,
  network: BenchNetwork,
  days: number,
  say: (text: string) => void,
): Promise<number> {
  mkdirSync(dataFolder(folder), { recursive: true });
  const ledger = new SqliteLedger(ledgerOf(dataFolder(folder)));
  const registry = registryOf(network);
  const until = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const from = until - days * 24 * HOUR_MS;
  for (const series of seriesOf(registry)) await ledger.putSeries(series);
  const settings = [...machineSettings(registry)];
  let hours = 0;
  for (const [index, [machine, setting]] of settings.entries()) {
    const rollups = hoursOf(machine, setting, index, from, until);
    hours += rollups.length;
    await ledger.replaceRollups(machine, from, until, rollups);
    await ledger.replaceLayers(machine, null, null, {
      activity: [],
      service: [],
      energy: [],
      sessions: sessionsOf(machine, index, from, until),
    });
    await ledger.putFold({
      machine,
      state: stateAt(setting, machine, until),
      rolledFrom: from,
      rolledUntil: until,
      rules: setting.digest,
    });
    await fillTiers(ledger, machine, setting.stays, { start: from, end: until });
    if (index % COMMIT_EVERY !== COMMIT_EVERY - 1) continue;
    await ledger.commit({ batch: 0, seq: 0 });
    // Whoever wants to end it is heard.
    await nextTurn();
    if (index % (COMMIT_EVERY * 5) === COMMIT_EVERY * 5 - 1) say(`${index + 1} of ${settings.length} machines seeded`);
  }
  await ledger.commit({ batch: 0, seq: 0 });
  await ledger.close();
  return hours;
}

function stateAt(setting: MachineSetting, machine: string, at: number): string {
  const nothing = () => undefined;
  const state = initialFold(setting.from);
  const series = `${machine.replace('machine', 'plug')}/0/${machine}`;
  const reading = { kind: 'reading', at, series, main: true, w: 0.4, wh: null, holdMs: 25_000 } as const;
  applyInput(state, reading, setting.rules, { activity: nothing, service: nothing, session: nothing, energy: nothing });
  return JSON.stringify(state);
}

function hoursOf(machine: string, { stays }: MachineSetting, index: number, from: number, until: number): RollupHour[] {
  const rollups: RollupHour[] = [];
  for (let hour = from; hour < until; hour += HOUR_MS) {
    const ofDay = (hour / HOUR_MS) % 24;
    const isOpen = ofDay >= OPENS && ofDay < CLOSES;
    const runningMs = isOpen ? ((hour / HOUR_MS) * 31 + index * 17) % HOUR_MS : 0;
    const openMs = isOpen ? HOUR_MS : 0;
    rollups.push({
      machine,
      lab: stays[0]?.lab.id ?? '',
      hour,
      offMs: HOUR_MS - openMs,
      standbyMs: openMs - runningMs,
      runningMs,
      unknownMs: 0,
      bridgedMs: 0,
      badgedMs: runningMs,
      attributedMs: runningMs,
      openMs,
      outsideMs: 0,
      runningOpenMs: runningMs,
      unknownOpenMs: 0,
      heldOpenMs: runningMs,
      faultMs: 0,
      maintenanceMs: 0,
      faultOpenMs: 0,
      maintenanceOpenMs: 0,
      unknownMaintenanceOpenMs: 0,
      sessions: ofDay === OPENS ? 2 : 0,
      doubtful: 0,
      energyWh: runningMs / 20_000,
      recoveredWh: 0,
    });
  }
  return rollups;
}

/** Two sessions a day. */
function sessionsOf(machine: string, index: number, from: number, until: number): Session[] {
  const sessions: Session[] = [];
  for (let start = from + OPENS * HOUR_MS; start < until - HOUR_MS; start += 12 * HOUR_MS) {
    const n = sessions.length + index;
    sessions.push({
      id: `${machine}~${start.toString(36)}`,
      machine,
      start,
      end: start + HOUR_MS / 2,
      startCause: 'badge',
      endCause: 'badge-out',
      confidence: 'certain',
      runningMs: HOUR_MS / 4,
      standbyMs: HOUR_MS / 4,
      unknownMs: 0,
      energyWh: 90,
      member: `member-${n % 300}`,
      audience: AUDIENCES[n % AUDIENCES.length] as string,
      people: null,
    });
  }
  return sessions;
}

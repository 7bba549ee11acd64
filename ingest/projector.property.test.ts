import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryPicks, type CorrectionPick, correctionsOf, withCorrections } from '../test/projection/corrections.ts';
import {
  arbitraryDisorder,
  arbitraryEvents,
  arbitrarySteps,
  disordered,
  registryOf,
  type Step,
} from '../test/projection/events.ts';
import { type LedgerDump, ProjectionHouse, type RoutedEvent } from '../test/projection/house.ts';
import { expectUsageLaws } from '../test/projection/usage-laws.ts';

const RUNS = { numRuns: Number(process.env.RUNS ?? 1000) };
const MACHINES = ['laser-1', 'saw-1'];

/** Feeds events step by step, the steps again and again until all have arrived; returns the registries on the way. */
async function feed(house: ProjectionHouse, events: readonly RoutedEvent[], steps: readonly Step[]) {
  const registries: unknown[] = [];
  let sent = 0;
  for (let round = 0; sent < events.length && round < 40; round++) {
    for (const step of steps) {
      if (step.do === 'append') {
        const batch = events.slice(sent, sent + step.events);
        sent += batch.length;
        if (batch.length > 0) await house.append(batch);
      } else if (step.do === 'registry') {
        registries.push(registryOf(step.change));
        await house.setRegistry(registries.at(-1));
      } else if (step.do === 'catchUp') await house.projector.catchUp();
      else if (step.do === 'rebuild') await rebuildFor(house, step.looks);
      else if (step.do === 'flush') await house.projector.flush();
      else await house.restart();
    }
  }
  if (sent < events.length) await house.append(events.slice(sent));
  await house.settle();
  return registries;
}

/** Computes the past again until the clock was looked at so many times: after each input. */
async function rebuildFor(house: ProjectionHouse, looks: number): Promise<void> {
  let looked = 0;
  await house.projector.rebuild(() => ++looked > looks);
}

/** Energy of a session is summed from another checkpoint, so that its last digits may differ. */
function rounded(dump: LedgerDump): LedgerDump {
  const round = (session: LedgerDump['sessions'][number]) => ({
    ...session,
    energyWh: session.energyWh === null ? null : Math.round(session.energyWh * 1e6) / 1e6,
  });
  return { ...dump, sessions: dump.sessions.map(round), folded: dump.folded.map(round) };
}

/** Corrections are made long after all is over, and questions asked. */
const MADE_AT = Date.parse('2026-11-02T12:00:00Z');

async function compare(
  events: RoutedEvent[],
  arriving: RoutedEvent[],
  steps: Step[],
  picks: CorrectionPick[],
  cuts: [number, number, number],
): Promise<{ rollups: number; days: number; corrected: number }> {
  const house = await ProjectionHouse.open(registryOf());
  const straight = await ProjectionHouse.open(registryOf());
  try {
    if (events.length > 0) await straight.append(events);
    await straight.settle();
    const sessions = await straight.ledger.sessions(MACHINES, 0, MADE_AT);
    const corrections = correctionsOf(picks, sessions, MADE_AT);
    const registries = await feed(house, withCorrections(arriving, corrections), steps);
    expect(await house.differences()).toEqual([]);
    for (const registry of registries) await straight.setRegistry(registry);
    if (corrections.length > 0) await straight.append(corrections.map(({ event }) => event));
    await straight.settle();
    expect(await straight.differences()).toEqual([]);
    let rollups = 0;
    let days = 0;
    let corrected = 0;
    for (const machine of MACHINES) {
      const dump = await house.dump(machine);
      expect(rounded(dump)).toEqual(rounded(await straight.dump(machine)));
      rollups += dump.rollups.length;
      days += dump.tiers.day.length;
      corrected += (await house.ledger.corrected(machine)).sessions.length;
    }
    await expectUsageLaws(house.queries(MADE_AT), MACHINES, cuts);
    return { rollups, days, corrected };
  } finally {
    await house.close();
    await straight.close();
  }
}

describe('laws of the projection, over SQLite', () => {
  it('2 and 3: order, batches, repeats, restarts, crashes and changes of the registry change nothing; 1, 4, 5 and 7: what is asked of it adds up', {
    timeout: 900_000,
  }, async () => {
    let rollups = 0;
    let days = 0;
    let corrected = 0;
    const cases = { changing: 0, steady: 0 };
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        arbitraryEvents,
        arbitraryDisorder,
        fc.oneof({ weight: 1, arbitrary: arbitrarySteps(false) }, { weight: 2, arbitrary: arbitrarySteps(true) }),
        arbitraryPicks,
        fc.tuple(share, share, share),
        async (events, disorder, steps, picks, cuts) => {
          const found = await compare(events, disordered(events, disorder), steps, picks, cuts);
          rollups += found.rollups;
          days += found.days;
          corrected += found.corrected;
          cases[steps.some((step) => step.do === 'registry') ? 'changing' : 'steady'] += 1;
        },
      ),
      RUNS,
    );
    expect(rollups).toBeGreaterThan(RUNS.numRuns);
    expect(days).toBeGreaterThan(RUNS.numRuns / 3);
    expect(corrected).toBeGreaterThan(RUNS.numRuns / 3);
    expect(Math.min(cases.changing, cases.steady)).toBeGreaterThan(RUNS.numRuns / 10);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActivityInterval, ServiceInterval, Session } from './layers.ts';
import type { OpeningInterval } from './opening.ts';
import { Registry } from './registry.ts';
import { measure } from './rollup.ts';
import { labLifetime } from './stay.ts';
import { type Stretch, stretchesOf } from './stretch.ts';

const [LAB] = Registry.parse({ network: { id: 'n', name: 'N' }, labs: [{ id: 'l', name: 'L', timezone: 'UTC' }] }).labs;
const STAY = { lab: LAB!, ...labLifetime(LAB!) };
const LENGTH = 100_000;

/** A layer of spans with holes between some of them; the last may have no end. */
function layerArb<T>(make: (start: number, end: number, pick: number) => T): fc.Arbitrary<T[]> {
  return fc
    .array(fc.tuple(fc.nat(LENGTH), fc.nat(1000)), { maxLength: 20 })
    .map((marks) => marks.sort(([a], [b]) => a - b))
    .map((marks) =>
      marks.slice(1).flatMap(([end, pick], index) => {
        const [start] = marks[index]!;
        return start < end && pick % 5 > 0 ? [make(start, end, pick)] : [];
      }),
    );
}

const pickOf = <T>(choices: readonly T[], pick: number): T => choices[pick % choices.length]!;

const activityArb = layerArb<ActivityInterval>((start, end, pick) => {
  const activity = pickOf(['off', 'standby', 'running', 'unknown'] as const, pick);
  const bridgedMs = activity === 'running' ? pick % (end - start + 1) : 0;
  return { start, end, activity, source: 'power', bridgedMs, censored: false };
});
const serviceArb = layerArb<ServiceInterval>((start, end, pick) => ({
  start,
  end: pick > 980 && end > 0.9 * LENGTH ? null : end,
  state: pickOf(['up', 'fault', 'maintenance', 'absent'] as const, pick),
  source: 'declared',
})).map((layer) => layer.slice(0, layer.findIndex(({ end }) => end === null) + 1 || layer.length));
const openingArb = fc.option(
  layerArb<OpeningInterval>((start, end, pick) => ({
    start,
    end,
    state: pickOf(['staffed', 'public'] as const, pick),
  })),
);
const sessionArb = layerArb<Session>((start, end, pick) => ({
  ...{ id: `m~${start}`, machine: 'm', start, end, startCause: 'badge', endCause: 'badge-out' },
  confidence: pickOf(['certain', 'doubtful'] as const, pick),
  ...{
    runningMs: 0,
    standbyMs: 0,
    unknownMs: 0,
    energyWh: null,
    member: `${pick % 7}`,
    audience: 'public',
    people: null,
  },
}));

const sum = (stretches: readonly Stretch[], isOne: (stretch: Stretch) => boolean) =>
  stretches.filter(isOne).reduce((ms, { start, end }) => ms + end - start, 0);

describe('stretchesOf()', () => {
  it('parts the window into time whose sums are what is measured', () => {
    const windowArb = fc
      .tuple(fc.nat(LENGTH), fc.nat(LENGTH))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const);
    fc.assert(
      fc.property(
        fc.tuple(activityArb, serviceArb, sessionArb, openingArb, windowArb),
        ([activity, service, sessions, opening, [from, to]]) => {
          const stretches = stretchesOf({ activity, service, sessions, opening }, from, to);
          const edges = stretches.flatMap(({ start, end }) => [start, end]);
          expect([edges[0], edges.at(-1)]).toEqual([from, to]);
          for (let index = 1; index < stretches.length; index += 1)
            expect(stretches[index]!.start).toBe(stretches[index - 1]!.end);
          const layers = { activity, service };
          const totals = measure({ machine: 'm', stay: STAY, layers, opening, energy: null, sessions }, from, to);
          const isRunning = (one: Stretch) => one.activity === 'running';
          const isOpen = (one: Stretch) => one.opening === 'staffed' || one.opening === 'public';
          const ofOpening = (isOne: (stretch: Stretch) => boolean) =>
            opening && sum(stretches, (one) => isOpen(one) && isOne(one));
          expect({
            offMs: sum(stretches, (one) => one.activity === 'off'),
            standbyMs: sum(stretches, (one) => one.activity === 'standby'),
            runningMs: sum(stretches, isRunning),
            unknownMs: sum(stretches, (one) => one.activity === 'unknown'),
            bridgedMs: stretches.reduce((ms, { bridgedMs }) => ms + bridgedMs, 0),
            badgedMs: sum(stretches, (one) => one.session !== null),
            attributedMs: sum(stretches, (one) => isRunning(one) && one.session !== null),
            faultMs: sum(stretches, (one) => one.service === 'fault'),
            maintenanceMs: sum(stretches, (one) => one.service === 'maintenance'),
            openMs: ofOpening(() => true),
            outsideMs: opening && sum(stretches, (one) => isRunning(one) && !isOpen(one)),
            runningOpenMs: ofOpening(isRunning),
            unknownOpenMs: ofOpening((one) => one.activity === 'unknown'),
            heldOpenMs: ofOpening((one) => isRunning(one) || one.session !== null),
            faultOpenMs: ofOpening((one) => one.service === 'fault'),
            maintenanceOpenMs: ofOpening((one) => one.service === 'maintenance'),
            unknownMaintenanceOpenMs: ofOpening((one) => one.service === 'maintenance' && one.activity === 'unknown'),
          }).toEqual(Object.fromEntries(Object.entries(totals).filter(([name]) => name.endsWith('Ms'))));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is nothing of an empty window', () => {
    expect(stretchesOf({ activity: [], service: [], sessions: [], opening: null }, 5, 5)).toEqual([]);
  });
});

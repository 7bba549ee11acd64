import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity, ActivityInterval, EnergyHour, ServiceInterval, Session } from './layers.ts';
import { openingIntervals } from './opening.ts';
import { Registry } from './registry.ts';
import { type MachineHistory, measure, rollupHours } from './rollup.ts';
import { labLifetime } from './stay.ts';
import { nextPeriod, startOfPeriod } from './time.ts';
import { usageRow } from './usage.ts';
import { addTotals, combineRows, emptySum, type UsageSum } from './usage-sum.ts';

const HOUR = 3_600_000;
const ZONES = ['Europe/Paris', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns'];
const STARTS = ['2026-03-27T00:00:00Z', '2026-10-23T00:00:00Z', '2026-04-03T00:00:00Z', '2026-06-01T00:00:00Z'].map(
  Date.parse,
);
const DAYS = 4;

const LABS = Registry.parse({
  network: { id: 'n', name: 'N' },
  labs: ZONES.flatMap((timezone, index) => [
    { id: `open-${index}`, name: 'A', timezone, opening: 'Mo-Su 09:00-18:00; Fr 20:00-03:00' },
    { id: `bare-${index}`, name: 'B', timezone },
  ]),
}).labs;

const cuts = (max: number) => fc.uniqueArray(fc.integer({ min: 0, max: DAYS * 24 * HOUR }), { maxLength: max });

/** Cuts time into stretches and gives each what `make` says. */
function layer<T>(marks: number[], begin: number, make: (start: number, end: number, index: number) => T | null): T[] {
  const edges = [...new Set(marks)].sort((a, b) => a - b);
  return edges.slice(1).flatMap((edge, index) => make(begin + edges[index]!, begin + edge, index) ?? []);
}

const ACTIVITIES: Activity[] = ['off', 'standby', 'running', 'unknown'];

const historyArb: fc.Arbitrary<{ history: MachineHistory; begin: number; end: number }> = fc
  .record({
    lab: fc.constantFrom(...LABS),
    begin: fc.constantFrom(...STARTS),
    activityMarks: cuts(30),
    serviceMarks: cuts(6),
    sessionMarks: cuts(14),
    picks: fc.array(fc.nat(1_000_000), { minLength: 32, maxLength: 32 }),
    energy: fc.option(
      fc.array(
        fc.record({ slot: fc.nat(DAYS * 24 - 1), wh: fc.double({ min: 0, max: 9e4, noNaN: true }), late: fc.nat(50) }),
        {
          maxLength: 20,
        },
      ),
    ),
  })
  .map(({ lab, begin, activityMarks, serviceMarks, sessionMarks, picks, energy }) => {
    const end = begin + DAYS * 24 * HOUR;
    const pick = (index: number) => picks[index % picks.length]!;
    const activity = layer<ActivityInterval>(activityMarks, begin, (start, stop, index) => {
      const name = ACTIVITIES[pick(index) % 4]!;
      const bridgedMs = name === 'running' ? pick(index) % (stop - start + 1) : 0;
      return { start, end: stop, activity: name, source: 'power', bridgedMs, censored: false };
    });
    const service = layer<ServiceInterval>(serviceMarks, begin, (start, stop, index) => ({
      start,
      end: stop,
      state: (['up', 'fault', 'maintenance', 'absent'] as const)[pick(index) % 4]!,
      source: 'declared',
    }));
    const sessions = layer<Session>(sessionMarks, begin, (start, stop, index) =>
      pick(index) % 3 === 0 ? null : sessionOf(start, stop, pick(index)),
    );
    const hours: EnergyHour[] | null =
      energy?.map(({ slot, wh, late }) => ({ series: 's', hour: begin + slot * HOUR, wh, recoveredWh: late })) ?? null;
    hours?.sort((a, b) => a.hour - b.hour);
    const opening = openingIntervals(lab, begin, end);
    return {
      begin,
      end,
      history: {
        machine: 'm',
        stay: { lab, ...labLifetime(lab) },
        layers: { activity, service },
        opening,
        energy: hours,
        sessions,
      },
    };
  });

function sessionOf(start: number, end: number, seed: number): Session {
  return {
    id: `m~${start}`,
    machine: 'm',
    start,
    end,
    startCause: 'badge',
    endCause: 'badge-out',
    confidence: seed % 2 === 0 ? 'certain' : 'doubtful',
    runningMs: 0,
    standbyMs: 0,
    unknownMs: 0,
    energyWh: null,
    member: `t${seed % 5}`,
    audience: 'public',
    people: null,
  };
}

function sumOf(history: MachineHistory, from: number, to: number): UsageSum {
  const sum = emptySum();
  if (from < to) addTotals(sum, measure(history, from, to));
  for (const { start, member } of history.sessions) if (start >= from && start < to) sum.members.add(member);
  return sum;
}

/** Everything that adds up; energy as it is rounded. */
function additive(sum: UsageSum): Record<string, unknown> {
  const { members: _, energyWh, recoveredWh, ...rest } = sum;
  const rounded = (value: number | null) => (value === null ? null : Number(value.toFixed(4)));
  return { ...rest, energyWh: rounded(energyWh), recoveredWh: rounded(recoveredWh) };
}

const RUNS = { numRuns: 1000 };

describe('the laws of usage', () => {
  it('1 and 4: rollups are what the intervals say, and the layers partition every hour', () => {
    fc.assert(
      fc.property(historyArb, ({ history, begin, end }) => {
        const rollups = rollupHours(history, begin, end);
        for (const { hour, offMs, standbyMs, runningMs, unknownMs } of rollups) {
          const lengthMs = nextPeriod(hour, 'hour', history.stay.lab.timezone) - hour;
          expect(offMs + standbyMs + runningMs + unknownMs).toBe(lengthMs);
        }
        const from = rollups[0]!.hour;
        const to = nextPeriod(rollups.at(-1)!.hour, 'hour', history.stay.lab.timezone);
        const sum = emptySum();
        for (const rollup of rollups) addTotals(sum, rollup);
        expect(additive(sum)).toEqual(additive(sumOf(history, from, to)));
        expect(sum.windowMs).toBe(to - from);
        expect(from - begin).toBeLessThan(1.5 * HOUR);
        expect(end - to).toBeLessThan(1.5 * HOUR);
      }),
      RUNS,
    );
  });

  it('4: the sum of the days is the whole, in milliseconds', () => {
    fc.assert(
      fc.property(historyArb, ({ history, begin, end }) => {
        const zone = history.stay.lab.timezone;
        const days: UsageSum[] = [];
        for (let at = startOfPeriod(begin, 'day', zone); at < end; at = nextPeriod(at, 'day', zone)) {
          days.push(sumOf(history, Math.max(at, begin), Math.min(nextPeriod(at, 'day', zone), end)));
        }
        const whole = sumOf(history, begin, end);
        expect(additive(combineRows(days))).toEqual(additive(whole));
        const sizes = days.map(({ members }) => members.size);
        const { size } = combineRows(days).members;
        expect(size).toBe(whole.members.size);
        expect(size).toBeGreaterThanOrEqual(Math.max(...sizes));
        expect(size).toBeLessThanOrEqual(sizes.reduce((a, b) => a + b, 0));
      }),
      RUNS,
    );
  });

  it('5: usage of [a,c) is usage of [a,b) plus [b,c)', () => {
    const spot = fc.nat(DAYS * 24 * HOUR);
    fc.assert(
      fc.property(historyArb, spot, spot, spot, ({ history, begin }, x, y, z) => {
        const [a, b, c] = [x, y, z].map((offset) => begin + offset).sort((p, q) => p - q) as [number, number, number];
        const parts = combineRows([sumOf(history, a, b), sumOf(history, b, c)]);
        expect(additive(parts)).toEqual(additive(combineRows([sumOf(history, a, c)])));
      }),
      RUNS,
    );
  });

  it('4 and 7: machines add up to the lab, attributed time is bounded, and every ratio lies in [0, 1]', () => {
    fc.assert(
      fc.property(historyArb, historyArb, (one, other) => {
        const sums = [one, other].map(({ history, begin, end }) => sumOf(history, begin, end));
        const lab = combineRows(sums);
        expect(lab.runningMs).toBe(sums[0]!.runningMs + sums[1]!.runningMs);
        expect(lab.windowMs).toBe(2 * DAYS * 24 * HOUR);
        for (const sum of [...sums, lab]) {
          expect(sum.attributedMs).toBeLessThanOrEqual(Math.min(sum.runningMs, sum.badgedMs));
          const { coverage, utilisation, occupation, availability, efficiency, attributedShare, reasons } =
            usageRow(sum);
          const { value, ...bases } = utilisation;
          const ratios = { coverage, utilisation: value, occupation, availability, efficiency, attributedShare };
          const named = Object.entries(bases).map(([name, ratio]) => [`utilisation.${name}`, ratio] as const);
          expect(named).toHaveLength(4);
          for (const [name, ratio] of [...Object.entries(ratios), ...named]) {
            if (ratio === null) expect(reasons).toHaveProperty([name]);
            else expect(ratio >= 0 && ratio <= 1).toBe(true);
          }
          if (utilisation.low !== null) expect(utilisation.high).toBeGreaterThanOrEqual(utilisation.low);
        }
      }),
      RUNS,
    );
  });
});

describe('law 6', () => {
  const [from, days] = [Date.parse('2026-06-01T00:00:00Z'), 4];
  /** A zone whose clocks show `hours` less, so that the same opening hours come `hours` later. */
  const labAt = (hours: number) => {
    const timezone = hours === 0 ? 'UTC' : `Etc/GMT+${hours}`;
    const lab = {
      id: 'l',
      name: 'L',
      timezone,
      opening: 'Mo-Su 09:00-18:00; Fr 20:00-03:00',
      public: 'We 14:00-18:00',
    };
    return Registry.parse({ network: { id: 'n', name: 'N' }, labs: [lab] }).labs[0]!;
  };
  const labs = Array.from({ length: 13 }, (_, hours) => labAt(hours));

  function moved({ layers, energy, sessions }: MachineHistory, hours: number, by: number): MachineHistory {
    const shift = <T extends { start: number; end: number | null }>(one: T): T => ({
      ...one,
      start: one.start + by,
      end: one.end === null ? null : one.end + by,
    });
    const lab = labs[hours]!;
    return {
      machine: 'm',
      stay: { lab, ...labLifetime(lab) },
      layers: { activity: layers.activity.map(shift), service: layers.service.map(shift) },
      opening: openingIntervals(lab, from + by, from + by + days * 24 * HOUR),
      energy: energy?.map((one) => ({ ...one, hour: one.hour + by })) ?? null,
      sessions: sessions.map(shift),
    };
  }

  it('moving all events and hours by a fixed offset moves the rollups and days, and changes nothing else', () => {
    let open = 0;
    fc.assert(
      fc.property(historyArb, fc.integer({ min: 0, max: 12 }), fc.constantFrom(-60, 0, 1, 17), (one, hours, weeks) => {
        const by = hours * HOUR + weeks * 7 * 24 * HOUR;
        const near = moved(one.history, 0, from - one.begin);
        const far = moved(one.history, hours, from - one.begin + by);
        const end = from + days * 24 * HOUR;
        const rollups = rollupHours(near, from, end);
        expect(rollupHours(far, from + by, end + by).map((row) => ({ ...row, hour: row.hour - by }))).toEqual(rollups);
        for (let at = from; at < end; at = nextPeriod(at, 'day', 'UTC')) {
          expect(nextPeriod(at + by, 'day', far.stay.lab.timezone)).toBe(nextPeriod(at, 'day', 'UTC') + by);
          expect(usageRow(sumOf(far, at + by, at + by + 24 * HOUR))).toEqual(usageRow(sumOf(near, at, at + 24 * HOUR)));
        }
        open += rollups.filter(({ openMs }) => (openMs ?? 0) > 0).length;
      }),
      RUNS,
    );
    expect(open).toBeGreaterThan(RUNS.numRuns);
  });
});

describe('usageRow()', () => {
  const [lab] = LABS;
  const from = Date.parse('2026-06-02T00:00:00Z');
  const at = (hours: number) => from + hours * HOUR;
  const interval = (start: number, end: number, activity: Activity): ActivityInterval => ({
    start: at(start),
    end: at(end),
    activity,
    source: 'power',
    bridgedMs: 0,
    censored: false,
  });
  const history: MachineHistory = {
    machine: 'm',
    stay: { lab: lab!, ...labLifetime(lab!) },
    layers: {
      activity: [
        interval(0, 8, 'off'),
        interval(8, 10, 'running'),
        interval(10, 12, 'standby'),
        interval(15, 17, 'running'),
      ],
      service: [{ start: at(12), end: at(13), state: 'maintenance', source: 'declared' }],
    },
    // Paris in summer: 09:00 to 18:00 is 07:00 to 16:00 UTC.
    opening: openingIntervals(lab!, from, at(24)),
    energy: [{ series: 's', hour: at(9), wh: 500, recoveredWh: 70 }],
    sessions: [{ ...sessionOf(at(9), at(11), 0), end: null }],
  };

  it('gives every quantity of a day by hand', () => {
    const now = at(18);
    const sum = emptySum();
    addTotals(sum, measure({ ...history, sessions: [sessionOf(at(9), at(11), 0)] }, from, now, now));
    expect(usageRow(sum)).toEqual({
      windowS: 18 * 3600,
      offS: 8 * 3600,
      standbyS: 2 * 3600,
      runningS: 4 * 3600,
      unknownS: 4 * 3600,
      bridgedS: 0,
      badgedS: 2 * 3600,
      attributedS: 3600,
      outsideS: 3600,
      openS: 9 * 3600,
      runningOpenS: 3 * 3600,
      unknownOpenS: 3 * 3600,
      heldOpenS: 4 * 3600,
      faultOpenS: 0,
      maintenanceOpenS: 3600,
      unknownMaintenanceOpenS: 3600,
      downS: 0,
      maintenanceS: 3600,
      sessions: 1,
      doubtful: 0,
      members: 0,
      energyWh: 570,
      recoveredWh: 70,
      coverage: 14 / 18,
      attributedShare: 1 / 4,
      // O = 9 h, M∩O = 1 h, T = 8 h, U∩(O∖M) = 2 h, R∩O = 3 h, (B∪R)∩O = 4 h
      utilisation: { value: 3 / 6, low: 3 / 8, high: 5 / 8, calendar: 4 / 14, opening: 3 / 9 },
      occupation: 4 / 6,
      availability: 1,
      efficiency: 4 / 6,
    });
  });

  it('leaves recovered energy out of hourly profiles', () => {
    const sum = emptySum();
    addTotals(sum, measure(history, at(9), at(10)));
    expect(usageRow(sum, 'hour').energyWh).toBe(500);
    expect(usageRow(sum).energyWh).toBe(570);
  });

  it('does not take the energy of time in which nothing was heard for zero', () => {
    expect(measure(history, at(20), at(21))).toMatchObject({ energyWh: null, recoveredWh: null });
    expect(measure(history, at(0), at(1))).toMatchObject({ energyWh: 0, recoveredWh: 0 });
    const sum = emptySum();
    addTotals(sum, measure(history, at(20), at(21)));
    expect(usageRow(sum).reasons).toMatchObject({ energyWh: 'not-observed' });
  });

  it('counts an open session up to the end of the window, and the running hour as filled up to now', () => {
    const now = at(9.5);
    const totals = measure(history, at(9), now, now);
    expect(totals).toMatchObject({ badgedMs: HOUR / 2, sessions: 1, energyWh: 500 });
  });

  it('says why nothing can be said', () => {
    expect(usageRow(emptySum()).reasons).toMatchObject({ coverage: 'no-time-counted', utilisation: 'no-time-counted' });
    const closed = emptySum();
    addTotals(closed, measure(history, at(20), at(22)));
    expect(usageRow(closed).reasons).toMatchObject({
      utilisation: 'no-opening-time',
      availability: 'no-opening-time',
      efficiency: 'not-observed',
      attributedShare: 'not-observed',
      'utilisation.calendar': 'not-observed',
      'utilisation.opening': 'no-opening-time',
    });
    const silent = emptySum();
    addTotals(silent, measure({ ...history, opening: [{ start: at(20), end: at(21) }] }, at(20), at(22)));
    expect(usageRow(silent).reasons).toMatchObject({ 'utilisation.opening': 'not-observed' });
    const bare = emptySum();
    addTotals(bare, measure({ ...history, opening: null, energy: null }, at(0), at(1)));
    expect(usageRow(bare).reasons).toMatchObject({
      openS: 'no-opening-hours',
      energyWh: 'not-measured',
      efficiency: 'not-powered',
      attributedShare: 'not-running',
      'utilisation.opening': 'no-opening-hours',
    });
  });

  it('counts nothing before the lab begins or after it ends', () => {
    const life = { ...lab!, since: '2026-06-02', until: '2026-06-03' };
    expect(rollupHours({ ...history, stay: { lab: life, ...labLifetime(life) } }, at(-48), at(72))).toHaveLength(24);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity, ActivityInterval, Session } from '../domain/layers.ts';
import { openingIntervals } from '../domain/opening.ts';
import { Registry } from '../domain/registry.ts';
import { measure } from '../domain/rollup.ts';
import { staysOf } from '../domain/stay.ts';
import { formatInstant } from '../domain/time.ts';
import { addTotals, emptySum, type UsageSum } from '../domain/usage-sum.ts';
import { rollupStays } from './roll-up.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Around the change of clocks in Europe and on Lord Howe (by half an hour). */
const BEGIN = Date.parse('2026-03-28T00:00:00Z');
const HOURS = 48;
const END = BEGIN + HOURS * HOUR;
const ZONES = ['Europe/Paris', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const LABS = Registry.parse({
  network: { id: 'n', name: 'N' },
  labs: ZONES.map((timezone, index) => ({ id: `lab-${index}`, name: 'L', timezone, opening: 'Mo-Su 09:00-18:00' })),
}).labs;

/** Loans one after the other, with gaps, at odd minutes. */
const loansArb = fc
  .uniqueArray(fc.integer({ min: 0, max: HOURS * 60 }), { minLength: 2, maxLength: 12 })
  .chain((minutes) =>
    fc.array(fc.constantFrom('lab-1', 'lab-2'), { minLength: 6, maxLength: 6 }).map((labs) => {
      const marks = minutes.toSorted((a, b) => a - b).map((minute) => formatInstant(BEGIN + minute * MINUTE));
      return marks.flatMap((since, index) => {
        const until = marks[index + 1];
        return index % 2 === 0 && until ? [{ lab: labs[index / 2] as string, since, until }] : [];
      });
    }),
  );

const layersArb = fc
  .uniqueArray(fc.integer({ min: 0, max: HOURS * HOUR }), { minLength: 2, maxLength: 40 })
  .map((marks) => marks.toSorted((a, b) => a - b).map((mark) => BEGIN + mark))
  .chain((marks) => fc.tuple(fc.constant(marks), fc.array(fc.nat(11), { minLength: 40, maxLength: 40 })));

function historyOf([marks, picks]: [number[], number[]]) {
  const activity: ActivityInterval[] = [];
  const sessions: Session[] = [];
  for (const [index, end] of marks.slice(1).entries()) {
    const start = marks[index] as number;
    const pick = picks[index] as number;
    const name = (['off', 'standby', 'running', 'unknown'] as Activity[])[pick % 4] as Activity;
    activity.push({ start, end, activity: name, source: 'power', bridgedMs: 0, censored: false });
    if (pick < 6) sessions.push(sessionOf(start, end, pick));
  }
  return { machine: 'm', layers: { activity, service: [] }, energy: null, sessions };
}

function sessionOf(start: number, end: number, pick: number): Session {
  const sums = { runningMs: 0, standbyMs: 0, unknownMs: 0, energyWh: null };
  const causes = { startCause: 'badge', endCause: 'badge-out', confidence: 'certain' } as const;
  return {
    id: `m~${start}`,
    machine: 'm',
    start,
    end,
    ...causes,
    ...sums,
    member: `member-${pick}`,
    audience: 'public',
    people: null,
  };
}

/** Amounts that add up. */
function amounts(sum: UsageSum): unknown {
  const { members: _, machines: __, unmetered: ___, ...rest } = sum;
  return rest;
}

describe('totals of a machine that is lent', () => {
  it('of its labs add up to its own, and those of each lab are what its layers say for the time it was there', () => {
    fc.assert(
      fc.property(loansArb, layersArb, (loans, layers) => {
        const { machines } = Registry.parse({
          network: { id: 'n', name: 'N' },
          machines: [{ id: 'm', lab: 'lab-0', kind: 'kit', name: 'M', loans }],
        });
        const stays = staysOf(machines[0]!, new Map(LABS.map((lab) => [lab.id, lab])));
        const history = historyOf(layers);
        const pieces = rollupStays(stays, history, BEGIN, END);
        const from = pieces[0]!.hour;
        const last = pieces.at(-1)!;
        const to = last.hour + last.offMs + last.standbyMs + last.runningMs + last.unknownMs;
        const whole = emptySum();
        for (const piece of pieces) addTotals(whole, piece);
        expect(whole.windowMs).toBe(to - from);
        const known = { ...history, stay: stays[0]!, opening: [] };
        expect([whole.runningMs, whole.badgedMs, whole.sessions]).toEqual(
          Object.values(pick(measure(known, from, to))),
        );
        for (const { id } of LABS) {
          const there = emptySum();
          for (const piece of pieces) if (piece.lab === id) addTotals(there, piece);
          const measured = emptySum();
          for (const stay of stays) {
            const [start, end] = [Math.max(from, stay.start), Math.min(to, stay.end)];
            if (stay.lab.id !== id || start >= end) continue;
            addTotals(
              measured,
              measure({ ...history, stay, opening: openingIntervals(stay.lab, start, end) }, start, end),
            );
          }
          expect(amounts(there)).toEqual(amounts(measured));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function pick({ runningMs, badgedMs, sessions }: { runningMs: number; badgedMs: number; sessions: number }) {
  return { runningMs, badgedMs, sessions };
}

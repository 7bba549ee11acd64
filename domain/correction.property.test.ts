import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryPicks, correctionsOf } from '../test/projection/corrections.ts';
import { applyCorrections, checkCorrection } from './correction.ts';
import type { CorrectionRecord } from './correction-record.ts';
import type { ActivityInterval, Session } from './layers.ts';
import { clipSpans, spansMs } from './spans.ts';

const RUNS = { numRuns: Number(process.env.RUNS ?? 2000) };
const BEGIN = Date.parse('2026-11-16T08:00:00Z');
const MINUTE_MS = 60_000;
const NOW = BEGIN + 48 * 60 * MINUTE_MS;

/** Sessions with and without time between them. */
const arbitraryFolded: fc.Arbitrary<Session[]> = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 0, 5, 90),
      fc.integer({ min: 1, max: 200 }),
      fc.constantFrom('ada', 'ada', 'bob', 'class'),
    ),
    {
      minLength: 1,
      maxLength: 7,
    },
  )
  .map((pieces) => {
    let at = BEGIN;
    return pieces.map(([gap, length, member]) => {
      const start = at + gap * MINUTE_MS;
      at = start + length * MINUTE_MS;
      const causes = { startCause: 'badge', endCause: 'idle', confidence: 'doubtful' } as const;
      const sums = { runningMs: 0, standbyMs: 0, unknownMs: at - start, energyWh: 1 };
      const id = `laser-1~${start.toString(36)}`;
      const people = member === 'class' ? 12 : null;
      return { id, machine: 'laser-1', start, end: at, ...causes, ...sums, member, audience: 'public', people };
    });
  });

const arbitraryActivity: fc.Arbitrary<ActivityInterval[]> = fc
  .array(
    fc.tuple(
      fc.integer({ min: 1, max: 90 }),
      fc.constantFrom<ActivityInterval['activity']>('off', 'standby', 'running', 'unknown'),
    ),
  )
  .map((pieces) => {
    let at = BEGIN - 30 * MINUTE_MS;
    return pieces.map(([length, activity]) => {
      const start = at;
      at += length * MINUTE_MS;
      return { start, end: at, activity, source: 'power', bridgedMs: 0, censored: false };
    });
  });

const arbitraryCase = fc
  .tuple(arbitraryFolded, arbitraryActivity, arbitraryPicks, fc.infiniteStream(fc.nat(1000)))
  .map(([folded, activity, picks, dice]) => {
    const records = correctionsOf(picks, folded, NOW).map(({ event }, index): CorrectionRecord => {
      if (event.body.kind !== 'correction') throw new Error('not a correction');
      const { id, session, change, author, reason, at } = event.body;
      return { seq: 10 + index, id, session, change, author, reason, at };
    });
    return { folded, activity, records, dice };
  });

function shuffled<T>(items: readonly T[], dice: Iterator<number>): T[] {
  return items
    .map((item) => ({ item, key: dice.next().value as number }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

describe('laws of corrections', () => {
  it('sessions in effect never overlap, last some time, and their parts fit in them', () => {
    let applied = 0;
    fc.assert(
      fc.property(arbitraryCase, ({ folded, activity, records }) => {
        const { sessions, outcomes } = applyCorrections(folded, records, activity);
        applied += [...outcomes.values()].filter(({ state }) => state === 'applied').length;
        expect(new Set(sessions.map(({ id }) => id)).size).toBe(sessions.length);
        for (const [index, { start, end, runningMs, standbyMs, unknownMs, endCause }] of sessions.entries()) {
          expect(end).toBeGreaterThan(start);
          expect(start).toBeGreaterThanOrEqual(sessions[index - 1]?.end ?? Number.NEGATIVE_INFINITY);
          const lengthMs = (end ?? start) - start;
          expect(runningMs + standbyMs + unknownMs).toBeLessThanOrEqual(lengthMs);
          if (endCause !== 'corrected') continue;
          const running = activity.filter((one) => one.activity === 'running');
          expect(runningMs).toBe(spansMs(clipSpans(running, start, end ?? start)));
        }
      }),
      RUNS,
    );
    expect(applied).toBeGreaterThan(RUNS.numRuns);
  });

  it('the order in which records and sessions are read changes nothing', () => {
    fc.assert(
      fc.property(arbitraryCase, ({ folded, activity, records, dice }) => {
        const again = [
          ...records,
          ...shuffled(records, dice)
            .slice(0, 2)
            .map((one) => ({ ...one, seq: one.seq + 100 })),
        ];
        const one = applyCorrections(folded, records, activity);
        const other = applyCorrections(shuffled(folded, dice), shuffled(again, dice), activity);
        expect(other.sessions).toEqual(one.sessions);
        expect(new Map(other.outcomes)).toEqual(new Map(one.outcomes));
      }),
      RUNS,
    );
  });

  it('an undo restores exactly what was', () => {
    fc.assert(
      fc.property(arbitraryCase, ({ folded, activity, records }) => {
        const last = records.at(-1);
        if (!last || last.change.action === 'undo') return;
        const undo = { ...last, seq: 1000, id: 'undo', change: { action: 'undo', correction: last.id } } as const;
        const before = applyCorrections(folded, records.slice(0, -1), activity);
        expect(checkCorrection(folded, records, undo, activity)).toBeNull();
        expect(applyCorrections(folded, [...records, undo], activity).sessions).toEqual(before.sessions);
      }),
      RUNS,
    );
  });

  it('undoing everything that is allowed, the newest first, gives the sessions of the fold', () => {
    fc.assert(
      fc.property(arbitraryCase, ({ folded, activity, records }) => {
        const all = [...records];
        const { outcomes } = applyCorrections(folded, all, activity);
        for (const { id, session, change } of records.toReversed()) {
          if (change.action === 'undo' || outcomes.get(id)?.state === 'undone') continue;
          const undo = { session, author: 'manager', reason: 'no', at: NOW, id: `u${id}` };
          all.push({ ...undo, seq: 1000 + all.length, change: { action: 'undo', correction: id } });
        }
        expect(applyCorrections(folded, all, activity).sessions).toEqual(folded);
      }),
      RUNS,
    );
  });

  it('what the check lets through has an effect and takes none from another; what it refuses changes nothing', () => {
    fc.assert(
      fc.property(arbitraryCase, ({ folded, activity, records }) => {
        const taken: CorrectionRecord[] = [];
        for (const record of records) {
          if (checkCorrection(folded, taken, record, activity) === null) taken.push(record);
          const { outcomes } = applyCorrections(folded, taken, activity);
          expect([...outcomes.values()].filter(({ state }) => state === 'refused')).toEqual([]);
        }
      }),
      RUNS,
    );
  });
});

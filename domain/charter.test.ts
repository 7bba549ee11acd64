import { describe, expect, it } from 'vitest';
import { type CharterInput, charterWeek } from './charter.ts';
import type { Activity, ActivityInterval, Session } from './layers.ts';
import { openingIntervals } from './opening.ts';
import { Registry } from './registry.ts';

const ZONE = 'Europe/Paris';
const at = (text: string) => Date.parse(`2026-03-${text}+01:00`);
const WEEK = { from: at('02T00:00'), to: at('09T00:00') };
const LATER = at('20T00:00');

function doing(activity: Activity, start: string, end: string): ActivityInterval {
  return { start: at(start), end: at(end), activity, source: 'power', bridgedMs: 0, censored: false };
}

function badged(start: string, end: string | null): Session {
  return { start: at(start), end: end === null ? null : at(end) } as Session;
}

/** A lab with public hours, and one machine that was watched all week and off but for its runs. */
function lab(publicHours: string, runs: [string, string][], over: Partial<CharterInput> = {}): CharterInput {
  const { labs } = Registry.parse({
    network: { id: 'n', name: 'N' },
    labs: [{ id: 'l', name: 'L', timezone: ZONE, opening: 'Mo-Sa 09:00-19:00', public: publicHours }],
  });
  const activity: ActivityInterval[] = [];
  let position = '02T00:00';
  for (const [start, end] of runs) {
    activity.push(doing('off', position, start), doing('running', start, end));
    position = end;
  }
  activity.push(doing('off', position, '09T00:00'));
  return {
    opening: openingIntervals(labs[0]!, WEEK.from, WEEK.to)!,
    machines: [{ activity, sessions: [] }],
    zone: ZONE,
    now: LATER,
    ...over,
  };
}

const SATURDAY: [string, string][] = [
  ['07T14:10', '07T14:20'],
  ['07T15:59', '07T16:05'],
  ['07T17:30', '07T17:40'],
];

describe('charterWeek()', () => {
  it('of 3 h 59 is not met, of 4 h is', () => {
    const short = charterWeek(lab('Sa 14:00-17:59', SATURDAY), at('05T12:00'));
    expect(short).toMatchObject({ ...WEEK, verdict: 'not-met', coverage: 1, unseen: [] });
    expect([short.declaredMs, short.observedMs]).toEqual([239 * 60_000, 239 * 60_000]);
    const enough = charterWeek(lab('Sa 14:00-18:00', SATURDAY), at('05T12:00'));
    expect(enough).toMatchObject({ verdict: 'met', observedMs: 4 * 3_600_000 });
  });

  it('counts the public hours in which something was seen, a badge as well as a run', () => {
    const input = lab('We 14:00-18:00; Sa 14:00-18:00', [
      ['04T14:30', '04T15:10'],
      // Open, but not to the public.
      ['05T10:00', '05T18:00'],
    ]);
    const week = charterWeek(input, WEEK.from);
    expect(week).toMatchObject({ verdict: 'not-met', observedMs: 2 * 3_600_000, declaredMs: 8 * 3_600_000 });
    expect(week.unseen).toEqual([{ start: at('07T14:00'), end: at('07T18:00') }]);
    const sessions = [badged('07T15:30', '07T16:30')];
    const badges = charterWeek({ ...input, machines: [...input.machines, { activity: [], sessions }] }, WEEK.from);
    expect(badges).toMatchObject({ verdict: 'met', observedMs: 4 * 3_600_000, unseen: [] });
  });

  it.each([
    ['96 %', '07T17:50', 'not-met'],
    ['94 %', '07T17:45', 'not-provable'],
  ] as const)('with %s of the public hours observed', (_, silentFrom, verdict) => {
    const activity = [doing('off', '02T00:00', silentFrom), doing('unknown', silentFrom, '09T00:00')];
    const week = charterWeek(lab('Sa 14:00-18:00', [], { machines: [{ activity, sessions: [] }] }), WEEK.from);
    expect(week).toMatchObject({ verdict, observedMs: 0, unseen: [{ start: at('07T14:00'), end: at('07T18:00') }] });
  });

  it('takes what was seen for proof, whatever the rest', () => {
    const activity = [doing('running', '07T14:00', '07T18:00')];
    const silent = { activity: [], sessions: [] };
    const input = lab('Sa 14:00-18:00', [], { machines: [{ activity, sessions: [] }, silent, silent] });
    const week = charterWeek(input, WEEK.from);
    expect(week.verdict).toBe('met');
    expect(week.coverage).toBeCloseTo(1 / 3, 9);
  });

  it('a lab that declares less than 4 h cannot meet it; one without machines proves nothing', () => {
    expect(charterWeek(lab('Sa 14:00-17:00', []), WEEK.from).verdict).toBe('not-met');
    const unmeasured = charterWeek(lab('Sa 14:00-18:00', [], { machines: [] }), WEEK.from);
    expect(unmeasured).toMatchObject({ verdict: 'not-provable', coverage: null });
  });

  it('counts a machine only while it is in the lab', () => {
    const whole = lab('Sa 14:00-18:00', SATURDAY);
    const machines = whole.machines.map((one) => ({
      ...one,
      present: [{ start: at('07T16:00'), end: at('20T00:00') }],
    }));
    const week = charterWeek({ ...whole, machines }, WEEK.from);
    expect(week).toMatchObject({ verdict: 'not-met', observedMs: 2 * 3_600_000, coverage: 1 });
    const elsewhere = whole.machines.map((one) => ({ ...one, present: [] }));
    expect(charterWeek({ ...whole, machines: elsewhere }, WEEK.from).verdict).toBe('not-provable');
  });

  it('waits for the end of the week, unless it is met before', () => {
    const input = lab('We 14:00-18:00; Sa 14:00-18:00', [['04T14:00', '04T18:00']]);
    expect(charterWeek({ ...input, now: at('04T16:00') }, WEEK.from)).toMatchObject({ verdict: 'pending', unseen: [] });
    expect(charterWeek({ ...input, now: at('04T19:00') }, WEEK.from).verdict).toBe('met');
    expect(charterWeek({ ...lab('Sa 14:00-18:00', []), now: at('08T23:59') }, WEEK.from).verdict).toBe('pending');
    expect(charterWeek({ ...lab('Sa 14:00-18:00', []), now: WEEK.to }, WEEK.from).verdict).toBe('not-met');
  });
});

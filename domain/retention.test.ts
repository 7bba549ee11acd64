import { describe, expect, it } from 'vitest';
import { quietInstant, type Retained, retentionDue, retentionSentence } from './retention.ts';
import { DAY_MS, HOUR_MS } from './time.ts';

const SETTINGS = {
  packAfterDays: 3,
  messageDays: 7,
  badgeDays: 90,
  quarantineDays: 30,
  quarantinePerConnector: 5,
};
const NOON = Date.parse('2026-06-30T12:00:00Z');

describe('retentionDue()', () => {
  it('packs whole days, and lets badges go a day before they must be gone', () => {
    const due = retentionDue(SETTINGS, NOON);
    expect(due.packBefore).toBe(Date.parse('2026-06-27T00:00:00Z'));
    expect(due.messagesBefore).toBe(NOON - 7 * DAY_MS);
    expect(due.badgesBefore).toBe(NOON - 89 * DAY_MS);
    expect(due.quarantineBefore).toBe(NOON - 30 * DAY_MS);
  });

  it.each([40, 90])('with %i days of badges freezes nothing that a late event may change', (badgeDays) => {
    const { freeze, thinBefore } = retentionDue({ ...SETTINGS, badgeDays }, NOON);
    expect(freeze.mustFrom).toBeLessThan(freeze.best);
    expect(freeze.best).toBeLessThan(freeze.latest);
    for (const instant of [freeze.latest, thinBefore]) expect(instant).toBeLessThan(NOON - 35 * DAY_MS);
  });
});

describe('quietInstant()', () => {
  const WINDOW = { mustFrom: 100, best: 200, latest: 300 };
  const span = (start: number, end: number) => ({ start, end });

  it.each([
    ['nobody was there', [], 200],
    ['a session ended long before', [span(150, 180)], 200],
    ['a session ended just before', [span(150, 191)], 150],
    ['a session reaches over it', [span(150, 250)], 150],
    ['a session begins then', [span(200, 250)], 200],
    ['a badge was read just before', [span(195, 195)], 195],
    ['sessions follow each other', [span(120, 140), span(145, 180), span(185, 230)], 120],
    ['a longer one lies under a short one', [span(110, 400), span(150, 160)], 110],
    ['it was busy since badges must go', [span(90, 150), span(150, 210)], 221],
    ['it was busy since then, and is after a pause again', [span(90, 205), span(210, 240), span(260, 270)], 251],
    ['it is always busy', [span(50, 295)], undefined],
    ['a session is still open', [span(50, Number.MAX_SAFE_INTEGER)], undefined],
  ])('when %s', (_when, busy, expected) => {
    expect(quietInstant(busy, 10, WINDOW)).toBe(expected);
  });
});

describe('retentionSentence()', () => {
  const one: Retained = { job: 'readings', count: 8640, bytes: 20_000, packedBytes: 9000, oldestKept: null };
  it.each([
    [one, false, 'readings: packed 8640 readings (20000 bytes became 9000)'],
    [{ ...one, packedBytes: 0 }, true, 'readings: would pack 8640 readings (20000 bytes)'],
    [
      { ...one, job: 'badges', packedBytes: 0, oldestKept: NOON - HOUR_MS },
      false,
      'badges: forgot 8640 badge events (20000 bytes); kept from 2026-06-30T11:00:00.000Z on',
    ],
  ] as const)('says what went', (retained, isDryRun, sentence) => {
    expect(retentionSentence(retained, isDryRun)).toBe(sentence);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkOpening, nextClosing, openingIntervals } from './opening.ts';
import { Registry } from './registry.ts';
import { spansMs } from './spans.ts';
import { formatInstant } from './time.ts';

const HOUR = 3_600_000;

function labWith(fields: Record<string, unknown>) {
  const lab = { id: 'pasteur', name: 'Pasteur', timezone: 'Europe/Paris', ...fields };
  const [parsed] = Registry.parse({ network: { id: 'n', name: 'N' }, labs: [lab] }).labs;
  return parsed!;
}

function opened(fields: Record<string, unknown>, from: string, to: string) {
  const intervals = openingIntervals(labWith(fields), Date.parse(from), Date.parse(to));
  const minute = (ms: number) => formatInstant(ms).slice(0, 16);
  if (intervals === null) return null;
  return intervals.map(({ start, end, state }) => `${minute(start)} ${minute(end)} ${state}`);
}

const CASES: [string, Record<string, unknown>, string, string, string[]][] = [
  [
    'a week in winter',
    { opening: 'Tu-Fr 14:00-18:00; Sa 10:00-13:00', public: 'We 15:00-17:00' },
    '2026-03-03T00:00:00Z',
    '2026-03-05T00:00:00Z',
    [
      '2026-03-03T13:00 2026-03-03T17:00 staffed',
      '2026-03-04T13:00 2026-03-04T14:00 staffed',
      '2026-03-04T14:00 2026-03-04T16:00 public',
      '2026-03-04T16:00 2026-03-04T17:00 staffed',
    ],
  ],
  [
    'a range that cuts an opening',
    { opening: 'Mo-Fr 09:00-18:00' },
    '2026-03-04T12:00:00Z',
    '2026-03-04T13:00:00Z',
    ['2026-03-04T12:00 2026-03-04T13:00 staffed'],
  ],
  [
    'the spring day of 23 hours',
    { opening: '24/7' },
    '2026-03-28T23:00:00Z',
    '2026-03-29T22:00:00Z',
    ['2026-03-28T23:00 2026-03-29T22:00 staffed'],
  ],
  [
    'an hour that spring skips',
    { opening: 'Su 01:00-04:00' },
    '2026-03-28T23:00:00Z',
    '2026-03-29T22:00:00Z',
    ['2026-03-29T00:00 2026-03-29T02:00 staffed'],
  ],
  [
    'an hour that autumn repeats',
    { opening: 'Su 01:00-04:00' },
    '2026-10-24T22:00:00Z',
    '2026-10-25T23:00:00Z',
    ['2026-10-24T23:00 2026-10-25T03:00 staffed'],
  ],
  [
    'a night across midnight and the end of the week of our cache',
    { opening: 'We-Th 22:00-02:00' },
    '2026-03-04T00:00:00Z',
    '2026-03-07T00:00:00Z',
    ['2026-03-04T21:00 2026-03-05T01:00 staffed', '2026-03-05T21:00 2026-03-06T01:00 staffed'],
  ],
  [
    'closures, the last day included',
    { opening: 'Mo-Fr 09:00-10:00', closures: ['2026-03-03/2026-03-04', '2026-03-06'] },
    '2026-03-02T00:00:00Z',
    '2026-03-09T00:00:00Z',
    ['2026-03-02T08:00 2026-03-02T09:00 staffed', '2026-03-05T08:00 2026-03-05T09:00 staffed'],
  ],
  [
    'public holidays of the zone',
    { opening: 'Mo-Fr 09:00-10:00; PH off' },
    '2026-05-01T00:00:00Z',
    '2026-05-05T00:00:00Z',
    ['2026-05-04T07:00 2026-05-04T08:00 staffed'],
  ],
  [
    'public holidays of Alsace and Moselle',
    { opening: 'Mo-Fr 09:00-10:00; PH off', holidays: { region: 'alsace-moselle' } },
    '2026-04-02T00:00:00Z',
    '2026-04-08T00:00:00Z',
    ['2026-04-02T07:00 2026-04-02T08:00 staffed', '2026-04-07T07:00 2026-04-07T08:00 staffed'],
  ],
  [
    'the region that a zone overseas implies',
    { timezone: 'Indian/Reunion', opening: 'Su-Tu 09:00-10:00; PH off' },
    '2026-12-20T00:00:00Z',
    '2026-12-22T00:00:00Z',
    ['2026-12-21T05:00 2026-12-21T06:00 staffed'],
  ],
  [
    'public holidays of another country',
    { opening: 'Tu 09:00-10:00; PH off', holidays: { country: 'be' } },
    '2026-07-14T00:00:00Z',
    '2026-07-22T00:00:00Z',
    ['2026-07-14T07:00 2026-07-14T08:00 staffed'],
  ],
  [
    'school holidays of the zone, also in public hours',
    { opening: 'Mo 09:00-10:00; SH 09:00-12:00', public: 'SH Sa 09:00-11:00', holidays: { schoolZone: 'C' } },
    '2026-03-07T00:00:00Z',
    '2026-03-10T00:00:00Z',
    [
      '2026-03-07T08:00 2026-03-07T10:00 public',
      '2026-03-07T10:00 2026-03-07T11:00 staffed',
      '2026-03-08T08:00 2026-03-08T11:00 staffed',
      '2026-03-09T08:00 2026-03-09T09:00 staffed',
    ],
  ],
  [
    'no school holidays past those that are known',
    { opening: 'Mo 09:00-10:00; SH off', holidays: { schoolZone: 'A' } },
    '2027-12-27T00:00:00Z',
    '2027-12-28T00:00:00Z',
    ['2027-12-27T08:00 2027-12-27T09:00 staffed'],
  ],
  [
    'holidays that people add and remove',
    {
      opening: 'Mo-Fr 09:00-10:00; PH off; SH Tu-We off',
      holidays: {
        add: [
          { dates: '2026-07-13', kind: 'public', name: 'Bridge' },
          { dates: '2026-07-14/2026-07-15', kind: 'school' },
        ],
        remove: [{ dates: '2026-07-14/2026-07-31', kind: 'public' }],
      },
    },
    '2026-07-13T00:00:00Z',
    '2026-07-17T00:00:00Z',
    ['2026-07-16T07:00 2026-07-16T08:00 staffed'],
  ],
  [
    'days of the zone that people take back',
    {
      opening: 'Mo 09:00-10:00; SH off',
      holidays: { schoolZone: 'A', remove: [{ dates: '2026-02-09', kind: 'school' }] },
    },
    '2026-02-08T00:00:00Z',
    '2026-02-17T00:00:00Z',
    ['2026-02-09T08:00 2026-02-09T09:00 staffed'],
  ],
  [
    'a night into a public holiday and one out of it',
    { opening: 'Th-Fr 22:00-02:00, PH 10:00-11:00' },
    '2026-04-30T00:00:00Z',
    '2026-05-02T12:00:00Z',
    [
      '2026-04-30T20:00 2026-05-01T00:00 staffed',
      '2026-05-01T08:00 2026-05-01T09:00 staffed',
      '2026-05-01T20:00 2026-05-02T00:00 staffed',
    ],
  ],
  [
    'public hours outside the opening hours',
    { opening: 'Mo 09:00-10:00', public: 'Mo 09:30-12:00' },
    '2026-03-02T00:00:00Z',
    '2026-03-03T00:00:00Z',
    ['2026-03-02T08:00 2026-03-02T08:30 staffed', '2026-03-02T08:30 2026-03-02T09:00 public'],
  ],
  [
    'a lab that only knows hours on request',
    { opening: 'Mo-Fr "on request"' },
    '2026-03-02T00:00:00Z',
    '2026-03-09T00:00:00Z',
    [],
  ],
];

describe('openingIntervals()', () => {
  it('has cases', () => expect(CASES.length).toBeGreaterThan(0));
  it.each(CASES)('gives %s', (_, fields, from, to, expected) => {
    expect(opened(fields, from, to)).toEqual(expected);
  });

  it('gives null when the lab declares no hours, or hours that cannot be read', () => {
    expect(opened({}, '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z')).toBeNull();
    expect(opened({ opening: 'Tu-Fr 14:0x' }, '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z')).toBeNull();
  });

  it('is additive over any cut, and its intervals never overlap', () => {
    const lab = labWith({
      opening: 'Mo-Th 08:00-20:00; Fr 20:00-03:00',
      public: 'We 14:00-18:00',
      closures: ['2026-10-28'],
    });
    const begin = Date.parse('2026-10-20T00:00:00Z');
    const instant = fc.integer({ min: begin, max: begin + 14 * 24 * HOUR });
    fc.assert(
      fc.property(instant, instant, instant, (a, b, c) => {
        const [from, middle, to] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
        const whole = openingIntervals(lab, from, to)!;
        const parts = [...openingIntervals(lab, from, middle)!, ...openingIntervals(lab, middle, to)!];
        expect(spansMs(whole)).toBe(spansMs(parts));
        whole.forEach(({ start, end }, index) => {
          expect(end).toBeGreaterThan(start);
          expect(start).toBeGreaterThanOrEqual(whole[index - 1]?.end ?? from);
        });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('nextClosing()', () => {
  it.each([
    ['while open', { opening: 'Mo-Fr 09:00-18:00' }, '2026-03-04T12:00:00Z', '2026-03-04T17:00:00.000Z'],
    [
      'at the closing time itself: the next one',
      { opening: 'Mo-Fr 09:00-18:00' },
      '2026-03-04T17:00:00Z',
      '2026-03-05T17:00:00.000Z',
    ],
    ['on a Friday night', { opening: 'Mo-Fr 09:00-18:00' }, '2026-03-06T20:00:00Z', '2026-03-09T17:00:00.000Z'],
    [
      'across public hours',
      { opening: 'We 09:00-18:00', public: 'We 12:00-14:00' },
      '2026-03-04T11:30:00Z',
      '2026-03-04T17:00:00.000Z',
    ],
    [
      'across a closure',
      { opening: 'Mo-Fr 09:00-18:00', closures: ['2026-03-04/2026-04-01'] },
      '2026-03-04T08:00:00Z',
      '2026-04-02T16:00:00.000Z',
    ],
    ['in a night across the week', { opening: 'We 20:00-04:00' }, '2026-03-04T23:30:00Z', '2026-03-05T03:00:00.000Z'],
  ])('finds the next closing %s', (_, fields, at, expected) => {
    expect(formatInstant(nextClosing(labWith(fields), Date.parse(at))!)).toBe(expected);
  });

  it('is null for a lab without hours and for one that never closes', () => {
    expect(nextClosing(labWith({}), 0)).toBeNull();
    expect(nextClosing(labWith({ opening: '24/7' }), 0)).toBeNull();
  });
});

describe('checkOpening()', () => {
  it('says where hours cannot be read', () => {
    const wrong = checkOpening(labWith({ opening: 'Tu-Fr 14:0x-18:00', closures: ['2026-03-04', '2026-13-01'] }));
    expect(wrong).toMatchObject({ code: 'registry-invalid' });
    expect(wrong?.complaints?.map(({ path }) => path)).toEqual(['opening', 'closures[1]']);
    expect(wrong?.sentence).toContain('"pasteur"');
    expect(wrong?.complaints?.[0]?.message).toContain('14:0x');
  });
  it('refuses a closure that ends before it begins', () => {
    expect(checkOpening(labWith({ closures: ['2026-03-04/2026-03-01'] }))?.complaints).toHaveLength(1);
  });
  it('accepts hours that can be read', () => {
    expect(checkOpening(labWith({ opening: 'Mo-Fr 09:00-18:00', closures: ['2026-12-24/2027-01-03'] }))).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { Registry } from './registry.ts';
import { registryWarnings } from './registry-warnings.ts';

function warningsOf(lab: object, now: string): string[] {
  const labs = [{ id: 'pasteur', name: 'Pasteur', timezone: 'Europe/Paris', since: '2025-01-01', ...lab }];
  return registryWarnings(Registry.parse({ network: { id: 'n', name: 'N' }, labs }), Date.parse(now));
}

const SH = 'Mo-Fr 14:00-18:00; SH off';
const LATER = { dates: '2027-10-23/2029-06-30', kind: 'school' };

const CASES: [string, object, string, string[]][] = [
  ['no hours in school holidays', { opening: 'Mo-Fr 14:00-18:00; PH off' }, '2029-01-01', []],
  ['more than a year ahead', { opening: SH, holidays: { schoolZone: 'A' } }, '2026-08-01', []],
  [
    'school holidays that are known for less than a year',
    { opening: SH, holidays: { schoolZone: 'A' } },
    '2026-10-01',
    [
      'lab pasteur: the school holidays of zone A are known until 2027-08-31; write later ones under holidays.add, or they do not count as holidays',
    ],
  ],
  ['later ones that people wrote', { public: SH, holidays: { schoolZone: 'A', add: [LATER] } }, '2028-01-01', []],
  [
    'only what people wrote',
    { public: SH, holidays: { add: [LATER] } },
    '2029-01-01',
    [
      'lab pasteur: its school holidays are known until 2029-06-30; write later ones under holidays.add, or they do not count as holidays',
    ],
  ],
  [
    'a lab from before they are known',
    { opening: SH, since: '2017-01-01', until: '2020-01-01', holidays: { schoolZone: 'B' } },
    '2026-10-01',
    [
      'lab pasteur: the school holidays of zone B are known from 2018-09-01 until 2027-08-31; write others under holidays.add, or they do not count as holidays',
    ],
  ],
  ['a lab that ends in time', { opening: SH, until: '2027-01-01', holidays: { schoolZone: 'B' } }, '2026-10-01', []],
];

describe('registryWarnings()', () => {
  it('has cases', () => expect(CASES.length).toBeGreaterThan(0));
  it.each(CASES)('speaks of school holidays: %s', (_, lab, now, expected) => {
    expect(warningsOf(lab, now)).toEqual(expected);
  });
});

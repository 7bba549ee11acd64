import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FRENCH_REGIONS, frenchPublicHolidays } from './french-public-holidays.ts';
import { frenchSchoolHolidays, SCHOOL_ZONES } from './french-school-holidays.ts';
import { HOLIDAYS_VERSION } from './holidays.ts';

describe('HOLIDAYS_VERSION', () => {
  it('goes up when a built-in holiday changes: then write the new number and the new hash here', () => {
    const years = Array.from({ length: 20 }, (_, index) => 2018 + index);
    const days = FRENCH_REGIONS.map((region) => years.map((year) => frenchPublicHolidays(year, region)));
    const hash = createHash('sha256').update(JSON.stringify([days, SCHOOL_ZONES.map(frenchSchoolHolidays)]));
    expect([HOLIDAYS_VERSION, hash.digest('hex').slice(0, 16)]).toEqual([1, '140f2bf8611981a7']);
  });
});

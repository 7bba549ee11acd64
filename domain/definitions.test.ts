import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SYMBOLS } from './definition.ts';
import { ALL_DEFINITIONS, DEFINITIONS, versionsOf } from './definitions.ts';
import { emptyUptime, uptimeRow } from './uptime.ts';
import { usageRow } from './usage.ts';
import { emptySum } from './usage-sum.ts';

const MODEL = new URL('../../shared/usage-model.md', import.meta.url);

/** The quantities of the usage model's third chapter. */
const QUANTITIES = [
  'coverage',
  'hours.powered',
  'hours.running',
  'hours.badged',
  'hours.attributed',
  'hours.outside',
  'utilisation',
  'occupation',
  'efficiency',
  'availability',
  'mtbf',
  'mttr',
  'saturation',
  'occupancy',
  'members',
  'energy',
  'costPerHour',
  'charter',
];

const ids = ALL_DEFINITIONS.map(({ id }) => id);

describe('definitions', () => {
  it('have one entry for each quantity of the model', () => {
    expect(ids).toEqual(expect.arrayContaining(QUANTITIES));
    expect(new Set(ids).size).toBe(ids.length);
  });

  // Skipped where ../shared is absent: the usage model is not part of the project.
  it.skipIf(!existsSync(MODEL))('name exactly the ids that the model has', () => {
    const chapter = readFileSync(MODEL, 'utf8').split('## 3.')[1]?.split('## 4.')[0] ?? '';
    const rows = chapter.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, id]) => id));
    expect(named.length).toBeGreaterThan(10);
    expect(named.toSorted()).toEqual(QUANTITIES.toSorted());
  });

  it.each(ALL_DEFINITIONS.map((definition) => [definition.id, definition] as const))(
    '%s says in a sentence of each language what it is',
    (_, { version, base, formula, bounds, fields, fr, en }) => {
      expect(version).toBeGreaterThanOrEqual(1);
      expect(fields.length).toBeGreaterThan(0);
      for (const text of [base, formula, bounds, fr.name, en.name]) expect(text.length).toBeGreaterThan(1);
      for (const { sentence } of [fr, en]) expect(sentence).toMatch(/^\p{Lu}[^\n]{20,}\.$/u);
      expect(fr.sentence).not.toBe(en.sentence);
    },
  );

  it.each(ALL_DEFINITIONS.map((definition) => [definition.id, definition] as const))(
    '%s is set as French is',
    (_, { fr }) => {
      const text = `${fr.name} ${fr.sentence}`;
      expect(text).not.toMatch(/[^\u00a0]:|[^\u202f][;!?]|\d (?:h|min|%)|['"]|\.\.\./);
    },
  );

  it('use only letters that are explained', () => {
    const letters = new Set(
      ALL_DEFINITIONS.flatMap(({ formula }) => formula.match(/(?<![\p{L}.’])[A-Z](?![\p{L}])/gu) ?? []),
    );
    expect(letters.size).toBeGreaterThan(5);
    // A and B(A, c) are Erlang's, explained where they stand.
    for (const letter of letters) if (letter !== 'A') expect(Object.keys(SYMBOLS)).toContain(letter);
  });

  it.each([
    // Words that pages never use.
    ['en', /\b(idle|offline|down|login|user|asset|device|booking|job|data quality)\b/i],
    ['fr', /\b(équipement|adhérent|usager|utilisateur)/i],
  ] as const)('keep to the words of the pages (%s)', (language, never) => {
    for (const definition of ALL_DEFINITIONS) {
      expect(`${definition[language].name} ${definition[language].sentence}`).not.toMatch(never);
    }
  });
});

describe('rows and their definitions', () => {
  const fields = new Set(ALL_DEFINITIONS.flatMap((definition) => [...definition.fields]));
  const leaves = (row: object, prefix = ''): string[] =>
    Object.entries(row).flatMap(([name, value]) =>
      value !== null && typeof value === 'object' ? leaves(value, `${prefix}${name}.`) : [prefix + name],
    );

  it.each([
    ['usage', usageRow(emptySum())],
    ['uptime', uptimeRow(emptyUptime())],
  ])('every figure of a row of %s has one', (_, { reasons: __, ...row }) => {
    const names = leaves(row);
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !fields.has(name))).toEqual([]);
  });

  it('usage names defined ids only', () => {
    expect(ids).toEqual(expect.arrayContaining(Object.keys(DEFINITIONS)));
    expect(DEFINITIONS).toMatchObject({ utilisation: 2, 'utilisation.opening': 1 });
    expect(() => versionsOf(['utilisation', 'utilization'])).toThrow('utilization');
  });
});

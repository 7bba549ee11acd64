import { describe, expect, it } from 'vitest';
import type { Failure } from '../domain/failure.ts';
import { type CsvMember, parseMembers } from './members-csv.ts';

const GOOD: [string, string, CsvMember[]][] = [
  [
    'all columns',
    'id,audience,badges\nm-001,public,04A2;04A3\n',
    [{ id: 'm-001', audience: 'public', badges: ['04A2', '04A3'], line: 2 }],
  ],
  ['badges parted by spaces', 'id,badges\nm-001,04A2 04A3', [{ id: 'm-001', badges: ['04A2', '04A3'], line: 2 }]],
  [
    'semicolons',
    'id;audience;badges\nm-001;public;"04A2;04A3"',
    [{ id: 'm-001', audience: 'public', badges: ['04A2', '04A3'], line: 2 }],
  ],
  [
    'another order and other letters',
    'Badges, ID\n"04:A2, 04:A3",m-001',
    [{ id: 'm-001', badges: ['04:A2', '04:A3'], line: 2 }],
  ],
  ['no column of badges', 'id\nm-001', [{ id: 'm-001', line: 2 }]],
  ['an empty field of badges', 'id,badges\nm-001,', [{ id: 'm-001', badges: [], line: 2 }]],
  ['missing last fields', 'id,audience,badges\nm-001', [{ id: 'm-001', badges: [], line: 2 }]],
  ['empty lines, CRLF and a byte order mark', '\uFEFFid\r\n\r\nm-001\r\n', [{ id: 'm-001', line: 3 }]],
  ['quotes in quotes', 'id\n"m-""1"""', [{ id: 'm-"1"', line: 2 }]],
  [
    'a class among members',
    'id,badges,machines,people\nclass-6b,04A2,laser-1 printer-1,12\nm-001,04A3,,\n',
    [
      { id: 'class-6b', badges: ['04A2'], class: { machines: ['laser-1', 'printer-1'], people: 12 }, line: 2 },
      { id: 'm-001', badges: ['04A3'], line: 3 },
    ],
  ],
  ['nobody', 'id,audience', []],
];

const BAD: [string, string, string][] = [
  ['no column of ids', 'name,audience\nx,y', 'line 1: unknown column "name"'],
  ['a misspelt column', 'id,badgess\nm,1', 'line 1: unknown column "badgess"; did you mean "badges"?'],
  ['an empty file', '', 'line 1: unknown column ""'],
  [
    'too many fields',
    'id,badges\nm-001,04A2,04A3',
    'line 2: has 3 fields for 2 columns; put badges in one field, parted by spaces',
  ],
  ['a class without a head-count', 'id,machines,people\n6b,laser-1,', 'line 2: a class has both machines and people'],
  ['a head-count without machines', 'id,people\n6b,12', 'line 2: a class has both machines and people'],
  ['a head-count in words', 'id,machines,people\n6b,laser-1,twelve', 'line 2: people must be a whole number'],
  ['no id', 'id,audience\n,public', 'line 2: has no id'],
  ['an open quote', 'id,audience\nm-001,"public', 'line 2: a quote is not closed'],
];

describe('parseMembers()', () => {
  it.each(GOOD)('reads %s', (_, text, members) => {
    expect(parseMembers(text, 'm.csv')).toEqual(members);
  });

  it.each(BAD)('refuses %s', (_, text, expected) => {
    const failure = parseMembers(text, 'm.csv') as Failure;
    expect(failure.complaints?.map(({ path, message }) => `${path}: ${message}`)[0]).toBe(expected);
    expect(failure.sentence).toBe('The members in m.csv cannot be read; nothing was changed.');
  });

  it('stops complaining at the limit', () => {
    expect((parseMembers(`id,audience\n${',x\n'.repeat(60)}`, 'm.csv') as Failure).complaints).toHaveLength(50);
  });
});

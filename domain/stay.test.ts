import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Registry } from './registry.ts';
import { endOfPiece, labLifetime, pieceAt, type Stay, startOfPiece, stayAt, staysOf, wholeStay } from './stay.ts';
import { formatInstant } from './time.ts';

const HOUR = 3_600_000;

function staysFor(loans: object[], home: object = {}, host: object = {}): Stay[] {
  const { machines, labs } = Registry.parse({
    network: { id: 'n', name: 'N' },
    labs: [
      { id: 'home', name: 'Home', timezone: 'Europe/Paris', ...home },
      { id: 'host', name: 'Host', timezone: 'Asia/Kolkata', ...host },
    ],
    machines: [{ id: 'm', lab: 'home', kind: 'kit', name: 'M', loans }],
  });
  return staysOf(machines[0]!, new Map(labs.map((lab) => [lab.id, lab])));
}

function written(stays: readonly Stay[]): string[] {
  const text = (at: number) => (Number.isFinite(at) ? formatInstant(at).replace(':00.000Z', 'Z') : '…');
  return stays.map(({ lab, start, end }) => `${lab.id} ${text(start)} ${text(end)}`);
}

describe('staysOf()', () => {
  it.each<[string, object[], object, object, string[]]>([
    ['without loans it is at home for ever', [], {}, {}, ['home … …']],
    [
      'dates are read in the zone of the lab that borrows',
      [{ lab: 'host', since: '2026-03-10', until: '2026-03-12' }],
      {},
      {},
      ['home … 2026-03-09T18:30Z', 'host 2026-03-09T18:30Z 2026-03-11T18:30Z', 'home 2026-03-11T18:30Z …'],
    ],
    [
      'wall time and instants are understood, in any order',
      [
        { lab: 'host', since: '2026-03-11T09:00:00Z' },
        { lab: 'host', since: '2026-03-10T14:00', until: '2026-03-10T18:00' },
      ],
      {},
      {},
      [
        'home … 2026-03-10T08:30Z',
        'host 2026-03-10T08:30Z 2026-03-10T12:30Z',
        'home 2026-03-10T12:30Z 2026-03-11T09:00Z',
        'host 2026-03-11T09:00Z …',
      ],
    ],
    [
      'loans that follow each other are one stay',
      [
        { lab: 'host', since: '2026-03-10', until: '2026-03-11' },
        { lab: 'host', since: '2026-03-11', until: '2026-03-12' },
      ],
      {},
      {},
      ['home … 2026-03-09T18:30Z', 'host 2026-03-09T18:30Z 2026-03-11T18:30Z', 'home 2026-03-11T18:30Z …'],
    ],
    [
      'labs exist from since to until, and there is a hole where they do not',
      [{ lab: 'host', since: '2026-03-10', until: '2026-03-12' }],
      { since: '2026-01-01', until: '2026-06-01' },
      { since: '2026-03-11' },
      [
        'home 2025-12-31T23:00Z 2026-03-09T18:30Z',
        'host 2026-03-10T18:30Z 2026-03-11T18:30Z',
        'home 2026-03-11T18:30Z 2026-05-31T22:00Z',
      ],
    ],
    [
      'a lab that never exists has one empty stay',
      [],
      { since: '2026-01-01', until: '2026-01-01' },
      {},
      ['home 1970-01-01T00:00Z 1970-01-01T00:00Z'],
    ],
  ])('%s', (_what, loans, home, host, expected) => {
    expect(written(staysFor(loans, home, host))).toEqual(expected);
  });

  it('holds every instant of the labs in exactly one stay', () => {
    const stays = staysFor([{ lab: 'host', since: '2026-03-10T14:10', until: '2026-03-12' }]);
    fc.assert(
      fc.property(fc.integer({ min: Date.parse('2026-03-08'), max: Date.parse('2026-03-15') }), (at) => {
        expect(stays.filter(({ start, end }) => start <= at && at < end)).toHaveLength(1);
        expect(stayAt(stays, at)).toBeDefined();
      }),
    );
    expect(wholeStay(stays)).toEqual({ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY });
  });
});

describe('pieces of clock hours', () => {
  it('cover the time without overlap, never longer than an hour, and none lies in two stays', () => {
    const stays = staysFor([{ lab: 'host', since: '2026-03-28T14:10', until: '2026-03-30T00:45' }]);
    fc.assert(
      fc.property(fc.integer({ min: Date.parse('2026-03-27'), max: Date.parse('2026-04-01') }), (at) => {
        const piece = pieceAt(stays, at)!;
        expect(piece.start <= at && at < piece.end && piece.end - piece.start <= HOUR).toBe(true);
        expect(pieceAt(stays, piece.end - 1)).toEqual(piece);
        expect(stayAt(stays, piece.start)).toBe(stayAt(stays, piece.end - 1));
        expect(startOfPiece(stays, piece.end)).toBe(piece.end);
        expect(endOfPiece(stays, piece.start)).toBe(piece.start);
        expect(endOfPiece(stays, piece.start + 1)).toBe(piece.end);
      }),
    );
  });

  it('an instant without a stay is a boundary of its own', () => {
    const stays = staysFor([], { since: '2026-03-10' });
    const { start } = labLifetime(stays[0]!.lab);
    expect([startOfPiece(stays, start - 5), endOfPiece(stays, start - 5), endOfPiece(stays, start)]).toEqual([
      start - 5,
      start - 5,
      start,
    ]);
  });
});

import { expect, it } from 'vitest';
import { conditionOf, conditionSince, countConditions, FRESH_MS } from './condition.ts';
import type { Machine } from './contract.ts';

const NOW = Date.parse('2026-03-18T14:30:00Z');
const THRESHOLDS = { standbyW: 20, runningW: 120, stopW: 96 };
const RUNNING: Machine = {
  id: 'laser-1',
  lab: 'pasteur',
  kind: 'laser-cutter',
  name: 'Trotec',
  activity: 'running',
  since: '2026-03-18T13:02:00Z',
  watts: 245,
  wattsAt: '2026-03-18T14:29:55Z',
  session: null,
  service: 'up',
  online: true,
  coverageToday: 1,
  heardAt: '2026-03-18T14:29:55Z',
  thresholds: THRESHOLDS,
};
const SILENT: Partial<Machine> = { activity: 'unknown', online: false, watts: null };
const ago = (ms: number): string => new Date(NOW - ms).toISOString();

const CASES: [string, Partial<Machine>, string][] = [
  ['running', {}, 'running'],
  ['standby', { activity: 'standby' }, 'standby'],
  ['off', { activity: 'off', watts: 0 }, 'off'],
  ['silent', SILENT, 'unknown'],
  ['silent, its last watts still known', { activity: 'unknown', online: false }, 'unknown'],
  ['silent while its connector is online', { activity: 'unknown', watts: null }, 'unknown'],
  ['broken while running', { service: 'fault' }, 'fault'],
  ['in maintenance and silent', { ...SILENT, service: 'maintenance' }, 'maintenance'],
  ['away', { ...SILENT, service: 'absent' }, 'absent'],
  ['without thresholds, its watts fresh', { activity: 'unknown', thresholds: null }, 'setup'],
  [
    'without thresholds, no word from its connector, watts just fresh',
    { activity: 'unknown', thresholds: null, online: null, wattsAt: ago(FRESH_MS - 1) },
    'setup',
  ],
  [
    'without thresholds, no word from its connector, watts no longer fresh',
    { activity: 'unknown', thresholds: null, online: null, wattsAt: ago(FRESH_MS) },
    'unknown',
  ],
  [
    'without thresholds, online without power',
    { activity: 'unknown', thresholds: null, watts: null, wattsAt: null },
    'unmeasured',
  ],
  ['without thresholds, silent', { ...SILENT, thresholds: null, wattsAt: null }, 'unknown'],
  ['without thresholds, telling its own state', { thresholds: null }, 'running'],
];

it('has cases', () => expect(CASES.length).toBeGreaterThan(0));
it.each(CASES)('conditionOf() a machine %s', (_, change, condition) => {
  expect(conditionOf({ ...RUNNING, ...change }, NOW)).toBe(condition);
});

const SINCES: [string, Partial<Machine>, 'running' | 'unknown' | 'setup', string | null][] = [
  ['its own since', {}, 'running', '2026-03-18T13:02:00Z'],
  [
    'the beginning of the silence',
    { ...SILENT, since: '2026-03-18T14:02:00Z', heardAt: '2026-03-18T14:20:00Z' },
    'unknown',
    '2026-03-18T14:02:00Z',
  ],
  [
    'the last sign of life, when nothing else is known',
    { ...SILENT, since: null, heardAt: '2026-03-18T14:20:00Z' },
    'unknown',
    '2026-03-18T14:20:00Z',
  ],
  [
    'the last sign of life, when activity never was known',
    { ...SILENT, thresholds: null, heardAt: '2026-03-18T14:20:00Z' },
    'unknown',
    '2026-03-18T14:20:00Z',
  ],
  ['nothing, when nothing was heard', { ...SILENT, since: null, heardAt: null }, 'unknown', null],
  ['nothing, when thresholds are missing', { activity: 'unknown', thresholds: null }, 'setup', null],
];

it('has instants', () => expect(SINCES.length).toBeGreaterThan(0));
it.each(SINCES)('conditionSince() gives %s', (_, change, condition, since) => {
  expect(conditionSince({ ...RUNNING, ...change }, condition)).toBe(since === null ? null : Date.parse(since));
});

it('countConditions() counts each machine once', () => {
  const machines = CASES.map(([, change]) => ({ ...RUNNING, ...change }));
  const counts = countConditions(machines, NOW);
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(CASES.length);
  expect(counts).toMatchObject({ running: 2, unknown: 5, setup: 2, unmeasured: 1, fault: 1 });
});

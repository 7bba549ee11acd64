import { expect, it } from 'vitest';
import { todayByMachine, usageQueries } from './today.ts';

const NOW = Date.parse('2026-03-18T23:30:00Z');
const paris = { id: 'pasteur', name: 'Hôtel Pasteur', timezone: 'Europe/Paris' };
const rennes = { id: 'rennes', name: 'Rennes', timezone: 'Europe/Paris' };
const martinique = { id: 'fort', name: 'Fort-de-France', timezone: 'America/Martinique' };

it('usageQueries() asks in the lab’s own day', () => {
  expect(usageQueries([paris, martinique], 'fort', NOW)).toEqual([
    { from: '2026-03-18', to: '2026-03-19', lab: 'fort' },
  ]);
});

it('usageQueries() asks once for all labs that share a date, else for each', () => {
  expect(usageQueries([paris, rennes], null, NOW)).toEqual([{ from: '2026-03-19', to: '2026-03-20', lab: null }]);
  expect(usageQueries([paris, martinique], null, NOW)).toEqual([
    { from: '2026-03-19', to: '2026-03-20', lab: 'pasteur' },
    { from: '2026-03-18', to: '2026-03-19', lab: 'fort' },
  ]);
});

it('usageQueries() asks nothing of labs it does not know', () => {
  expect(usageQueries([], null, NOW)).toEqual([]);
  expect(usageQueries([paris], 'nowhere', NOW)).toEqual([]);
});

it('todayByMachine() keeps what each machine’s row says, the unknown included', () => {
  const today = todayByMachine([
    { group: { machine: 'a' }, runningS: 7500, coverage: 0.94 },
    { group: { machine: 'b' }, runningS: 0, coverage: null },
    { group: {}, runningS: 1, coverage: 1 },
  ]);
  expect([...today]).toEqual([
    ['a', { runningS: 7500, coverage: 0.94 }],
    ['b', { runningS: 0, coverage: null }],
  ]);
});

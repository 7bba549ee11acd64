import { describe, expect, it } from 'vitest';
import { Registry } from '../domain/registry.ts';
import { holdMsOf, type MachineSetting, machineSettings, seriesOf } from './rules.ts';

interface Document {
  lab?: object;
  machine?: object;
  connector?: object;
  role?: string;
}

function registryOf({ lab, machine, connector, role = 'main' }: Document = {}): Registry {
  return Registry.parse({
    network: { id: 'labfab', name: 'LabFab' },
    labs: [{ id: 'pasteur', name: 'Pasteur', timezone: 'Europe/Paris', ...lab }],
    machines: [{ id: 'laser', lab: 'pasteur', kind: 'tool', name: 'Laser', ...machine }],
    connectors: [
      {
        id: 'plug',
        lab: 'pasteur',
        firmware: 'fabmeter',
        device: 'plug',
        channels: [{ channel: 0, machine: 'laser', role }],
        ...connector,
      },
    ],
  });
}

function settingOf(document?: Document): MachineSetting {
  return machineSettings(registryOf(document)).get('laser') as MachineSetting;
}

const SIGNATURE = { standbyW: 20, runningW: 100 };

describe('machineSettings()', () => {
  it('fills in what the usage model says where the registry says nothing', () => {
    const { rules, from } = settingOf({ machine: { signature: SIGNATURE } });
    expect(rules.signature).toEqual({
      standbyW: 20,
      runningW: 100,
      stopW: 80,
      runAfterMs: 0,
      stopAfterMs: 60_000,
      bridgeMs: 600_000,
    });
    expect(rules.session).toEqual({ idleTimeoutMs: 900_000, graceMs: 300_000, maxMs: 86_400_000, repeatMs: 5000 });
    expect([rules.ratedW, rules.hasActivity, from]).toEqual([25_000, true, 0]);
  });

  it.each([
    ['without power a session lasts 4 h at most', { role: 'badge' }, { maxMs: 4 * 3_600_000 }],
    ['with a state report 24 h', { role: 'state' }, { maxMs: 24 * 3_600_000 }],
    ['with energy alone 4 h', { role: 'extraction' }, { maxMs: 4 * 3_600_000 }],
    ['or as long as the registry says', { machine: { session: { maxS: 60 } } }, { maxMs: 60_000 }],
  ])('%s', (_what, document, session) => {
    expect(settingOf(document).rules.session).toMatchObject(session);
  });

  it('has no signature where none is set', () => {
    expect(settingOf().rules.signature).toBeNull();
  });

  it('begins with the lab, in its zone', () => {
    expect(settingOf({ lab: { since: '2026-01-01' } }).from).toBe(Date.parse('2025-12-31T23:00:00Z'));
  });

  it.each([
    ['a threshold', { machine: { signature: { ...SIGNATURE, runningW: 101 } } }],
    ['a session rule', { machine: { signature: SIGNATURE, session: { graceS: 1 } } }],
    ['a role', { machine: { signature: SIGNATURE }, role: 'aux' }],
    ['how long readings hold', { machine: { signature: SIGNATURE }, connector: { reportS: 7 } }],
    ['opening hours', { machine: { signature: SIGNATURE }, lab: { opening: 'Mo-Fr 09:00-18:00' } }],
    ['a holiday', { machine: { signature: SIGNATURE }, lab: { holidays: { region: 'guyane' } } }],
    ['the zone', { machine: { signature: SIGNATURE }, lab: { timezone: 'Europe/Lisbon' } }],
    ['the beginning', { machine: { signature: SIGNATURE }, lab: { since: '2026-01-01' } }],
  ] as [string, Document][])('has another digest when this changes: %s', (_what, document) => {
    expect(settingOf(document).digest).not.toBe(settingOf({ machine: { signature: SIGNATURE } }).digest);
  });

  it('has the same digest when names change', () => {
    const document = { machine: { signature: SIGNATURE, name: 'Other', kind: 'other' }, lab: { name: 'Other' } };
    expect(settingOf(document).digest).toBe(settingOf({ machine: { signature: SIGNATURE } }).digest);
  });
});

describe('holdMsOf()', () => {
  it.each([
    ['2.5 reporting periods', { reportS: 10 }, 25_000],
    ['no end where only changes are reported', { reportS: 0 }, null],
    ['what the firmware usually does', {}, 150_000],
  ])('%s', (_what, connector, holdMs) => {
    const [first] = registryOf({ connector }).connectors;
    expect(first && holdMsOf(first)).toBe(holdMs);
  });
});

describe('seriesOf()', () => {
  it.each([
    ['main', [true]],
    ['extraction', [false]],
    ['aux', [false]],
    ['badge', []],
    ['state', []],
  ])('of a channel that is %s', (role, mains) => {
    expect(seriesOf(registryOf({ role })).map(({ main }) => main)).toEqual(mains);
  });
});

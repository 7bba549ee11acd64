import { describe, expect, it } from 'vitest';
import { Registry } from '../domain/registry.ts';
import { FoldRules, mixedDigest, settingOfDigest } from './fold-rules.ts';
import { machineSettings } from './rules.ts';

const LAB = {
  id: 'pasteur',
  name: 'Pasteur',
  timezone: 'Europe/Paris',
  since: '2026-01-01',
  opening: 'Mo-Fr 09:00-18:00',
};
const EVENING = Date.parse('2026-03-02T16:00:00Z');

function settingsOf(more: { lab?: object; machine?: object }) {
  const registry = Registry.parse({
    network: { id: 'labfab', name: 'LabFab' },
    labs: [
      { ...LAB, ...more.lab },
      { id: 'tokyo', name: 'Tokyo', timezone: 'Asia/Tokyo' },
    ],
    machines: [
      {
        id: 'laser',
        lab: 'pasteur',
        kind: 'laser',
        name: 'L',
        signature: { standbyW: 20, runningW: 120 },
        ...more.machine,
      },
    ],
  });
  return machineSettings(registry);
}

function laserOf(settings: ReturnType<typeof settingsOf>) {
  const setting = settings.get('laser');
  if (!setting) throw new Error('The laser has no setting');
  return setting;
}

describe('settingOfDigest()', () => {
  it.each([
    ['opening hours and a beginning', {}],
    ['no opening hours', { lab: { opening: undefined, since: undefined } }],
    ['no signature', { machine: { signature: undefined } }],
    ['a loan', { machine: { loans: [{ lab: 'tokyo', since: '2026-02-01', until: '2026-02-10' }] } }],
  ])('gives back what the digest was made of: %s', (_what, more) => {
    const setting = laserOf(settingsOf(more));
    const { rules, ...read } = settingOfDigest(setting.digest, setting) ?? laserOf(new Map());
    expect({ ...read, stays: [] }).toEqual({ ...setting, rules: undefined, stays: [] });
    expect(read.stays.map(({ start, end, lab }) => [lab.id, start, end])).toEqual(
      setting.stays.map(({ start, end, lab }) => [lab.id, start, end]),
    );
    expect({ ...rules, nextClosing: null }).toEqual({ ...setting.rules, nextClosing: null });
    expect(rules.nextClosing(EVENING)).toBe(setting.rules.nextClosing(EVENING));
  });

  it('reads the digest of a fold that was told more meanwhile', () => {
    const setting = laserOf(settingsOf({}));
    const mixed = mixedDigest(mixedDigest(setting.digest));
    expect(mixed).not.toBe(setting.digest);
    expect(settingOfDigest(mixed, setting)?.digest).toBe(setting.digest);
  });

  it('knows nothing of a digest that it would write differently', () => {
    const { digest } = laserOf(settingsOf({}));
    const older = JSON.stringify([JSON.parse(digest)[0], [], 'pasteur', { timezone: 'Europe/Paris' }]);
    expect(settingOfDigest(older, { kind: 'laser', name: 'L' })).toBeUndefined();
  });
});

describe('FoldRules', () => {
  const before = laserOf(settingsOf({}));
  const now = settingsOf({
    machine: { signature: { standbyW: 20, runningW: 300 } },
    lab: { opening: 'Mo-Fr 09:00-20:00' },
  });

  it('are the earlier ones as long as a fold was computed with them', () => {
    const rules = new FoldRules(now);
    expect(rules.of('laser', before.digest).signature?.runningW).toBe(120);
    expect(rules.of('laser', before.digest).nextClosing(EVENING)).toBe(Date.parse('2026-03-02T17:00:00Z'));
    expect(rules.of('laser', laserOf(now).digest).nextClosing(EVENING)).toBe(Date.parse('2026-03-02T19:00:00Z'));
  });

  it('are none of a machine that the registry does not have', () => {
    expect(() => new FoldRules(now).of('saw', before.digest)).toThrow('There is no machine "saw"');
  });
});

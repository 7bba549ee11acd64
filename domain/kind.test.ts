import { describe, expect, it } from 'vitest';
import { traitsOf } from './kind.ts';
import { Registry } from './registry.ts';
import { applyRegistry } from './registry-change.ts';
import { checkRegistry } from './registry-check.ts';

const NETWORK = { id: 'labfab', name: 'LabFab' };

describe('traitsOf()', () => {
  it.each([
    ['laser-cutter', true, 180_000],
    ['printer-3d', false, 180_000],
    ['band-saw', true, 30_000],
    ['heat-press', true, 300_000],
    ['a-kind-nobody-knows', true, 180_000],
    ['constructor', true, 180_000],
  ])('%s: attended %s, off after %d ms', (kind, attended, stopAfterMs) => {
    expect(traitsOf(kind, {})).toEqual({ attended, stopAfterMs });
    expect(traitsOf(kind, { kinds: {} })).toEqual({ attended, stopAfterMs });
  });

  it('gives what the registry says, and what is usual where it says nothing', () => {
    const { kinds } = Registry.parse({
      network: NETWORK,
      kinds: { 'printer-3d': { attended: true }, loom: { stopAfterS: 20 } },
    });
    expect(traitsOf('printer-3d', { kinds })).toEqual({ attended: true, stopAfterMs: 180_000 });
    expect(traitsOf('loom', { kinds })).toEqual({ attended: true, stopAfterMs: 20_000 });
  });
});

describe('kinds in the registry', () => {
  it('are complained of where they are wrong', () => {
    const wrong = checkRegistry({ network: NETWORK, kinds: { laser: { attended: 'yes' }, loom: { stopAfterS: -1 } } });
    expect(wrong).toMatchObject({
      code: 'registry-invalid',
      complaints: [{ path: 'kinds.laser.attended' }, { path: 'kinds.loom.stopAfterS' }],
    });
  });

  it('are named when they change', () => {
    const before = Registry.parse({ network: NETWORK });
    const after = Registry.parse({ network: NETWORK, kinds: { loom: { attended: false } } });
    expect(applyRegistry(before, after)).toEqual(['registry: kinds.loom.attended none → false']);
    expect(applyRegistry(after, after)).toEqual([]);
  });
});

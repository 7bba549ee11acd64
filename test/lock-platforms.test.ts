import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LOCK_FILE, missingPackages } from './lock-platforms.ts';

describe('package-lock.json', () => {
  it('names the packages of all platforms (else: node test/lock-platforms.ts)', () => {
    const { packages } = JSON.parse(readFileSync(LOCK_FILE, 'utf8'));
    expect(Object.keys(packages).length).toBeGreaterThan(100);
    expect(Object.keys(missingPackages(packages))).toEqual([]);
  });
});

describe('missingPackages()', () => {
  it('names what is not there, for whom it is, and nothing that is there', () => {
    const optionalDependencies = {
      '@x/linux-arm64-musl': '1.0.0',
      '@x/darwin-x64': '^1.0.0',
      '@x/here': '1.0.0',
      '@x/inside': '1.0.0',
    };
    const packages = {
      '': {},
      'node_modules/x': { version: '1.0.0', dev: true, optionalDependencies },
      'node_modules/@x/here': { version: '1.0.0' },
      'node_modules/x/node_modules/@x/inside': { version: '1.0.0' },
    };
    expect(missingPackages(packages)).toEqual({
      'node_modules/@x/linux-arm64-musl': {
        version: '1.0.0',
        cpu: ['arm64'],
        dev: true,
        libc: ['musl'],
        optional: true,
        os: ['linux'],
      },
      'node_modules/@x/darwin-x64': { version: '1.0.0', cpu: ['x64'], dev: true, optional: true, os: ['darwin'] },
    });
  });
});

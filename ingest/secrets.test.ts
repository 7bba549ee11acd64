import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StorageError } from '../domain/failure.ts';
import { makeSecret, makeToken, Secrets, TOKEN_LENGTH } from './secrets.ts';

let data: string;
const masterFile = (): string => path.join(data, 'keys/master.key');

beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'fabmeter-keys-'));
});
afterEach(() => {
  rmSync(data, { recursive: true });
});

describe('Secrets.open()', () => {
  it('makes a master key that only its owner may read, and leaves no draft', () => {
    Secrets.open(data);
    expect(statSync(masterFile()).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(data, 'keys')).mode & 0o777).toBe(0o700);
    expect(readFileSync(masterFile())).toHaveLength(32);
    expect(readdirSync(path.join(data, 'keys'))).toEqual(['master.key']);
  });

  it('gives the same hashes after a restart and others in another folder', () => {
    const first = Secrets.open(data);
    const again = Secrets.open(data);
    const other = Secrets.open(path.join(data, 'other'));
    const hashes = (secrets: Secrets): unknown[] => [
      secrets.keyCheck(),
      secrets.badgeToken('pasteur', '04A2'),
      secrets.badgeIndex('04A2'),
      secrets.memberToken('m-001', 2026),
      secrets.hashToken('token'),
      Buffer.from(secrets.hashSecret('plug-1', 'secret')).toString('hex'),
    ];
    expect(hashes(again)).toEqual(hashes(first));
    expect(new Set(hashes(first)).size).toBe(6);
    expect(new Set([...hashes(first), ...hashes(other)]).size).toBe(12);
  });

  it('tightens a key that others may read', () => {
    Secrets.open(data);
    chmodSync(masterFile(), 0o644);
    Secrets.open(data);
    expect(statSync(masterFile()).mode & 0o777).toBe(0o600);
  });

  it('goes on after a crash that left a draft', () => {
    mkdirSync(path.join(data, 'keys'));
    writeFileSync(`${masterFile()}.new`, 'half');
    Secrets.open(data);
    expect(readFileSync(masterFile())).toHaveLength(32);
    expect(existsSync(`${masterFile()}.new`)).toBe(false);
  });

  it('refuses a key of another length with a sentence', () => {
    mkdirSync(path.join(data, 'keys'));
    writeFileSync(masterFile(), 'short');
    expect(() => Secrets.open(data)).toThrow(/a key has 32 bytes, this file has 5; restore it from your backup/);
  });

  it('refuses an empty key: a new one would fit nothing that is stored', () => {
    mkdirSync(path.join(data, 'keys'));
    writeFileSync(masterFile(), '');
    expect(() => Secrets.open(data)).toThrow(/it is empty; restore it from your backup/);
  });

  it('says so when the folder cannot be made', () => {
    writeFileSync(path.join(data, 'keys'), 'a file');
    expect(() => Secrets.open(data)).toThrow(StorageError);
  });
});

describe('tokens', () => {
  it('differ by lab, badge, member and year, and have one length', () => {
    const secrets = Secrets.open(data);
    const tokens = [
      secrets.badgeToken('pasteur', '04A2'),
      secrets.badgeToken('redon', '04A2'),
      secrets.badgeToken('pasteur', '04A3'),
      secrets.badgeIndex('04A2'),
      secrets.memberToken('m-001', 2025),
      secrets.memberToken('m-001', 2026),
      secrets.memberToken('m-002', 2026),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
    for (const token of tokens) expect(token).toMatch(new RegExp(`^[\\w-]{${TOKEN_LENGTH}}$`));
  });

  it('do not meet when the parts are cut elsewhere', () => {
    const secrets = Secrets.open(data);
    expect(secrets.badgeToken('lab', '1A2')).not.toBe(secrets.badgeToken('lab1', 'A2'));
  });

  it('cannot be made again when the year was destroyed, also after a restart', () => {
    const secrets = Secrets.open(data);
    const kept = secrets.memberToken('m-001', 2026);
    expect(secrets.memberToken('m-001', 2025)).not.toBeNull();
    secrets.destroyYear(2025);
    expect(secrets.memberToken('m-001', 2025)).toBeNull();
    const again = Secrets.open(data);
    expect(again.memberToken('m-001', 2025)).toBeNull();
    expect(again.memberToken('m-001', 2026)).toBe(kept);
    expect(again.years()).toEqual([2025, 2026]);
  });
});

describe('isSecret()', () => {
  it('takes the right secret for the right connector only', () => {
    const secrets = Secrets.open(data);
    const hash = secrets.hashSecret('plug-1', 'the right secret');
    expect(secrets.isSecret('plug-1', 'the right secret', hash)).toBe(true);
    expect(secrets.isSecret('plug-1', Buffer.from('the right secret'), hash)).toBe(true);
    expect(secrets.isSecret('plug-1', 'the wrong secret', hash)).toBe(false);
    expect(secrets.isSecret('plug-2', 'the right secret', hash)).toBe(false);
    expect(secrets.isSecret('plug-1', '', hash)).toBe(false);
    expect(secrets.isSecret('plug-1', 'the right secret', undefined)).toBe(false);
  });
});

describe('makeSecret() and makeToken()', () => {
  it('make another one each time, of the promised form', () => {
    const secrets = Array.from({ length: 1000 }, makeSecret);
    expect(new Set(secrets).size).toBe(1000);
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{24}$/);
    expect(makeToken('fab_')).toMatch(/^fab_[\w-]{43}$/);
  });
});

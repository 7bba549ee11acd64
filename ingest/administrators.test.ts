import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryRegistryStore } from '../stores/memory/registry-store.ts';
import { Administrators, SETUP_KEY_MS } from './administrators.ts';
import { Secrets } from './secrets.ts';

let data: string;
let store: MemoryRegistryStore;
let secrets: Secrets;
let now: number;

beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'fabmeter-admin-'));
  now = 0;
  store = new MemoryRegistryStore();
  secrets = Secrets.open(data);
});
afterEach(() => rmSync(data, { recursive: true }));

async function start(environmentToken?: string): Promise<Administrators> {
  const administrators = new Administrators(store, secrets, () => now);
  await administrators.load(environmentToken);
  return administrators;
}

describe('Administrators', () => {
  it('turns a set-up key into a token, once', async () => {
    const first = await start();
    expect(first.isEmpty).toBe(true);
    const key = first.createSetupKey();
    const token = await first.redeemSetupKey(key);
    expect(token).toMatch(/^fabmeter_[\w-]{43}$/);
    expect(await first.redeemSetupKey(key)).toBeUndefined();
    expect(first.isEmpty).toBe(false);
    const second = await start();
    expect(second.authenticate(token ?? '')).toEqual({ id: 'admin-1', role: 'administrator' });
    expect(second.authenticate(`${token}x`)).toBeUndefined();
    expect(JSON.stringify(await store.load())).not.toContain(token);
  });

  it('refuses a wrong, an old and an earlier set-up key', async () => {
    const administrators = await start();
    expect(await administrators.redeemSetupKey('')).toBeUndefined();
    const earlier = administrators.createSetupKey();
    const key = administrators.createSetupKey();
    expect(await administrators.redeemSetupKey(earlier)).toBeUndefined();
    now = SETUP_KEY_MS;
    expect(await administrators.redeemSetupKey(key)).toBeUndefined();
    now = SETUP_KEY_MS - 1;
    expect(await administrators.redeemSetupKey(key)).toBeDefined();
  });

  it('gives one token when a set-up key is redeemed twice at once', async () => {
    const administrators = await start();
    const key = administrators.createSetupKey();
    const results = await Promise.all([administrators.redeemSetupKey(key), administrators.redeemSetupKey(key)]);
    expect(results.filter((result) => result !== undefined)).toHaveLength(1);
  });

  it('keeps a set-up key good when the store fails', async () => {
    const administrators = await start();
    const key = administrators.createSetupKey();
    await store.close();
    await expect(administrators.redeemSetupKey(key)).rejects.toThrow(/not open/);
    await expect(administrators.redeemSetupKey(key)).rejects.toThrow(/not open/);
  });

  it('takes the token of the environment while it is set, and stores it nowhere', async () => {
    const token = 'a-token-of-the-environment';
    const first = await start(token);
    expect(first.authenticate(token)).toEqual({ id: 'environment', role: 'administrator' });
    expect(first.isEmpty).toBe(false);
    expect((await store.load()).tokens).toEqual([]);
    expect((await start()).authenticate(token)).toBeUndefined();
  });

  it('takes tokens back, but not the last one', async () => {
    const administrators = await start();
    const one = await administrators.addToken('ada');
    const two = await administrators.addToken('ada');
    expect(two.id).toBe('admin-2');
    expect(await administrators.removeToken('nobody', 'ada')).toMatchObject({ code: 'not-found' });
    expect(await administrators.removeToken(one.id, 'ada')).toBeUndefined();
    expect(administrators.authenticate(one.token)).toBeUndefined();
    expect(await administrators.removeToken(two.id, 'ada')).toMatchObject({ code: 'conflict' });
    expect(administrators.authenticate(two.token)).toBeDefined();
  });

  it('does not take back the token of the environment', async () => {
    const administrators = await start('a-token-of-the-environment');
    await administrators.addToken('ada');
    expect(await administrators.removeToken('environment', 'ada')).toMatchObject({ code: 'conflict' });
  });
});

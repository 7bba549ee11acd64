import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryRegistryStore } from '../stores/memory/registry-store.ts';
import { Administrators, type NewToken, SETUP_KEY_MS } from './administrators.ts';
import { Secrets } from './secrets.ts';

let data: string;
let store: MemoryRegistryStore;
let secrets: Secrets;

beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'fabmeter-admin-'));
  store = new MemoryRegistryStore();
  secrets = Secrets.open(data);
});
afterEach(() => rmSync(data, { recursive: true }));

async function start(environmentToken?: string): Promise<Administrators> {
  const administrators = new Administrators(store, secrets);
  await administrators.load(environmentToken);
  return administrators;
}

describe('Administrators', () => {
  it('turns a set-up key into a token, once', async () => {
    const first = await start();
    expect(first.isEmpty).toBe(true);
    const key = first.createSetupKey(0);
    const made = (await first.redeemSetupKey(key, 1)) as NewToken;
    expect(made).toEqual({
      id: 'admin-1',
      role: 'administrator',
      token: expect.stringMatching(/^fabmeter_[\w-]{43}$/),
    });
    expect(await first.redeemSetupKey(key, 2)).toMatchObject({ code: 'forbidden' });
    expect(first.isEmpty).toBe(false);
    const second = await start();
    expect(second.authenticate(made.token)).toEqual({ id: 'admin-1', role: 'administrator' });
    expect(second.authenticate(`${made.token}x`)).toBeUndefined();
    expect(JSON.stringify(await store.load())).not.toContain(made.token);
  });

  it('refuses a wrong, an old and an earlier set-up key', async () => {
    const administrators = await start();
    expect(await administrators.redeemSetupKey('', 0)).toMatchObject({ code: 'forbidden' });
    const earlier = administrators.createSetupKey(0);
    const key = administrators.createSetupKey(0);
    expect(await administrators.redeemSetupKey(earlier, 1)).toMatchObject({ code: 'forbidden' });
    expect(await administrators.redeemSetupKey(key, SETUP_KEY_MS)).toMatchObject({ code: 'forbidden' });
    expect(await administrators.redeemSetupKey(key, SETUP_KEY_MS - 1)).toMatchObject({ id: 'admin-1' });
  });

  it('gives one token when a set-up key is redeemed twice at once', async () => {
    const administrators = await start();
    const key = administrators.createSetupKey(0);
    const results = await Promise.all([administrators.redeemSetupKey(key, 1), administrators.redeemSetupKey(key, 1)]);
    expect(results.filter((result) => 'token' in result)).toHaveLength(1);
  });

  it('keeps a set-up key good when the store fails', async () => {
    const administrators = await start();
    const key = administrators.createSetupKey(0);
    await store.close();
    await expect(administrators.redeemSetupKey(key, 1)).rejects.toThrow(/not open/);
    await expect(administrators.redeemSetupKey(key, 1)).rejects.toThrow(/not open/);
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
    const one = await administrators.addToken('ada', 1);
    const two = await administrators.addToken('ada', 2);
    expect(two.id).toBe('admin-2');
    expect(await administrators.removeToken('nobody', 'ada', 3)).toMatchObject({ code: 'not-found' });
    expect(await administrators.removeToken(one.id, 'ada', 3)).toBeUndefined();
    expect(administrators.authenticate(one.token)).toBeUndefined();
    expect(await administrators.removeToken(two.id, 'ada', 4)).toMatchObject({ code: 'conflict' });
    expect(administrators.authenticate(two.token)).toBeDefined();
  });

  it('does not take back the token of the environment', async () => {
    const administrators = await start('a-token-of-the-environment');
    await administrators.addToken('ada', 1);
    expect(await administrators.removeToken('environment', 'ada', 3)).toMatchObject({ code: 'conflict' });
  });
});

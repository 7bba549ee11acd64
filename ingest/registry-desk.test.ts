import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../domain/failure.ts';
import { StorageError } from '../domain/failure.ts';
import { MemoryRegistryStore } from '../stores/memory/registry-store.ts';
import { SqliteRegistryStore } from '../stores/sqlite/registry-store.ts';
import { type Applied, RegistryDesk } from './registry-desk.ts';
import { Secrets } from './secrets.ts';

const BADGE = '04A2B3C4D5E680';
const SECRET = 'a-secret-of-the-plug';
const NEW_YEAR_IN_PARIS = Date.parse('2026-12-31T23:30:00Z');

// biome-ignore lint/suspicious/noExplicitAny: the documents are bent on purpose
function document(): any {
  return {
    network: { id: 'labfab', name: 'LabFab' },
    labs: [
      { id: 'pasteur', name: 'Hôtel Pasteur', timezone: 'Europe/Paris' },
      { id: 'redon', name: 'Redon', timezone: 'Europe/Paris' },
    ],
    machines: [{ id: 'laser-1', lab: 'pasteur', kind: 'laser-cutter', name: 'Laser' }],
    connectors: [
      {
        id: 'plug-1',
        lab: 'pasteur',
        firmware: 'tasmota',
        device: 'plug-1',
        secret: SECRET,
        channels: [{ channel: 0, machine: 'laser-1', role: 'main' }],
      },
      {
        id: 'reader-1',
        lab: 'pasteur',
        firmware: 'fabmeter',
        device: 'reader-1',
        channels: [{ channel: 0, machine: 'laser-1', role: 'badge' }],
      },
    ],
    members: [
      { id: 'm-001', audience: 'public', badges: [BADGE] },
      { id: 'm-002', audience: 'public' },
    ],
    audiences: ['public', 'staff'],
  };
}

let data: string;
let store: MemoryRegistryStore;
let desk: RegistryDesk;
let now: number;

beforeEach(async () => {
  data = mkdtempSync(path.join(tmpdir(), 'fabmeter-desk-'));
  store = new MemoryRegistryStore();
  now = 1000;
  desk = new RegistryDesk(store, Secrets.open(data), () => now);
  await desk.load();
});
afterEach(() => rmSync(data, { recursive: true }));

async function applied(input: unknown): Promise<Applied> {
  const result = await desk.apply(input, 'ada');
  expect(result).not.toHaveProperty('kind');
  return result as Applied;
}

async function refused(input: unknown): Promise<Failure> {
  const result = await desk.apply(input, 'ada');
  expect(result).toHaveProperty('kind', 'failure');
  return result as Failure;
}

describe('RegistryDesk.apply()', () => {
  it('says what it did, shows the secrets it made, and warns', async () => {
    const result = await applied(document());
    expect(result.version).toBe(1);
    expect(result.changes).toContain('connector plug-1 added');
    expect(result.changes).toContain('members: badges of 1 changed');
    expect(result.secrets).toEqual([{ connector: 'reader-1', secret: expect.stringMatching(/^[\w-]{24}$/) }]);
    expect(result.warnings).toEqual([
      'machine laser-1 has no signature: what its power means stays unknown until it has one',
    ]);
    expect(desk.login('reader-1', result.secrets[0]?.secret ?? '')?.connector.id).toBe('reader-1');
  });

  it('changes nothing the second time', async () => {
    await applied(document());
    expect(await applied(document())).toMatchObject({ version: 1, changes: [], secrets: [] });
    expect(await store.audit(10)).toHaveLength(1);
  });

  it('changes nothing when it is given its own export, and keeps secrets and badges', async () => {
    const { secrets } = await applied(document());
    const text = JSON.stringify(structuredClone(desk.document()));
    expect(text).not.toContain(BADGE);
    expect(text).not.toContain(SECRET);
    expect(await applied(JSON.parse(text))).toMatchObject({ version: 1, changes: [], secrets: [] });
    expect(desk.login('plug-1', SECRET)).toBeDefined();
    expect(desk.login('reader-1', secrets[0]?.secret ?? '')).toBeDefined();
    expect(desk.resolve('pasteur', BADGE, 0).audience).toBe('public');
  });

  it('changes nothing when the document is wrong', async () => {
    await applied(document());
    const bent = document();
    bent.machines[0].name = 'Another name';
    bent.machines[0].lab = 'pasteurr';
    const failure = await refused(bent);
    expect(failure).toMatchObject({ code: 'registry-invalid', complaints: [{ path: 'machines[0].lab' }] });
    expect(desk.current().machines.get('laser-1')?.name).toBe('Laser');
    expect((await store.load()).version).toBe(1);
  });

  it('replaces a secret and tells so without showing it', async () => {
    await applied(document());
    const next = document();
    next.connectors[0].secret = 'another-secret-of-the-plug';
    const result = await applied(next);
    expect(result).toMatchObject({ changes: ['connector plug-1: secret changed'], secrets: [] });
    expect(desk.login('plug-1', SECRET)).toBeUndefined();
    expect(desk.login('plug-1', 'another-secret-of-the-plug')).toBeDefined();
  });

  it('replaces badges, and takes them away with an empty list', async () => {
    await applied(document());
    const next = document();
    next.members[0].badges = ['04FFEE', '04:ff:dd'];
    expect((await applied(next)).changes).toEqual(['members: badges of 1 changed']);
    expect(desk.resolve('pasteur', BADGE, 0).audience).toBeNull();
    expect(desk.resolve('pasteur', '04FFDD', 0).audience).toBe('public');
    next.members[0].badges = [];
    await applied(next);
    expect(desk.resolve('pasteur', '04FFDD', 0).audience).toBeNull();
  });

  it('refuses a badge that a member holds of whom the document leaves the badges out', async () => {
    await applied(document());
    const next = document();
    delete next.members[0].badges;
    next.members[1].badges = [BADGE.toLowerCase()];
    const failure = await refused(next);
    expect(failure.complaints).toEqual([
      { path: 'members[1].badges[0]', message: 'is already a badge of member "m-001"' },
    ]);
    next.members[0].badges = [];
    await applied(next);
    expect(desk.current().badges.size).toBe(1);
  });

  it('leaves members as they are when the document does not speak of them', async () => {
    await applied(document());
    const next = document();
    delete next.members;
    expect((await applied(next)).changes).toEqual([]);
    expect(desk.resolve('pasteur', BADGE, 0).audience).toBe('public');
    next.members = [];
    expect((await applied(next)).changes).toEqual(['members: 2 removed']);
    expect(desk.resolve('pasteur', BADGE, 0).audience).toBeNull();
  });

  it('forgets the secret and the badges of what is gone', async () => {
    await applied(document());
    const next = document();
    next.connectors = [];
    next.members = [];
    await applied(next);
    expect(desk.login('plug-1', SECRET)).toBeUndefined();
    const again = document();
    delete again.connectors[0].secret;
    delete again.members[0].badges;
    expect((await applied(again)).secrets.map(({ connector }) => connector)).toEqual(['plug-1', 'reader-1']);
    expect(desk.resolve('pasteur', BADGE, 0).member).toBeNull();
  });

  it('takes documents one after the other', async () => {
    const second = document();
    second.network.name = 'Another';
    const results = await Promise.all([
      desk.apply(document(), 'ada'),
      desk.apply(second, 'bob'),
      desk.apply(null, 'eve'),
    ]);
    expect(results).toMatchObject([
      { version: 1 },
      { version: 2, changes: ['network: name "LabFab" → "Another"'] },
      { kind: 'failure' },
    ]);
  });

  it('calls back after each change until it is told to stop', async () => {
    const versions: number[] = [];
    const stop = desk.onChange(({ version }) => versions.push(version));
    await applied(document());
    await applied(document());
    stop();
    await applied({ ...document(), audiences: ['public'] });
    expect(versions).toEqual([1]);
  });

  it('only tells what would change when it is asked to', async () => {
    await applied(document());
    const next = document();
    next.connectors.pop();
    next.connectors[0].secret = 'another-secret-of-the-plug';
    expect(await desk.apply(next, 'ada', { dryRun: true })).toEqual({
      version: 1,
      changes: ['connector reader-1 removed', 'connector plug-1: secret changed'],
      secrets: [],
      warnings: [expect.stringContaining('signature')],
    });
    expect(desk.login('plug-1', SECRET)).toBeDefined();
    expect(await store.audit(10)).toHaveLength(1);
  });

  it('changes nothing when the store fails', async () => {
    await applied(document());
    await store.close();
    await expect(desk.apply({ ...document(), members: [] }, 'ada')).rejects.toThrow(StorageError);
    expect(desk.current().document.members).toHaveLength(2);
  });
});

describe('RegistryDesk.login()', () => {
  it('takes a connector by its id and its own secret only', async () => {
    await applied(document());
    expect(desk.login('plug-1', Buffer.from(SECRET))).toMatchObject({
      connector: { device: 'plug-1' },
      zone: 'Europe/Paris',
    });
    expect(desk.login('reader-1', SECRET)).toBeUndefined();
    expect(desk.login('nobody', SECRET)).toBeUndefined();
    expect(desk.login('plug-1', '')).toBeUndefined();
  });

  it('renews a lost secret', async () => {
    await applied(document());
    now = 2000;
    const renewed = (await desk.renewSecret('plug-1', 'ada')) as { secret: string };
    expect(desk.login('plug-1', SECRET)).toBeUndefined();
    expect(desk.login('plug-1', renewed.secret)).toBeDefined();
    expect(await desk.renewSecret('nobody', 'ada')).toMatchObject({ code: 'not-found' });
    expect((await store.audit(1))[0]).toEqual({
      id: 2,
      at: 2000,
      author: 'ada',
      changes: ['connector plug-1: secret changed'],
      version: 2,
    });
  });
});

describe('RegistryDesk.resolve()', () => {
  it('gives one token a badge and lab, and one a member and year of the lab', async () => {
    await applied(document());
    const before = desk.resolve('pasteur', BADGE, NEW_YEAR_IN_PARIS - 3_600_000);
    const after = desk.resolve('pasteur', BADGE, NEW_YEAR_IN_PARIS);
    expect(before.token).toBe(after.token);
    expect(before.member).not.toBe(after.member);
    const elsewhere = desk.resolve('redon', BADGE, NEW_YEAR_IN_PARIS);
    expect(elsewhere.token).not.toBe(after.token);
    expect(elsewhere.member).toBe(after.member);
  });

  it('gives a badge that nobody holds a token and no member', async () => {
    await applied(document());
    expect(desk.resolve('pasteur', '04BADBAD', 0)).toEqual({
      token: expect.stringMatching(/^[\w-]{22}$/),
      member: null,
      audience: null,
    });
  });

  it('tells which machines of the reader’s lab a class takes, and which only learn of it', async () => {
    const next = document();
    const machine = (id: string, lab: string) => ({ id, lab, kind: 'printer', name: id });
    next.machines.push(machine('printer-1', 'pasteur'), machine('saw-1', 'pasteur'), machine('far-1', 'redon'));
    Object.assign(next.members[0] ?? {}, { class: { machines: ['far-1', 'laser-1', 'printer-1'], people: 12 } });
    await applied(next);
    expect(desk.resolve('pasteur', BADGE, 0).class).toEqual({
      people: 12,
      machines: ['laser-1', 'printer-1'],
      others: ['saw-1'],
    });
    expect(desk.resolve('redon', BADGE, 0).class).toEqual({ people: 12, machines: ['far-1'], others: [] });
  });

  it('takes the badge of a class for any other where the class has no machine', async () => {
    const next = document();
    Object.assign(next.members[0] ?? {}, { class: { machines: ['laser-1'], people: 12 } });
    await applied(next);
    const there = desk.resolve('redon', BADGE, 0);
    expect(there).not.toHaveProperty('class');
    expect(there.audience).toBe('public');
  });

  it('knows a member in a lab that came later', async () => {
    await applied(document());
    const next = structuredClone(desk.document());
    next.labs.push({ id: 'rennes', name: 'Rennes', timezone: 'Europe/Paris' });
    await applied(next);
    expect(desk.resolve('rennes', BADGE, 0).audience).toBe('public');
  });
});

describe('RegistryDesk with SQLite', () => {
  it('knows everything after a restart, and keeps no badge number or secret on disk', async () => {
    const file = path.join(data, 'registry.db');
    const secrets = Secrets.open(data);
    const first = SqliteRegistryStore.open(file);
    const before = new RegistryDesk(first, secrets, () => now);
    await before.load();
    await before.apply(document(), 'ada');
    const resolved = before.resolve('pasteur', BADGE, 0);
    const bytes = readdirSync(data)
      .filter((name) => name.startsWith('registry'))
      .map((name) => readFileSync(path.join(data, name)).toString('latin1'))
      .join('');
    expect(bytes).toContain('laser-1');
    for (const text of [
      BADGE,
      BADGE.toLowerCase(),
      String(BigInt(`0x${BADGE}`)),
      Buffer.from(BADGE, 'hex').toString('latin1'),
      SECRET,
    ]) {
      expect(bytes).not.toContain(text);
    }
    await first.close();
    const second = SqliteRegistryStore.open(file);
    const after = new RegistryDesk(second, Secrets.open(data), () => now);
    await after.load();
    expect(after.login('plug-1', SECRET)).toBeDefined();
    expect(after.resolve('pasteur', BADGE, 0)).toEqual(resolved);
    expect(await after.apply(document(), 'ada')).toMatchObject({ changes: [] });
    await second.close();
  });

  it('refuses to start with another master key', async () => {
    const other = new RegistryDesk(store, Secrets.open(path.join(data, 'other')), () => now);
    await expect(other.load()).rejects.toThrow(/is not the key that its registry was written with/);
  });
});

describe('apply() of a change that is based on a document', () => {
  it('takes one of two that come at the same time, and refuses the other', async () => {
    await desk.apply(document(), 'ada');
    const basedOn = desk.document();
    const renamed = (name: string) => ({ ...document(), network: { id: 'labfab', name } });
    const results = await Promise.all(
      ['First', 'Second'].map((name) => desk.apply(renamed(name), name, { dryRun: false, basedOn })),
    );
    expect(results[0]).toMatchObject({ changes: [expect.stringContaining('First')] });
    expect(results[1]).toMatchObject({ kind: 'failure', code: 'precondition-failed' });
    expect(desk.document().network.name).toBe('First');
    expect(await desk.apply(renamed('Second'), 'b', { dryRun: true, basedOn })).toMatchObject({
      code: 'precondition-failed',
    });
  });
});

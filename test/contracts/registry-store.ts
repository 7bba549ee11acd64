import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StorageError } from '../../domain/failure.ts';
import type { RegistryStore, RegistryWrite } from '../../domain/ports-registry.ts';
import { Registry } from '../../domain/registry.ts';

/** A document with `machines` machines, the given connectors and members. */
function documentOf(connectors: string[], members: string[] = []): Registry {
  return Registry.parse({
    network: { id: 'labfab', name: 'LabFab' },
    labs: [{ id: 'pasteur', name: 'Hôtel Pasteur', timezone: 'Europe/Paris' }],
    connectors: connectors.map((id) => ({ id, lab: 'pasteur', firmware: 'tasmota', device: id })),
    members: members.map((id) => ({ id })),
  });
}

function writeOf(document: Registry, more: Partial<RegistryWrite> = {}): RegistryWrite {
  const nothing = {
    reason: null,
    signatures: new Map(),
    secretHashes: new Map<string, Uint8Array>(),
    badges: new Map<string, string[]>(),
  };
  return { author: 'ada', at: 1000, changes: ['a change'], document, ...nothing, ...more };
}

const hash = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

/** What every `RegistryStore` promises. `reopen` closes a store and opens what it left behind. */
export function testRegistryStore(
  name: string,
  open: () => RegistryStore,
  reopen: (store: RegistryStore) => Promise<RegistryStore>,
): void {
  describe(`RegistryStore in ${name}`, () => {
    let store: RegistryStore;
    beforeEach(() => {
      store = open();
    });
    afterEach(() => store.close());

    it('is empty at first', async () => {
      expect(await store.load()).toEqual({
        version: 0,
        document: undefined,
        secretHashes: new Map(),
        badges: new Map(),
        tokens: [],
        keyCheck: undefined,
      });
      expect(await store.audit(10)).toEqual([]);
      expect(await store.versions(10)).toEqual([]);
    });

    it('gives back after a restart what was written', async () => {
      const document = documentOf(['plug-1'], ['m-001']);
      await store.setKeyCheck('check');
      const secretHashes = new Map([['plug-1', hash('one')]]);
      expect(await store.write(writeOf(document, { secretHashes, badges: new Map([['m-001', ['b1', 'b2']]]) }))).toBe(
        1,
      );
      store = await reopen(store);
      const loaded = await store.load();
      expect(loaded).toMatchObject({ version: 1, document, keyCheck: 'check' });
      expect([...loaded.secretHashes].map(([id, bytes]) => [id, Buffer.from(bytes).toString()])).toEqual([
        ['plug-1', 'one'],
      ]);
      expect(loaded.badges).toEqual(
        new Map([
          ['b1', 'm-001'],
          ['b2', 'm-001'],
        ]),
      );
    });

    it('keeps secrets and badges that a document does not mention', async () => {
      const document = documentOf(['plug-1', 'plug-2'], ['m-001', 'm-002']);
      const secretHashes = new Map([
        ['plug-1', hash('one')],
        ['plug-2', hash('two')],
      ]);
      await store.write(
        writeOf(document, {
          secretHashes,
          badges: new Map([
            ['m-001', ['b1']],
            ['m-002', ['b2']],
          ]),
        }),
      );
      await store.write(
        writeOf(document, { secretHashes: new Map([['plug-2', hash('new')]]), badges: new Map([['m-002', ['b3']]]) }),
      );
      const loaded = await store.load();
      expect(loaded.secretHashes.size).toBe(2);
      expect(Buffer.from(loaded.secretHashes.get('plug-2') ?? []).toString()).toBe('new');
      expect(loaded.badges).toEqual(
        new Map([
          ['b1', 'm-001'],
          ['b3', 'm-002'],
        ]),
      );
    });

    it('lets a badge go from one member to another in one document', async () => {
      const document = documentOf([], ['m-001', 'm-002']);
      await store.write(writeOf(document, { badges: new Map([['m-001', ['b1']]]) }));
      await store.write(
        writeOf(document, {
          badges: new Map([
            ['m-002', ['b1']],
            ['m-001', []],
          ]),
        }),
      );
      expect((await store.load()).badges).toEqual(new Map([['b1', 'm-002']]));
    });

    it('forgets secrets and badges of those who are gone', async () => {
      const secretHashes = new Map([['plug-1', hash('one')]]);
      await store.write(
        writeOf(documentOf(['plug-1'], ['m-001']), { secretHashes, badges: new Map([['m-001', ['b1']]]) }),
      );
      await store.write(writeOf(documentOf([])));
      expect(await store.load()).toMatchObject({ version: 2, secretHashes: new Map(), badges: new Map() });
    });

    it('keeps earlier documents, newest first, without their members', async () => {
      await store.write(writeOf(documentOf(['plug-1'], ['m-001'])));
      await store.write(writeOf(documentOf([], ['m-001']), { at: 2000 }));
      expect(await store.versions(10)).toEqual([
        { version: 2, at: 2000, document: documentOf([]) },
        { version: 1, at: 1000, document: documentOf(['plug-1']) },
      ]);
      expect(await store.versions(1)).toHaveLength(1);
    });

    it('logs who did what, newest first', async () => {
      await store.write(writeOf(documentOf([]), { changes: ['lab pasteur added'], reason: 'we opened' }));
      await store.putToken({ id: 'admin-1', role: 'administrator', hash: 'h1', createdAt: 2000 }, 'set-up key');
      expect(await store.removeToken('admin-1', 3000, 'ada')).toBe(true);
      expect(await store.audit(10)).toEqual([
        { id: 3, at: 3000, author: 'ada', changes: ['API token admin-1 removed'] },
        { id: 2, at: 2000, author: 'set-up key', changes: ['API token admin-1 (administrator) added'] },
        { id: 1, at: 1000, author: 'ada', changes: ['lab pasteur added'], version: 1, reason: 'we opened' },
      ]);
      expect(await store.audit(1)).toHaveLength(1);
      expect((await store.audit(10, 3)).map(({ id }) => id)).toEqual([2, 1]);
      expect(await store.audit(10, 1)).toEqual([]);
    });

    it('keeps the thresholds that a machine ever had, newest first', async () => {
      const signature = { standbyW: 20, runningW: 120, runAfterS: 0, stopAfterS: 60, bridgeS: 600 };
      await store.write(writeOf(documentOf([]), { signatures: new Map([['laser', signature]]) }));
      await store.write(writeOf(documentOf([]), { author: 'bob', at: 2000 }));
      const changed = { ...signature, runningW: 150 };
      const signatures = new Map([
        ['laser', changed],
        ['saw', signature],
      ]);
      await store.write(writeOf(documentOf([]), { at: 3000, signatures, reason: 'standby is 130 W' }));
      await store.write(writeOf(documentOf([]), { at: 4000, signatures: new Map([['laser', null]]) }));
      store = await reopen(store);
      expect(await store.signatures('laser')).toEqual([
        { version: 4, at: 4000, author: 'ada', reason: null, signature: null },
        { version: 3, at: 3000, author: 'ada', reason: 'standby is 130 W', signature: changed },
        { version: 1, at: 1000, author: 'ada', reason: null, signature },
      ]);
      expect(await store.signatures('saw')).toHaveLength(1);
      expect(await store.signatures('mill')).toEqual([]);
    });

    it('keeps, replaces and removes tokens', async () => {
      const row = { id: 'admin-1', role: 'administrator', hash: 'h1', createdAt: 1 } as const;
      await store.putToken(row, 'ada');
      await store.putToken({ ...row, hash: 'h2' }, 'ada');
      store = await reopen(store);
      expect((await store.load()).tokens).toEqual([{ ...row, hash: 'h2' }]);
      expect(await store.removeToken('nobody', 1, 'ada')).toBe(false);
      expect(await store.removeToken('admin-1', 1, 'ada')).toBe(true);
      expect((await store.load()).tokens).toEqual([]);
    });

    it('hands out copies', async () => {
      await store.write(writeOf(documentOf(['plug-1'])));
      const loaded = await store.load();
      loaded.document?.connectors.pop();
      loaded.badges.set('x', 'y');
      expect(await store.load()).toMatchObject({ document: documentOf(['plug-1']), badges: new Map() });
    });

    it('refuses to work when it is closed', async () => {
      await store.close();
      await store.close();
      await expect(store.load()).rejects.toThrow(StorageError);
      await expect(store.write(writeOf(documentOf([])))).rejects.toThrow(/not open/);
    });
  });
}

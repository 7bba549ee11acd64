import { testRegistryStore } from '../../test/contracts/registry-store.ts';
import { MemoryRegistryStore } from './registry-store.ts';

testRegistryStore(
  'memory',
  () => new MemoryRegistryStore(),
  async (store) => {
    await store.close();
    return new MemoryRegistryStore(store as MemoryRegistryStore);
  },
);

import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { Registry } from '../../domain/registry.ts';
import { REGISTRY_EXAMPLE } from './registry-example.ts';

it('REGISTRY_EXAMPLE is a registry in which every name refers to something', () => {
  const registry = Registry.parse(parse(REGISTRY_EXAMPLE));
  const labs = registry.labs.map((lab) => lab.id);
  const machines = registry.machines.map((machine) => machine.id);
  const channels = registry.connectors.flatMap((connector) => connector.channels.map((channel) => channel.machine));
  expect([labs.length, machines.length, channels.length]).toEqual([1, 1, 1]);
  expect(labs).toEqual(registry.machines.map((machine) => machine.lab));
  expect(machines).toEqual(channels);
});

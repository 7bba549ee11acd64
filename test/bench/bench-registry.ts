import type { LoadClient } from './mqtt-publisher.ts';

const SECRET = 'a-secret-for-the-benchmark';

/** How large a network is measured. */
export interface BenchNetwork {
  labs: number;
  machinesPerLab: number;
  /** How often the connectors say that they report. */
  reportS: number;
  /** The day on which the labs opened; absent: nobody knows. */
  since?: string;
}

/** One lab in which everything reports every 10 s. */
export function oneLab(machines: number): BenchNetwork {
  return { labs: 1, machinesPerLab: machines, reportS: 10 };
}

/** A registry in which each machine has one native connector: `machine-0` has `plug-0`, and so on. */
export function benchRegistry({ labs, machinesPerLab, reportS, since }: BenchNetwork): unknown {
  const each = <T>(n: number, make: (index: number) => T) => Array.from({ length: n }, (_, index) => make(index));
  const labOf = (machine: number) => `lab-${Math.floor(machine / machinesPerLab)}`;
  const machines = labs * machinesPerLab;
  return {
    network: { id: 'bench', name: 'Bench' },
    labs: each(labs, (index) => ({
      id: `lab-${index}`,
      name: `Lab ${index}`,
      timezone: 'Europe/Paris',
      opening: 'Mo-Su 08:00-20:00',
      ...(since === undefined ? {} : { since }),
    })),
    machines: each(machines, (index) => ({
      id: `machine-${index}`,
      lab: labOf(index),
      kind: 'laser-cutter',
      name: `Machine ${index}`,
      signature: { standbyW: 20, runningW: 120 },
    })),
    connectors: each(machines, (index) => ({
      id: `plug-${index}`,
      lab: labOf(index),
      firmware: 'fabmeter',
      device: `plug-${index}`,
      secret: SECRET,
      reportS,
      channels: [{ channel: 0, machine: `machine-${index}`, role: 'main' }],
    })),
  };
}

/** The topic on which a connector publishes power. */
export function powerTopic(index: number): string {
  return `fabmeter/1/plug-${index}/power`;
}

/** The first n connectors as publishers of native power messages. */
export function benchClients(n: number): LoadClient[] {
  return Array.from({ length: n }, (_, index) => ({
    username: `plug-${index}`,
    password: SECRET,
    topic: powerTopic(index),
    payload: (count: number) => `{"w":${((count * 7 + index) % 500) + 0.5},"wh":${count}}`,
  }));
}

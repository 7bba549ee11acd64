/** The smallest registry that shows a machine: one lab, one machine, one plug. */
export const REGISTRY_EXAMPLE = `network: { id: my-network, name: My network }
labs:
  - { id: my-lab, name: My lab, timezone: Europe/Paris }
machines:
  - id: laser-1
    lab: my-lab
    kind: laser-cutter
    name: Laser cutter
    signature: { standbyW: 20, runningW: 120 }
connectors:
  - id: plug-laser-1
    lab: my-lab
    firmware: tasmota
    device: plug-laser-1
    reportS: 10
    channels: [{ channel: 0, machine: laser-1, role: main }]
`;

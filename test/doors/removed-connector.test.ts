import { describe, expect, it } from 'vitest';
import { connectAs } from '../process/mqtt-clients.ts';
import { type RunningFabmeter, startFabmeter, throwAwayFolder } from '../process/running-fabmeter.ts';
import { connectorEntry, secretOf, smallLab } from '../process/small-lab.ts';
import { until } from '../process/until.ts';

type Change = [name: string, change: (lab: ReturnType<typeof smallLab>) => unknown[], secret: string];

const CHANGES: Change[] = [
  ['was removed', ({ connectors }) => connectors.slice(1), secretOf('plug-1')],
  [
    'has another secret',
    ({ connectors }) => [connectorEntry('plug-1', { secret: 'quite-another-secret-0123' }), ...connectors.slice(1)],
    secretOf('plug-1'),
  ],
];

async function put(fabmeter: RunningFabmeter, document: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fabmeter.api('/api/v1/registry', { method: 'PUT', headers, body: JSON.stringify(document) });
  expect(response.status).toBe(200);
}

describe('a connector that is connected', () => {
  it.each(CHANGES)('is disconnected when it %s, and others stay', async (_name, change, secret) => {
    expect(CHANGES.length).toBeGreaterThan(0);
    const lab = smallLab(1);
    const fabmeter = await startFabmeter({ data: throwAwayFolder(), registry: lab });
    const plug = await connectAs('plug-1', fabmeter.mqttPort);
    const reader = await connectAs('reader-1', fabmeter.mqttPort);
    await put(fabmeter, { ...lab, connectors: change(lab) });
    await until('the plug is disconnected', () => !plug.connected);
    await expect(connectAs('plug-1', fabmeter.mqttPort, { password: secret })).rejects.toThrow(
      /[Nn]ot authorized|[Bb]ad/,
    );
    await reader.publishAsync('fabmeter/1/reader-1/status', 'online', { qos: 1 });
    expect(reader.connected).toBe(true);
  });
});

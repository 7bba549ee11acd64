import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RunningFabmeter, startFabmeter, throwAwayFolder, tryToStart } from '../process/running-fabmeter.ts';
import { smallLab } from '../process/small-lab.ts';

/** A port that another program listens on. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

/** The small lab with one letter too many in the lab of its second machine. */
function labWithTypo() {
  const registry = smallLab(2) as unknown as { machines: { lab: string }[] };
  if (registry.machines[1]) registry.machines[1].lab = 'pasteurr';
  return registry;
}

interface Refusal {
  what: string;
  options(): Promise<{ args?: string[]; mqttPort?: number; httpPort?: number; registry?: unknown }>;
  says: RegExp;
  code: number;
}

const REFUSALS: Refusal[] = [
  {
    what: 'the MQTT port is in use',
    options: async () => ({ mqttPort: await takenPort() }),
    says: /^Cannot start: port \d+ is in use by another program; stop it, or choose another port with --mqtt-port\.$/m,
    code: 1,
  },
  {
    what: 'the HTTP port is in use',
    options: async () => ({ httpPort: await takenPort() }),
    says: /^Cannot start: port \d+ is in use by another program; stop it, or choose another port with --http-port\.$/m,
    code: 1,
  },
  {
    what: 'an option is not known',
    options: async () => ({ args: ['--mqtt-prt', '1883'] }),
    says: /^Unknown option "--mqtt-prt"; did you mean --mqtt-port\?$/m,
    code: 2,
  },
  {
    what: 'the registry has a typo',
    options: async () => ({ registry: labWithTypo() }),
    says: /machines\[1\]\.lab: no lab "pasteurr"; did you mean "pasteur"\?$/m,
    code: 1,
  },
  {
    what: 'there is no such registry file',
    options: async () => ({ args: ['--registry', '/nowhere/registry.yaml'] }),
    says: /^Cannot read \/nowhere\/registry\.yaml: there is no such file\.$/m,
    code: 2,
  },
];

describe('a start that is refused', () => {
  it('has cases', () => {
    expect(REFUSALS.length).toBeGreaterThan(0);
  });

  it.each(REFUSALS)('says why when $what', async ({ options, says, code }) => {
    const ended = await tryToStart({ data: throwAwayFolder(), ...(await options()) });
    expect(ended).toMatchObject({ code, out: '', err: expect.stringMatching(says) });
    expect((ended as { err: string }).err).not.toMatch(/\n +at /);
  });

  it('says that another Fabmeter holds the folder, and leaves that one alone', async () => {
    const data = throwAwayFolder();
    const first = await startFabmeter({ data, registry: smallLab(1) });
    const second = await tryToStart({ data });
    expect(second).toMatchObject({
      code: 1,
      err: `Another Fabmeter holds the data folder ${data}: stop it, or give another --data\n`,
    });
    expect((await first.api('/readyz')).status).toBe(200);
  });

  it('changes nothing when the registry has a typo, at the start and over HTTP', async () => {
    const data = throwAwayFolder();
    const first = await startFabmeter({ data, registry: smallLab(1) });
    const before = await first.json('/api/v1/registry');
    const answer = await first.api('/api/v1/registry', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(labWithTypo()),
    });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('no lab \\"pasteurr\\"; did you mean \\"pasteur\\"?');
    await first.stop();
    expect(await tryToStart({ data, registry: labWithTypo() })).not.toBeInstanceOf(RunningFabmeter);
    const again = await startFabmeter({ data });
    expect(await again.json('/api/v1/registry')).toEqual(before);
  });
});

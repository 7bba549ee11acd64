import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { demoRegistry } from '../firmware-bridge/simulation/demo-lab.ts';
import type { DemoRequest } from './commands.ts';
import type { DemoProgress, DemoSetup } from './demo-devices.ts';
import { OPEN_TO_ALL, openServer, untilStopped } from './start.ts';
import { type Terminal, writeFailure } from './terminal.ts';

const ZONE = 'Europe/Paris';

/** `fabmeter demo`: a simulated lab over real MQTT, in a throw-away folder; gives the exit code. */
export async function runDemo({ config, days }: DemoRequest, terminal: Terminal): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-demo-'));
  try {
    const special = { registryDocument: demoRegistry(ZONE), anonymousMay: OPEN_TO_ALL };
    const server = await openServer({ ...config, dataFolder: folder }, special);
    if ('kind' in server) return writeFailure(terminal, server);
    terminal.out(`fabmeter ready mqtt=${server.mqttPort} http=${server.httpPort}\n`);
    terminal.out(
      `A simulated lab, kept in ${folder} until you stop it. The page: http://${config.host}:${server.httpPort}\n`,
    );
    const devices = startDevices({ port: server.mqttPort, zone: ZONE, days }, terminal);
    return await untilStopped({
      ...server,
      stop: async () => {
        await devices.terminate();
        await server.stop();
      },
    });
  } finally {
    // Files that a thread takes away while it ends must not end this half-way, as they do `rmSync`.
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function startDevices(setup: DemoSetup, terminal: Terminal): Worker {
  const devices = new Worker(new URL('./demo-devices.ts', import.meta.url), { workerData: setup, name: 'devices' });
  devices.on('message', ({ sent, isDone }: DemoProgress) => {
    terminal.out(
      isDone ? `The past ${setup.days} days are there (${sent} messages).\n` : `  the past days: ${sent} messages\n`,
    );
  });
  devices.on('error', (error: unknown) => terminal.err(`The simulated devices stopped: ${(error as Error).message}\n`));
  return devices;
}

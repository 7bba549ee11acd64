import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { connectAsync, type MqttClient } from 'mqtt';
import { HOUR_MS, wallClock } from '../domain/time.ts';
import { demoRegistry } from '../firmware-bridge/simulation/demo-lab.ts';
import type { SimulatedMessage } from '../firmware-bridge/simulation/device.ts';
import { simulateLab } from '../firmware-bridge/simulation/simulate-lab.ts';

/** What the thread of the simulated devices begins with. */
export interface DemoSetup {
  port: number;
  zone: string;
  /** How many past days the devices kept. */
  days: number;
}

/** What the thread tells: how many messages of the past are stored, and of how many; the last one is `done`. */
export interface DemoProgress {
  sent: number;
  isDone: boolean;
}

/** Messages of the past that one connector has under way at once. */
const PAST_WINDOW = 500;
const PROGRESS_MESSAGES = 20_000;

const port = parentPort as MessagePort;
const setup = workerData as DemoSetup;
const liveAt = wallClock();
const simulation = { seed: 1, zone: setup.zone, from: liveAt - setup.days * 24 * HOUR_MS, liveAt };
const clients = new Map<string, MqttClient>();

async function publish({ connector, topic, payload, retain }: SimulatedMessage, qos: 0 | 1): Promise<void> {
  await clients.get(connector)?.publishAsync(topic, payload, { qos, retain });
}

/** What the devices send from now on, in real time. */
async function live(): Promise<void> {
  for (const message of simulateLab({ ...simulation, to: Number.POSITIVE_INFINITY })) {
    if (message.at < liveAt) continue;
    while (message.at > wallClock()) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, message.at - wallClock())));
    }
    void publish(message, message.qos);
  }
}

/** What the devices kept of the past days, as a connector sends it that was offline. */
async function past(): Promise<void> {
  const underWay = new Map<string, Promise<void>[]>();
  let sent = 0;
  for (const message of simulateLab({ ...simulation, to: liveAt })) {
    const queue = underWay.get(message.connector) ?? [];
    underWay.set(message.connector, queue);
    queue.push(publish(message, 1));
    if (queue.length >= PAST_WINDOW) await Promise.all(queue.splice(0, PAST_WINDOW / 2));
    sent += 1;
    if (sent % PROGRESS_MESSAGES === 0) port.postMessage({ sent, isDone: false } satisfies DemoProgress);
  }
  await Promise.all([...underWay.values()].flat());
  port.postMessage({ sent, isDone: true } satisfies DemoProgress);
}

for (const { id, secret } of demoRegistry(setup.zone).connectors ?? []) {
  const options = { port: setup.port, host: '127.0.0.1', username: id, password: secret ?? '', clientId: id };
  clients.set(id, await connectAsync(options));
}
await Promise.all([live(), past()]);

import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { onTestFinished } from 'vitest';
import { secretOf } from './small-lab.ts';

/** A client of the `mqtt` package, logged in as a connector of the small lab; gone after the test. Rejects when the login is refused. */
export async function connectAs(connector: string, port: number, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync({
    host: '127.0.0.1',
    hostname: '127.0.0.1',
    port,
    username: connector,
    password: secretOf(connector),
    reconnectPeriod: 0,
    ...options,
  });
  client.on('error', () => undefined);
  onTestFinished(() => void client.end(true));
  return client;
}

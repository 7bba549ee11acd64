import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { connectAs } from '../process/mqtt-clients.ts';
import { startFabmeter, throwAwayFolder } from '../process/running-fabmeter.ts';
import { smallLab } from '../process/small-lab.ts';
import { until } from '../process/until.ts';

const TOPIC = 'fabmeter/1/plug-1/power';
const hasOpenssl = hasProgram('openssl');
if (!hasOpenssl) console.info('skipped: MQTT over TLS (there is no openssl here to make certificates)');

function hasProgram(name: string): boolean {
  try {
    execFileSync(name, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A new key with its certificate, put in place of the old ones as renewing programs do: by renaming. */
function renew(folder: string, name: string): void {
  const made = { key: path.join(folder, `${name}.key`), cert: path.join(folder, `${name}.pem`) };
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', [...args, '-keyout', made.key, '-out', made.cert, ...subject], { stdio: 'ignore' });
  renameSync(made.key, path.join(folder, 'tls.key'));
  renameSync(made.cert, path.join(folder, 'tls.pem'));
}

/** The common name of the certificate that is shown to new connections. */
function shownName(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

describe.runIf(hasOpenssl)('MQTT over TLS', () => {
  it('takes messages, and each new certificate without a restart; a broken one leaves the old in use', async () => {
    const folder = throwAwayFolder();
    renew(folder, 'first');
    const port = await freePort();
    const files = ['--tls-cert', path.join(folder, 'tls.pem'), '--tls-key', path.join(folder, 'tls.key')];
    const args = [...files, '--mqtts-port', String(port)];
    const fabmeter = await startFabmeter({ data: throwAwayFolder(), registry: smallLab(1), args });
    const ca = readFileSync(path.join(folder, 'tls.pem'));
    const early = await connectAs('plug-1', port, { protocol: 'mqtts', ca });
    await early.publishAsync(TOPIC, '{"w":1}', { qos: 1 });
    await expect(connectAs('plug-1', port, { protocol: 'mqtts', password: 'a-wrong-secret' })).rejects.toThrow();
    for (const name of ['second', 'third']) {
      renew(folder, name);
      await until(`the ${name} certificate is shown`, async () => (await shownName(port)) === name);
    }
    writeFileSync(path.join(folder, 'tls.pem'), 'no certificate');
    await until('the broken one is complained of', () => fabmeter.err.includes('Cannot use the new certificate'));
    expect(await shownName(port)).toBe('third');
    await early.publishAsync(TOPIC, '{"w":2}', { qos: 1 });
    expect((await fabmeter.events()).filter(({ kind }) => kind === 'power')).toMatchObject([{ w: 1 }, { w: 2 }]);
    expect((await fabmeter.stop()).code).toBe(0);
  });
});

describe('MQTT over WebSocket', () => {
  const over = { protocol: 'ws', path: '/mqtt' } as const;

  it('takes messages on the HTTP port, large ones and many at once', async () => {
    const fabmeter = await startFabmeter({ data: throwAwayFolder(), registry: smallLab(1) });
    const client = await connectAs('plug-1', fabmeter.httpPort, over);
    const kept = JSON.stringify(Array.from({ length: 4000 }, (_, n) => ({ w: n, boot: 'kept-while-offline', seq: n })));
    expect(kept.length).toBeGreaterThan(150_000);
    await client.publishAsync(TOPIC, kept, { qos: 1 });
    await Promise.all(Array.from({ length: 500 }, (_, n) => client.publishAsync(TOPIC, `{"w":${n}}`, { qos: 2 })));
    const events = await fabmeter.events('?connector=plug-1');
    expect(events.filter(({ kind }) => kind === 'power')).toHaveLength(4500);
  });

  it('refuses wrong secrets, other paths, and packets that are too large', async () => {
    const fabmeter = await startFabmeter({ data: throwAwayFolder(), registry: smallLab(1) });
    await expect(connectAs('plug-1', fabmeter.httpPort, { ...over, password: 'a-wrong-secret' })).rejects.toThrow();
    const elsewhere = new WebSocket(`ws://127.0.0.1:${fabmeter.httpPort}/elsewhere`, 'mqtt');
    const refused = await new Promise<Error>((resolve) => elsewhere.once('error', resolve));
    expect(refused.message).toContain('404');
    const client = await connectAs('plug-1', fabmeter.httpPort, over);
    const gone = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish(TOPIC, Buffer.alloc(300_000, 0x20), { qos: 1 });
    await gone;
    await until(
      'it is counted',
      async () => (await fabmeter.metric('fabmeter_refusals_total{reason="packet-bytes"}')) === 1,
    );
  });
});

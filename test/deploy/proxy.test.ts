import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import path from 'node:path';
import { connectAsync } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../process/free-port.ts';
import { ADMIN_TOKEN, type RunningFabmeter, startFabmeter, throwAwayFolder } from '../process/running-fabmeter.ts';
import { secretOf, smallLab } from '../process/small-lab.ts';
import { until } from '../process/until.ts';
import { missing, PROGRAM_ENV, ROOT, run } from './programs.ts';

const NO_OPENSSL = missing('openssl', 'openssl', 'version');
const NAME = 'fabmeter.example.org';

/** Ports and certificate that stand for those of a real box. */
interface Place {
  folder: string;
  fabmeterPort: number;
  httpPort: number;
  httpsPort: number;
  certificate: string;
  key: string;
}

/** A proxy in front of Fabmeter: how its file of `deploy/` is checked, and started with other ports. */
interface Proxy {
  name: string;
  missing: string | undefined;
  /** Writes what is to be run; returns the arguments that check it, and those that run it. */
  prepare(place: Place): { check: string[]; start: string[] };
}

function deployed(name: string): string {
  return readFileSync(path.join(ROOT, 'deploy', name), 'utf8');
}

/** Replaces each text, which has to be there. */
function replaced(text: string, changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((changed, [from, to]) => {
    expect(changed).toContain(from);
    return changed.replaceAll(from, to);
  }, text);
}

const NGINX: Proxy = {
  name: 'nginx',
  missing: missing('nginx', 'nginx-light', '-v') ?? NO_OPENSSL,
  prepare({ folder, fabmeterPort, httpPort, httpsPort, certificate, key }) {
    const site = replaced(deployed('nginx.conf'), [
      ['127.0.0.1:8080', `127.0.0.1:${fabmeterPort}`],
      ['listen 80;', `listen 127.0.0.1:${httpPort};`],
      ['  listen [::]:80;\n', ''],
      ['listen 443 ssl', `listen 127.0.0.1:${httpsPort} ssl`],
      ['  listen [::]:443 ssl http2;\n', ''],
      [`/etc/letsencrypt/live/${NAME}/fullchain.pem`, certificate],
      [`/etc/letsencrypt/live/${NAME}/privkey.pem`, key],
    ]);
    const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (what) => `${what}_temp_path ${folder}/${what};`,
    );
    const whole = `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; events {} http { access_log off; ${places.join(' ')} ${site} }`;
    const file = path.join(folder, 'nginx.conf');
    // Only root may name a user, and has to.
    writeFileSync(file, process.getuid?.() === 0 ? `user root;\n${whole}` : whole);
    const here = ['-p', folder, '-c', file, '-e', path.join(folder, 'error.log')];
    return { check: ['-t', ...here], start: here };
  },
};

const CADDY: Proxy = {
  name: 'caddy',
  missing: missing('caddy', 'caddy', 'version') ?? NO_OPENSSL,
  prepare({ folder, fabmeterPort, httpsPort, certificate, key }) {
    const site = replaced(deployed('Caddyfile'), [
      [
        'grace_period 5s',
        `grace_period 100ms\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system ${folder}`,
      ],
      ['127.0.0.1:8080', `127.0.0.1:${fabmeterPort}`],
      [`${NAME} {`, `https://localhost:${httpsPort} {\n\tbind 127.0.0.1\n\ttls ${certificate} ${key}`],
    ]);
    const file = path.join(folder, 'Caddyfile');
    writeFileSync(file, site);
    const here = ['--adapter', 'caddyfile', '--config', file];
    return { check: ['validate', ...here], start: ['run', ...here] };
  },
};

function start(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { env: PROGRAM_ENV, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return child;
}

async function placeFor(fabmeterPort: number): Promise<Place> {
  const folder = throwAwayFolder();
  const [certificate, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  const made = run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
  ]);
  expect(made.code, made.text).toBe(0);
  const ports = { httpPort: await freePort(), httpsPort: await freePort() };
  return { folder, fabmeterPort, ...ports, certificate, key };
}

/** Asks for a path through the proxy; `text` is the status and what came until now. */
function ask(port: number, route: string): { readonly text: string; stop(): void } {
  const answer = { text: '', stop: () => void asked.destroy() };
  const asked = request(
    { host: '127.0.0.1', port, path: route, rejectUnauthorized: false, servername: 'localhost', headers: HEADERS },
    (response) => {
      answer.text += `${response.statusCode}\n`;
      response.setEncoding('utf8').on('data', (chunk: string) => {
        answer.text += chunk;
      });
      response.on('error', () => undefined);
    },
  );
  asked.on('error', () => undefined).end();
  onTestFinished(answer.stop);
  return answer;
}

/** Whether something takes connections on a port. */
function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

const HEADERS = { authorization: `Bearer ${ADMIN_TOKEN}`, host: 'localhost' };

async function fabmeterBehind(proxy: Proxy): Promise<{ fabmeter: RunningFabmeter; place: Place; args: string[] }> {
  const fabmeter = await startFabmeter({ data: throwAwayFolder(), registry: smallLab(1) });
  const place = await placeFor(fabmeter.httpPort);
  const { check, start: args } = proxy.prepare(place);
  const checked = run(proxy.name, check);
  expect(checked.code, checked.text).toBe(0);
  return { fabmeter, place, args };
}

describe.each([NGINX, CADDY])('$name', (proxy) => {
  it.skipIf(proxy.missing !== undefined)(
    `passes on the page, the live stream and MQTT over WebSocket ${proxy.missing ?? ''}`,
    async () => {
      const { place, args } = await fabmeterBehind(proxy);
      start(proxy.name, args);
      await until(`${proxy.name} listens`, () => isListening(place.httpsPort));
      const page = ask(place.httpsPort, '/healthz');
      await until('an answer through the proxy', () => page.text.includes('{"status":"ok"}'));
      const live = ask(place.httpsPort, '/api/v1/live');
      await until('the first state of the machine', () => live.text.includes('"machine-1"'));
      expect(live.text).toMatch(/^200\n/);
      const connector = await connectAsync(`wss://localhost:${place.httpsPort}/mqtt`, {
        username: 'plug-1',
        password: secretOf('plug-1'),
        rejectUnauthorized: false,
        wsOptions: { headers: { host: 'localhost' } },
        reconnectPeriod: 0,
      });
      onTestFinished(() => void connector.end(true));
      await connector.publishAsync('fabmeter/1/plug-1/power', '{"w":777}', { qos: 1 });
      await until('the reading comes down the live stream', () => live.text.includes('"watts":777'));
    },
  );
});

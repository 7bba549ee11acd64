import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MqttClient } from 'mqtt';
import { expect, it } from 'vitest';
import { connectAs } from '../process/mqtt-clients.ts';
import {
  type RunningFabmeter,
  runFabmeter,
  startFabmeter,
  throwAwayFolder,
  tryToStart,
} from '../process/running-fabmeter.ts';
import { connectorEntry, smallLab } from '../process/small-lab.ts';
import { until } from '../process/until.ts';
import { traces } from './badge-forms.ts';
import { MESSAGES, NUMBERS, spaced } from './badge-messages.ts';

const HOUR_MS = 3_600_000;
const { known, short, byFile, byApi, login, inId, inKey, mistaken, tooLong } = NUMBERS;

function registry(members: readonly unknown[]): Record<string, unknown> {
  const lab = smallLab(2, members);
  lab.connectors.push(
    connectorEntry('tasmota-1', { firmware: 'tasmota', device: 'tasmota-1', channels: [at('machine-2', 'aux')] }),
    connectorEntry('esp-1', { firmware: 'esp-rfid', device: 'esp-1', channels: [at('machine-2', 'badge')] }),
    connectorEntry('shelly-1', { firmware: 'shelly-gen1', device: 'shelly-1', channels: [] }),
  );
  return lab;
}

function at(machine: string, role: string) {
  return { channel: 0, machine, role };
}

const MEMBERS = [
  { id: 'm-1', audience: 'public', badges: [known] },
  { id: 'm-2', audience: 'student', badges: [`dec:${BigInt(`0x${short}`)}`, spaced(byFile, ':')] },
];

/** Registries that are refused because of a mistake beside or in a badge number; as JSON or YAML text. */
function mistakes(): { type: string; body: string }[] {
  const withMember = (member: unknown) => ({
    type: 'application/json',
    body: JSON.stringify(registry([...MEMBERS, member])),
  });
  return [
    withMember({ id: 'm-9', badges: [`${mistaken}X`] }),
    withMember({ id: 'm-9', badges: [`${tooLong}${'0'.repeat(70)}`] }),
    withMember({ id: 'm-9', badges: [Number(`0x${short}`)] }),
    withMember({ id: 'm-9', badges: mistaken }),
    withMember({ id: 'm-9', badges: { [inKey]: 'main' } }),
    withMember({ id: 'm-9', badges: [known] }),
    withMember({ id: 'm-9', badges: [], [inKey]: 'yes' }),
    withMember({ id: 'm-9', audience: mistaken }),
    withMember({ id: inId, badges: [inId] }),
    withMember({ id: spaced(inId, '-'), badges: [inId] }),
    withMember({ id: 'm-9', bages: [mistaken] }),
    { type: 'application/json', body: `{"members":[{"id":"m-9","badges":["${mistaken}",]}]}` },
    { type: 'application/json', body: `{"members":[{"id":"m-9","badges":[${mistaken}]}]}` },
    { type: 'application/yaml', body: `members:\n  - { id: m-9, badges: [*${mistaken}] }\n` },
    { type: 'application/yaml', body: `members:\n  - { id: m-9, badges: ["${mistaken} }\n` },
    { type: 'application/yaml', body: `members:\n  - id: m-9\n    ? ${mistaken}: ${mistaken}: x\n` },
  ];
}

/** What was seen from outside: the name of the place, and the bytes. */
type Seen = Map<string, Buffer>;

async function sendEverything(fabmeter: RunningFabmeter, seen: Seen): Promise<void> {
  const clients = new Map<string, MqttClient>();
  for (const connector of ['plug-1', 'reader-1', 'tasmota-1', 'esp-1', 'shelly-1']) {
    clients.set(connector, await connectAs(connector, fabmeter.mqttPort, { clientId: `${login}-${connector}` }));
  }
  const reader = clients.get('reader-1') as MqttClient;
  await reader.subscribeAsync('fabmeter/1/reader-1/badge/reply');
  const replies: Buffer[] = [];
  reader.on('message', (topic, payload) => replies.push(Buffer.from(topic), payload));
  for (const { connector, topic, payload, retain = false, qos = 1 } of MESSAGES) {
    await clients.get(connector)?.publishAsync(topic, payload, { qos, retain });
  }
  await until('the reader got an answer', () => replies.length > 0);
  seen.set('replies', Buffer.concat(replies));
}

async function tryLogins(fabmeter: RunningFabmeter): Promise<void> {
  for (const username of [login, login.toLowerCase(), spaced(login, ':'), `card ${login}`, `reader-${login}`]) {
    await expect(connectAs('reader-1', fabmeter.mqttPort, { username })).rejects.toThrow();
  }
  await expect(connectAs('reader-1', fabmeter.mqttPort, { password: login })).rejects.toThrow();
  const will = {
    topic: 'fabmeter/1/reader-2/badge',
    payload: Buffer.from(`{"uid":"${login}"}`),
    qos: 1,
    retain: false,
  } as const;
  const leaving = await connectAs('reader-2', fabmeter.mqttPort, { will });
  await leaving.subscribeAsync(`fabmeter/1/${login}/badge/reply`).catch(() => undefined);
  const gone = new Promise<void>((resolve) => leaving.once('close', () => resolve()));
  leaving.publish(`$SYS/${login}`, login, { qos: 1 }, () => undefined);
  await gone;
}

async function askEveryRoute(fabmeter: RunningFabmeter, seen: Seen): Promise<void> {
  type Parameter = { name: string; in: string; required?: boolean };
  type Document = { paths: Record<string, Record<string, { parameters?: Parameter[] }>> };
  const { paths } = await fabmeter.json<Document>('/openapi.json');
  const range = {
    from: new Date(Date.now() - HOUR_MS).toISOString(),
    to: new Date(Date.now() + HOUR_MS).toISOString(),
  };
  const values: Record<string, string> = {
    machine: 'machine-1',
    ...range,
    points: '20',
    id: 'machine-2',
    file: 'index.html',
  };
  const routes = Object.entries(paths).filter(([, methods]) => methods.get);
  expect(routes.length).toBeGreaterThan(10);
  for (const [route, { get }] of routes) {
    const wanted = (get?.parameters ?? []).filter((one) => one.in === 'query' && (one.required || one.name in range));
    const query = new URLSearchParams(wanted.map(({ name }) => [name, values[name] ?? '']));
    const url = `${route.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? name)}?${query}`;
    for (const accept of ['application/json', 'text/csv']) {
      const answer = await fabmeter.api(url, { headers: { accept } });
      const body = route.endsWith('/live') ? await firstOf(answer) : Buffer.from(await answer.arrayBuffer());
      seen.set(`GET ${url} as ${accept}`, Buffer.concat([Buffer.from(JSON.stringify([...answer.headers])), body]));
    }
  }
}

/** The first piece of an answer that does not end. */
async function firstOf(answer: Response): Promise<Buffer> {
  const stream = answer.body?.getReader();
  const first = await stream?.read();
  await stream?.cancel();
  return Buffer.from(first?.value ?? []);
}

async function makeMistakes(fabmeter: RunningFabmeter, seen: Seen): Promise<void> {
  for (const [index, { type, body }] of mistakes().entries()) {
    const answer = await fabmeter.api('/api/v1/registry', { method: 'PUT', headers: { 'content-type': type }, body });
    const text = await answer.text();
    expect(answer.status, `mistake ${index}: ${text}`).toBeGreaterThanOrEqual(400);
    seen.set(`answer to mistake ${index}`, Buffer.from(text));
  }
  const changed = registry([...MEMBERS, { id: 'm-3', audience: 'public', badges: [byApi] }]);
  const init = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(changed) };
  const applied = await fabmeter.api('/api/v1/registry', init);
  expect(applied.status).toBe(200);
  seen.set('answer to a change', Buffer.from(await applied.text()));
}

/** Commands on the folder, whose words are searched too. */
async function runCommands(data: string, seen: Seen): Promise<void> {
  const outside = throwAwayFolder();
  const csv = path.join(outside, 'members.csv');
  writeFileSync(csv, `id,audience,badges\nm-7,public,${mistaken}X\nm-8,${mistaken},${mistaken}\n${mistaken}\n`);
  const document = path.join(outside, 'registry.json');
  writeFileSync(document, JSON.stringify(registry(MEMBERS)));
  const backup = path.join(data, 'backup.tar');
  const commands = [
    ['apply', document, '--members', csv, '--data', data],
    ['apply', document, '--data', data],
    ['export', '--data', data],
    ['verify', '--data', data],
    ['backup', backup, '--data', data],
  ];
  for (const command of commands) {
    const { out, err } = await runFabmeter(command);
    seen.set(`fabmeter ${command[0]}`, Buffer.from(out + err));
  }
  for (const [index, { type, body }] of mistakes().entries()) {
    if (index % 4 !== 3) continue;
    const file = path.join(outside, `mistake.${type.slice(-4)}`);
    writeFileSync(file, body);
    const ended = (await tryToStart({ data, args: ['--registry', file] })) as {
      code: number;
      out: string;
      err: string;
    };
    expect(ended.code).not.toBe(0);
    seen.set(`start with mistake ${index}`, Buffer.from(ended.out + ended.err));
  }
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [path.join(entry.parentPath, entry.name)] : [],
  );
}

it('keeps no badge number, writes none and answers none, after a run with everything that may hold one', {
  timeout: 120_000,
}, async () => {
  const data = throwAwayFolder();
  const seen: Seen = new Map();
  const fabmeter = await startFabmeter({ data, registry: registry(MEMBERS), args: ['--log-level', 'trace'] });
  await sendEverything(fabmeter, seen);
  await tryLogins(fabmeter);
  await makeMistakes(fabmeter, seen);
  await askEveryRoute(fabmeter, seen);
  for (const file of filesUnder(data)) seen.set(`${path.relative(data, file)} while it runs`, readFileSync(file));
  const sessions = await fabmeter.json<{ sessions: unknown[] }>(
    `/api/v1/sessions?from=${new Date(Date.now() - HOUR_MS).toISOString()}&to=${new Date(Date.now() + HOUR_MS).toISOString()}`,
  );
  expect(sessions.sessions.length).toBeGreaterThan(0);
  expect((await fabmeter.events()).filter(({ kind }) => kind === 'badge').length).toBeGreaterThan(5);
  const { messages } = await fabmeter.json<{ messages: unknown[] }>('/api/v1/quarantine');
  expect(messages.length).toBeGreaterThan(30);
  const { code, out, err } = await fabmeter.stop();
  expect(code).toBe(0);
  seen.set('stdout', Buffer.from(out)).set('stderr', Buffer.from(err));
  await runCommands(data, seen);
  const files = filesUnder(data);
  expect(files.map((file) => path.relative(data, file))).toEqual(
    expect.arrayContaining(['journal.db', 'ledger.db', 'registry.db']),
  );
  for (const file of files) seen.set(path.relative(data, file), readFileSync(file));
  const found = [...seen].flatMap(([where, bytes]) => traces(where, bytes, Object.values(NUMBERS)));
  expect(found).toEqual([]);
});

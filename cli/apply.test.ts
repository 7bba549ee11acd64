import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StorageError } from '../domain/failure.ts';
import { lockFolder } from '../stores/sqlite/folder-lock.ts';
import { applyFile } from './apply.ts';
import { exportRegistry } from './export.ts';
import type { RegistryPlace } from './registry-access.ts';

const LAB = `network: { id: labfab, name: LabFab }
labs:
  - { id: pasteur, name: Hôtel Pasteur, timezone: Europe/Paris }
machines:
  - { id: laser-1, lab: pasteur, kind: laser-cutter, name: Laser, signature: { standbyW: 20, runningW: 120 } }
connectors:
  - { id: plug-1, lab: pasteur, firmware: tasmota, device: plug-1, channels: [{ channel: 0, machine: laser-1, role: main }] }
members:
  - { id: m-001, badges: ["04A2B3C4D5E680"] }
audiences: [public]
`;

let folder: string;
let place: RegistryPlace;
let out: string;
let err: string;
const terminal = {
  out: (text: string): void => {
    out += text;
  },
  err: (text: string): void => {
    err += text;
  },
};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-apply-'));
  place = { dataFolder: path.join(folder, 'data') };
  out = '';
  err = '';
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function apply(
  text: string,
  more: { members?: string; dryRun?: boolean; place?: RegistryPlace } = {},
): Promise<number> {
  out = '';
  err = '';
  const members = more.members === undefined ? undefined : write('members.csv', more.members);
  const file = write('lab.yaml', text);
  return applyFile({ file, members, dryRun: more.dryRun ?? false, place: more.place ?? place }, terminal);
}

describe('fabmeter apply', () => {
  it('tells what changed and shows new secrets once', async () => {
    expect(await apply(LAB)).toBe(0);
    expect(out).toContain('machine laser-1 added\n');
    expect(out).toMatch(/Secrets made now.*\n {2}plug-1 {2}[\w-]{24}\n$/);
    expect(err).toBe('');
    expect(await apply(LAB)).toBe(0);
    expect(out).toBe('Nothing changed.\n');
  });

  it('names file, line, place and suggestion of each mistake, and changes nothing', async () => {
    await apply(LAB);
    expect(await apply(LAB.replace('lab: pasteur, kind', 'lab: pasteurr, kind'))).toBe(1);
    expect(err).toContain(`${folder}/lab.yaml:5: machines[0].lab: no lab "pasteurr"; did you mean "pasteur"?\n`);
    expect(out).toBe('');
    expect(await apply(LAB)).toBe(0);
    expect(out).toBe('Nothing changed.\n');
  });

  it('only says what would change when it is asked to', async () => {
    await apply(LAB);
    expect(await apply(LAB.replace('runningW: 120', 'runningW: 150'), { dryRun: true })).toBe(0);
    expect(out).toBe('This would change:\nmachine laser-1: signature.runningW 120 → 150\n');
    await apply(LAB);
    expect(out).toBe('Nothing changed.\n');
  });

  it('adds members of a CSV file and says on which line one is wrong', async () => {
    expect(await apply(LAB, { members: 'id,audience,badges\nm-002,public,04FF\n' })).toBe(0);
    expect(out).toContain('members: 2 added\nmembers: badges of 2 changed\n');
    expect(await apply(LAB, { members: 'id,audience\nm-002,public\nm-003,publik\n' })).toBe(1);
    expect(err).toContain('members.csv:3: members[2].audience: no audience "publik"; did you mean "public"?');
  });

  it('refuses a file that is not there, with exit code 2', async () => {
    expect(await applyFile({ file: '/no/lab.yaml', members: undefined, dryRun: false, place }, terminal)).toBe(2);
    expect(err).toBe('Cannot read /no/lab.yaml: there is no such file.\n');
  });

  it('says what to do when a running Fabmeter holds the folder', async () => {
    const lock = lockFolder(path.join(folder, 'data'));
    await expect(apply(LAB)).rejects.toThrow(StorageError);
    await expect(apply(LAB)).rejects.toThrow(/A running Fabmeter holds .*: give its address \(--url/);
    lock.release();
    expect(await apply(LAB)).toBe(0);
  });
});

describe('fabmeter export', () => {
  it.each(['yaml', 'json'] as const)('writes %s that can be applied again and changes nothing', async (format) => {
    await apply(LAB);
    out = '';
    expect(await exportRegistry({ format, place }, terminal)).toBe(0);
    const text = out;
    expect(text).not.toContain('04A2B3C4D5E680');
    expect(await apply(text)).toBe(0);
    expect(out).toBe('Nothing changed.\n');
  });

  it('makes nothing where there is nothing', async () => {
    expect(await exportRegistry({ format: 'yaml', place }, terminal)).toBe(1);
    expect(err).toContain('There is no registry in');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('apply and export over HTTP', () => {
  let server: Server;
  let url: string;
  const requests: { method: string | undefined; url: string | undefined; auth: string | undefined; body: string }[] =
    [];
  let answer: { status: number; body: unknown };

  beforeEach(async () => {
    requests.length = 0;
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        requests.push({ method: request.method, url: request.url, auth: request.headers.authorization, body });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('sends the document with the token', async () => {
    answer = { status: 200, body: { changes: ['lab x added'], secrets: [], warnings: ['machine x has no signature'] } };
    expect(await apply('network: { id: a, name: A }', { place: { url, token: 't' } })).toBe(0);
    expect(requests).toEqual([
      { method: 'PUT', url: '/api/v1/registry', auth: 'Bearer t', body: '{"network":{"id":"a","name":"A"}}' },
    ]);
    expect(out).toBe('lab x added\n');
    expect(err).toBe('Mind: machine x has no signature\n');
  });

  it('shows what the server complains of with the lines of the file', async () => {
    const complaints = [{ path: 'network.name', message: 'is missing' }];
    answer = { status: 422, body: { code: 'registry-invalid', detail: 'The registry has 1 mistake.', complaints } };
    expect(await apply('network:\n  id: a', { place: { url, token: undefined }, dryRun: true })).toBe(1);
    expect(requests[0]).toMatchObject({ url: '/api/v1/registry?dry-run=true', auth: undefined });
    expect(err).toBe(`The registry has 1 mistake.\n  ${folder}/lab.yaml:1: network.name: is missing\n`);
  });

  it('says what to do without a token, and when nobody answers', async () => {
    answer = { status: 401, body: { code: 'unauthenticated', detail: 'Send a token.' } };
    expect(await exportRegistry({ format: 'json', place: { url, token: undefined } }, terminal)).toBe(1);
    expect(err).toBe('Send a token. Give --token, or set FABMETER_TOKEN.\n');
    err = '';
    const gone = { url: 'http://127.0.0.1:1', token: undefined };
    expect(await exportRegistry({ format: 'json', place: gone }, terminal)).toBe(1);
    expect(err).toMatch(/^Cannot reach Fabmeter at http:\/\/127.0.0.1:1: .*Is it running\?\n$/);
    err = '';
    expect(await exportRegistry({ format: 'json', place: { url: 'nonsense', token: undefined } }, terminal)).toBe(1);
    expect(err).toContain('Cannot reach Fabmeter at nonsense');
  });
});

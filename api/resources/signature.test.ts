import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Registry } from '../../domain/registry.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/time.ts';
import { RegistryDesk } from '../../ingest/registry-desk.ts';
import { Secrets } from '../../ingest/secrets.ts';
import { MemoryRegistryStore } from '../../stores/memory/registry-store.ts';
import { type ALL_READS, apiFixture, REGISTRY, TOKEN } from '../../test/api-fixture.ts';

const NOW = Date.parse('2026-03-04T12:00:00Z');
const PATH = '/api/v1/machines/laser-1/signature';

let folder: string;
let desk: RegistryDesk;
let house: ReturnType<typeof apiFixture>;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-signature-'));
  desk = new RegistryDesk(new MemoryRegistryStore(), Secrets.open(folder), () => house?.state.now ?? NOW);
  await desk.load();
  house = open();
  desk.onChange(({ document }) => {
    house.state.registry = document;
  });
  await desk.apply(REGISTRY, 'start');
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(anonymousMay = new Set<never>() as typeof ALL_READS) {
  return apiFixture({
    registry: {
      document: () => desk.document(),
      apply: (...change) => desk.apply(...change),
      changes: (...page) => desk.changes(...page),
      signatures: (machine) => desk.signatures(machine),
    },
    rebuild: () => ({ machines: 2, machine: 'laser-1', done: 0.4 }),
    anonymousMay,
  });
}

/** A reading each minute of the last days: four hours of 200 W every 12 hours, and 3 W between. */
function draws(machine: string, days: number): void {
  const rows = house.ledger.of(machine);
  const id = `plug/0/${machine}`;
  rows.series.push({ id, connector: 'plug', channel: 0, machine, main: true, holdMs: 150_000 });
  const from = NOW - days * DAY_MS;
  const readings = Array.from({ length: (days * DAY_MS) / MINUTE_MS }, (_, minute) => {
    const at = from + minute * MINUTE_MS;
    return { at, w: (at - from) % (12 * HOUR_MS) > 8 * HOUR_MS ? 200 : 3, wh: Number.NaN };
  });
  rows.readings.set(id, readings);
}

function post(body: unknown, query = '', target = PATH) {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  return house.app.request(`${target}${query}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const signature = () => desk.document().machines.find(({ id }) => id === 'laser-1')?.signature;

describe('GET /api/v1/machines/{id}/signature', () => {
  it('tells what holds, what held before, and what the readings say, with all the evidence', async () => {
    draws('laser-1', 3);
    const answer = await (await house.get(PATH)).json();
    expect(answer.signature).toEqual(REGISTRY.machines[0]?.signature);
    expect(answer.versions).toMatchObject([{ version: 1, author: 'start', reason: null, signature: answer.signature }]);
    expect(answer.recomputing).toBeNull();
    const { calibration } = answer;
    expect(calibration).toMatchObject({ outcome: 'proposal', days: 14, from: '2026-03-01T12:00:00.000Z' });
    expect(calibration.runs).toHaveLength(6);
    expect(calibration.bins).toHaveLength(2);
    expect(calibration.before).toEqual(calibration.after);
    expect(calibration.after).toMatchObject({ runs: 6, unknownS: 0 });
    const knownS = calibration.bins.reduce((sum: number, bin: { knownS: number }) => sum + bin.knownS, 0);
    expect(knownS).toBe(calibration.knownS);
  });

  it('looks at two weeks and no further', async () => {
    draws('laser-1', 20);
    const { calibration } = await (await house.get(PATH)).json();
    expect(calibration).toMatchObject({ from: '2026-02-18T12:00:00.000Z', to: '2026-03-04T12:00:00.000Z' });
    expect(calibration.after.runs).toBe(28);
  });

  it('says how far the past is computed again', async () => {
    house.ledger.of('laser-1').fold = {
      machine: 'laser-1',
      state: '{}',
      rolledFrom: 0,
      rolledUntil: 0,
      rules: 'earlier',
    };
    expect((await (await house.get(PATH)).json()).recomputing).toEqual({ done: 0.4 });
  });

  it('gives the versions as CSV', async () => {
    const text = await (await house.get(PATH, { accept: 'text/csv' })).text();
    expect(text.split('\r\n')[0]).toBe(
      'version,at,author,reason,standbyW,runningW,stopW,runAfterS,stopAfterS,bridgeS,ratedW',
    );
    expect(text.split('\r\n')[1]).toBe('1,2026-03-04T12:00:00.000Z,start,,20,120,,0,60,600,');
  });

  it('names nobody to those who may not see it', async () => {
    house = open(new Set(['registry:read']));
    const answer = await (await house.app.request(PATH)).json();
    expect(answer.versions).toMatchObject([{ author: null, reason: null, version: 1 }]);
  });

  it('refuses a machine that there is not', async () => {
    const response = await house.get('/api/v1/machines/laser-2/signature');
    expect(response.status).toBe(404);
    expect((await response.json()).detail).toContain('did you mean "laser-1"?');
  });
});

describe('POST /api/v1/machines/{id}/signature', () => {
  const byHand = { standbyW: 20, runningW: 150, stopW: 100 };

  it('sets thresholds by hand; both versions stay visible, and so does who changed them, when and why', async () => {
    draws('laser-1', 3);
    house.state.now = NOW + HOUR_MS;
    const response = await post({ signature: byHand, reason: 'standby went up to 130 W' });
    expect(response.status).toBe(200);
    const changes = ['machine laser-1: signature.runningW 120 → 150', 'machine laser-1: signature.stopW none → 100'];
    expect((await response.json()).changes.sort()).toEqual(changes);
    expect(signature()).toEqual({ ...byHand, runAfterS: 0, stopAfterS: 60, bridgeS: 600 });
    const { versions } = await (await house.get(PATH)).json();
    expect(versions.map((one: { signature: unknown }) => one.signature)).toEqual([
      signature(),
      REGISTRY.machines[0]?.signature,
    ]);
    expect(versions[0]).toMatchObject({
      at: '2026-03-04T13:00:00.000Z',
      author: 'admin',
      reason: 'standby went up to 130 W',
    });
    const log = await (await house.get('/api/v1/registry/changes')).json();
    expect(log.changes[0]).toMatchObject({ author: 'admin', reason: 'standby went up to 130 W', version: 2 });
    expect(log.changes[0].changes.sort()).toEqual(changes);
  });

  it('says what would change, and changes nothing', async () => {
    draws('laser-1', 3);
    const answer = await (await post({ signature: { ...byHand, runningW: 300 }, reason: 'a try' }, '?dry-run')).json();
    expect(answer.changes).toContain('machine laser-1: signature.runningW 120 → 300');
    expect(answer.before.runs).toBe(6);
    expect(answer.after.runs).toBe(0);
    expect(signature()).toEqual(REGISTRY.machines[0]?.signature);
  });

  it('confirms what was proposed', async () => {
    draws('printer-1', 3);
    const target = '/api/v1/machines/printer-1/signature';
    const { calibration } = await (await house.get(target)).json();
    const response = await post({ proposed: calibration.proposed, reason: 'looks right' }, '', target);
    expect(response.status).toBe(200);
    const { signature: holds, calibration: again } = await (await house.get(target)).json();
    expect(holds).toEqual(calibration.proposed);
    expect(again.before).toEqual(calibration.after);
  });

  it('names what has changed in the proposal meanwhile', async () => {
    draws('laser-1', 3);
    const { calibration } = await (await house.get(PATH)).json();
    const response = await post({ proposed: { ...calibration.proposed, runningW: 77 }, reason: 'looks right' });
    expect(response.status).toBe(409);
    const problem = await response.json();
    const message = `is now ${calibration.proposed.runningW}, not 77`;
    expect(problem).toMatchObject({ code: 'conflict', complaints: [{ path: 'proposed.runningW', message }] });
    expect(signature()).toEqual(REGISTRY.machines[0]?.signature);
  });

  it('confirms nothing where nothing is proposed', async () => {
    const response = await post({ proposed: byHand, reason: 'looks right' });
    expect(response.status).toBe(409);
    expect((await response.json()).detail).toContain('Too early to tell');
  });

  it('keeps what the machine may draw at most', async () => {
    const document = structuredClone(desk.document()) as Registry;
    Object.assign(document.machines[0]?.signature ?? {}, { ratedW: 2000 });
    await desk.apply(document, 'ada');
    await post({ signature: byHand, reason: 'a reason' });
    expect(signature()?.ratedW).toBe(2000);
  });

  it.each([
    [
      'stopW over runningW',
      { signature: { ...byHand, stopW: 200 }, reason: 'r' },
      422,
      'signature.stopW must not be above',
    ],
    [
      'negative watts',
      { signature: { ...byHand, standbyW: -1 }, reason: 'r' },
      422,
      'signature.standbyW must be at least 0',
    ],
    ['a missing threshold', { signature: { standbyW: 1 }, reason: 'r' }, 422, 'signature.runningW is missing'],
    ['a misspelt name', { signature: { ...byHand, stopw: 1 }, reason: 'r' }, 422, 'did you mean "stopW"?'],
    ['no reason', { signature: byHand, reason: ' ' }, 400, ''],
    ['neither', { reason: 'r' }, 400, ''],
  ])('refuses %s, and changes nothing', async (_what, body, status, sentence) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect((await response.json()).detail).toContain(sentence);
    expect(signature()).toEqual(REGISTRY.machines[0]?.signature);
  });
});

describe('GET /api/v1/proposals', () => {
  it('tells of machines without thresholds, and of those that are named', async () => {
    draws('printer-1', 3);
    const all = await (await house.get('/api/v1/proposals')).json();
    expect(all.left).toBe(0);
    expect(all.proposals).toMatchObject([
      { machine: 'printer-1', outcome: 'proposal', proposed: { stopAfterS: 180 }, after: { runs: 6 }, before: null },
      { machine: 'laser-9', outcome: 'refusal', reason: 'not-enough-time', proposed: null },
    ]);
    expect(all.proposals[1].sentence).toContain('Too early to tell');
    expect(all.proposals[0].bins).toBeUndefined();
    const named = await (await house.get('/api/v1/proposals?machine=laser-1')).json();
    expect(named.proposals).toMatchObject([{ machine: 'laser-1', outcome: 'refusal' }]);
    const lab = await (await house.get('/api/v1/proposals?lab=tokyo')).json();
    expect(lab.proposals).toHaveLength(1);
  });

  it('is a table too', async () => {
    draws('printer-1', 3);
    const [head, first] = (await (await house.get('/api/v1/proposals', { accept: 'text/csv' })).text()).split('\r\n');
    expect(head?.startsWith('machine,lab,kind,outcome,standbyW,runningW')).toBe(true);
    expect(first?.startsWith('printer-1,pasteur,printer-3d,proposal,5,')).toBe(true);
  });

  it.each(['machine=lasr-1', 'lab=pasteurr', 'kind=laser'])('refuses %s', async (selection) => {
    expect((await house.get(`/api/v1/proposals?${selection}`)).status).toBe(404);
  });
});

describe('GET /api/v1/registry/changes', () => {
  it('goes through the log page by page, the newest first', async () => {
    for (const name of ['One', 'Two', 'Three']) {
      await desk.apply({ ...REGISTRY, network: { id: 'labfab', name } }, 'ada');
    }
    const first = await (await house.get('/api/v1/registry/changes?limit=2')).json();
    expect(first.changes.map(({ version }: { version: number }) => version)).toEqual([4, 3]);
    const last = await (await house.get(`/api/v1/registry/changes?limit=2&before=${first.next}`)).json();
    expect(last.changes.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    expect(last.next).toBeNull();
    expect(first.changes[0].changes).toEqual(['network: name "Two" → "Three"']);
    const table = await house.get('/api/v1/registry/changes?limit=2', { accept: 'text/csv' });
    expect(table.headers.get('link')).toBe('</api/v1/registry/changes?limit=2&before=3>; rel="next"');
  });

  it('names nobody to those who may not see it', async () => {
    house = open(new Set(['registry:read']));
    const { changes } = await (await house.app.request('/api/v1/registry/changes')).json();
    expect(changes).toMatchObject([{ author: null, version: 1 }]);
  });
});

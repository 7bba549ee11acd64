import { describe, expect, it } from 'vitest';
import type { Activity, ActivityInterval, Session } from '../../domain/layers.ts';
import { Registry } from '../../domain/registry.ts';
import { apiFixture, REGISTRY } from '../../test/api-fixture.ts';

const at = (text: string) => Date.parse(`2026-03-${text}Z`);

function doing(activity: Activity, start: string, end: string, bridgedMs = 0): ActivityInterval {
  return { start: at(start), end: at(end), activity, source: 'power', bridgedMs, censored: false };
}

function session(machine: string, start: string, end: string, member: string, audience = 'public'): Session {
  return {
    ...{ id: `${machine}~${at(start).toString(36)}`, machine, start: at(start), end: at(end), startCause: 'badge' },
    ...{ endCause: 'badge-out', confidence: 'certain', runningMs: 0, standbyMs: 0, unknownMs: 0, energyWh: null },
    ...{ member, audience, people: null },
  };
}

/** Three machines in two zones; a day with a fault, a bridged hole, a night print and somebody who uses two machines. */
function usedHouse() {
  const house = apiFixture();
  const laser = house.ledger.of('laser-1');
  laser.activity = [
    doing('off', '01T22:00:00', '02T07:30:00.250'),
    doing('standby', '02T07:30:00.250', '02T09:00:00'),
    doing('running', '02T09:00:00', '02T11:15:00.125', 333_333),
    doing('standby', '02T11:15:00.125', '02T11:40:00'),
    doing('running', '02T16:30:00', '02T19:00:00.007'),
    doing('off', '02T19:00:00.007', '03T20:00:00'),
  ];
  laser.sessions = [
    session('laser-1', '01T22:30:00', '01T23:30:00', 'eve'),
    session('laser-1', '02T08:59:00.500', '02T10:30:00', 'ada'),
    session('laser-1', '02T10:30:00', '02T11:20:00', 'bob', 'staff'),
  ];
  laser.service = [
    { start: at('01T00:00:00'), end: at('02T13:00:00'), state: 'up', source: 'declared' },
    { start: at('02T13:00:00'), end: at('02T14:00:00.400'), state: 'fault', source: 'declared' },
    { start: at('02T14:00:00.400'), end: at('02T15:00:00'), state: 'maintenance', source: 'declared' },
    { start: at('02T15:00:00'), end: null, state: 'up', source: 'declared' },
  ];
  laser.energy = [22, 23, 33, 34].map((hour) => ({
    series: 'plug-1:0',
    hour: at('01T00:00:00') + hour * 3_600_000,
    wh: 100.125,
    recoveredWh: hour === 33 ? 7.25 : 0,
  }));
  const series = { id: 'plug-1:0', connector: 'plug-1', channel: 0, machine: 'laser-1', main: true, holdMs: 25_000 };
  laser.series = [series];
  const printer = house.ledger.of('printer-1');
  printer.activity = [doing('running', '02T20:00:00', '03T02:00:00')];
  printer.sessions = [session('printer-1', '02T20:00:00', '02T20:30:00', 'ada')];
  house.ledger.of('laser-9').activity = [doing('running', '02T00:00:00', '02T01:00:00')];
  house.ledger.of('laser-9').sessions = [session('laser-9', '02T00:00:00', '02T01:00:00', 'kei')];
  return house;
}

type Row = Record<string, number | null> & { group: Record<string, string>; explain: string };
interface Stretch {
  seconds: number;
  activity: string;
  service: string;
  opening: string | null;
  session: string | null;
  bridgedS: number;
}

/** Adds up in milliseconds, as on paper. */
const seconds = (rows: readonly Stretch[], isOne: (row: Stretch) => boolean = () => true) =>
  rows.filter(isOne).reduce((ms, row) => ms + Math.round(row.seconds * 1000), 0) / 1000;

/** What an auditor makes of the intervals of an explanation, with nothing but the answer. */
function audited({ stretches, sessions, energy }: { stretches: Stretch[]; sessions: Row[]; energy: Row[] | null }) {
  const isRunning = ({ activity }: Stretch) => activity === 'running';
  const isOpen = ({ opening }: Stretch) => opening === 'staffed' || opening === 'public';
  const hasHours = stretches.every(({ opening }) => opening !== null);
  const inOpening = (isOne: (row: Stretch) => boolean) =>
    hasHours ? seconds(stretches, (row) => isOpen(row) && isOne(row)) : null;
  const counted = sessions.filter(({ isCounted }) => isCounted);
  const shareOf = (name: string) =>
    energy && Math.round(energy.reduce((wh, hour) => wh + Number(hour[name]) * Number(hour.share), 0) * 1000) / 1000;
  return {
    windowS: seconds(stretches),
    offS: seconds(stretches, ({ activity }) => activity === 'off'),
    standbyS: seconds(stretches, ({ activity }) => activity === 'standby'),
    runningS: seconds(stretches, isRunning),
    unknownS: seconds(stretches, ({ activity }) => activity === 'unknown'),
    bridgedS: stretches.reduce((ms, { bridgedS }) => ms + Math.round(bridgedS * 1000), 0) / 1000,
    badgedS: seconds(stretches, (row) => row.session !== null),
    attributedS: seconds(stretches, (row) => isRunning(row) && row.session !== null),
    outsideS: hasHours ? seconds(stretches, (row) => isRunning(row) && !isOpen(row)) : null,
    openS: inOpening(() => true),
    runningOpenS: inOpening(isRunning),
    unknownOpenS: inOpening(({ activity }) => activity === 'unknown'),
    heldOpenS: inOpening((row) => isRunning(row) || row.session !== null),
    faultOpenS: inOpening(({ service }) => service === 'fault'),
    maintenanceOpenS: inOpening(({ service }) => service === 'maintenance'),
    unknownMaintenanceOpenS: inOpening(({ service, activity }) => service === 'maintenance' && activity === 'unknown'),
    downS: seconds(stretches, ({ service }) => service === 'fault'),
    maintenanceS: seconds(stretches, ({ service }) => service === 'maintenance'),
    sessions: counted.length,
    members: new Set(counted.map(({ member }) => member)).size,
    recoveredWh: shareOf('recoveredWh'),
  };
}

const ADDED = [
  ...['windowS', 'offS', 'standbyS', 'runningS', 'unknownS', 'bridgedS', 'badgedS', 'attributedS', 'downS'],
  ...['maintenanceS', 'sessions', 'doubtful'],
];

type Get = ReturnType<typeof apiFixture>['get'];

/** Follows the link of a row down to its intervals, adding up on the way. Returns how many rows stood on intervals. */
async function audit(get: Get, row: Row): Promise<number> {
  const response = await get(row.explain);
  expect(response.status, row.explain).toBe(200);
  const { row: explained, parts, intervals, formulas } = await response.json();
  const { group: _, from: __, to: ___, explain: ____, ...figures } = row;
  expect(explained, row.explain).toEqual(figures);
  expect(formulas.length).toBeGreaterThan(10);
  if (intervals) {
    expect(explained, row.explain).toMatchObject(audited(intervals));
    return 1;
  }
  if (row.windowS! > 0) expect(parts.length, row.explain).toBeGreaterThan(0);
  for (const name of ADDED) {
    const sum = parts.reduce((ms: number, part: Row) => ms + Math.round(Number(part[name]) * 1000), 0) / 1000;
    expect(sum, `${name} of ${row.explain}`).toBe(row[name]);
  }
  let found = 0;
  for (const part of parts as Row[]) found += await audit(get, part);
  return found;
}

const DAYS = 'from=2026-03-01&to=2026-03-04';

describe('/api/v1/usage/explain', () => {
  it.each([
    ['machine', 'total', 3],
    ['machine', 'day', 9],
    ['machine', 'hour', 216],
    ['lab', 'total', 3],
    ['lab', 'week', 6],
    ['kind', 'total', 3],
    ['network', 'day', 9],
    ['network', 'hour', 216],
    ['audience', 'day', 12],
  ])('an auditor finds every number by %s and %s from intervals alone', async (by, period, least) => {
    const { get } = usedHouse();
    const { rows } = await (await get(`/api/v1/usage?${DAYS}&by=${by}&period=${period}`)).json();
    let found = 0;
    for (const row of rows) found += await audit(get, row);
    expect(found).toBeGreaterThanOrEqual(least);
  });

  it('shows the formulas with the numbers in them, and the energy by the hour', async () => {
    const { get } = usedHouse();
    const path = '/api/v1/usage?from=2026-03-02T08:30:00Z&to=2026-03-02T12:00:00Z&machine=laser-1';
    const [row] = (await (await get(path)).json()).rows;
    const answer = await (await get(row.explain)).json();
    expect(answer.formulas.find(({ id }: { id: string }) => id === 'efficiency')).toEqual({
      id: 'efficiency',
      definition: 'efficiency',
      version: 1,
      formula: '|R| / |R∪S| (ISO 22400 utilisation efficiency)',
      numbers: '8100.125 / (8100.125 + 3299.875)',
      value: 8100.125 / 11_400,
    });
    const { energy } = answer.intervals;
    expect(energy.map(({ hour, share }: Record<string, unknown>) => [hour, share])).toEqual([
      ['2026-03-02T09:00:00.000Z', 1],
      ['2026-03-02T10:00:00.000Z', 1],
    ]);
    const wh = energy.reduce((sum: number, one: Row) => sum + one.wh! + one.recoveredWh!, 0);
    expect(row.energyWh).toBe(wh);
    expect(answer.events).toBe(
      '/api/v1/events?machine=laser-1&from=2026-03-02T07%3A30%3A00.250Z&to=2026-03-02T12%3A00%3A00.000Z',
    );
    expect((await get(answer.events)).status).toBe(200);
    expect((await get(answer.intervals.sessions[0].history)).status).toBe(200);
  });

  it('cuts a long time into parts of the calendar, which add up', async () => {
    const { get, state } = usedHouse();
    state.now = Date.parse('2027-03-01T00:00:00Z');
    const path = '/api/v1/usage?from=2026-01-01&to=2027-01-01&machine=laser-1';
    const [row] = (await (await get(path)).json()).rows;
    const { parts, intervals, row: explained } = await (await get(row.explain)).json();
    expect(intervals).toBeNull();
    expect(parts).toHaveLength(12);
    expect(parts.reduce((sum: number, part: Row) => sum + part.energyWh!, 0)).toBe(explained.energyWh);
    expect(await audit(get, row)).toBe(12);
  });

  it('cuts a day in which too much happens into its hours, with what was caught up', async () => {
    const { get, ledger } = usedHouse();
    const laser = ledger.of('laser-1');
    laser.activity = Array.from({ length: 6000 }, (_, index) => ({
      ...{ start: at('02T00:00:00') + index * 10_000, end: at('02T00:00:00') + (index + 1) * 10_000 },
      ...{ activity: index % 2 ? ('running' as const) : ('off' as const), source: 'power' as const },
      ...{ bridgedMs: 0, censored: false },
    }));
    const [row] = (await (await get('/api/v1/usage?from=2026-03-02&to=2026-03-03&machine=laser-1')).json()).rows;
    const { parts } = await (await get(row.explain)).json();
    expect(parts).toHaveLength(24);
    expect(parts.reduce((sum: number, part: Row) => sum + (part.energyWh ?? 0), 0)).toBe(row.energyWh);
    expect(row.recoveredWh).toBe(7.25);
    expect(await audit(get, row)).toBe(24);
  });

  it('gives the stretches, or the parts, as a table', async () => {
    const { get } = usedHouse();
    const csv = { accept: 'text/csv' };
    const stretches = await (await get(`/api/v1/usage/explain?${DAYS}&machine=laser-1`, csv)).text();
    const [header, ...lines] = stretches.trimEnd().split('\r\n');
    expect(header).toBe('start,end,seconds,activity,source,bridgedS,service,opening,session,audience');
    const running = lines.map((line) => line.split(',')).filter(([, , , activity]) => activity === 'running');
    expect(running.reduce((sum, [, , length]) => sum + Number(length), 0)).toBeCloseTo(8100.125 + 9000.007, 6);
    const parts = await (await get(`/api/v1/usage/explain?${DAYS}`, csv)).text();
    expect(
      parts
        .split('\r\n')
        .slice(0, 3)
        .map((line) => line.split(',')[0]),
    ).toEqual(['lab', 'pasteur', 'tokyo']);
  });

  it('shows members only to those who may read the journal', async () => {
    const house = usedHouse();
    const { app, ledger } = apiFixture({ anonymousMay: new Set(['usage:read']) });
    ledger.of('laser-1').sessions = house.ledger.of('laser-1').sessions;
    const path = `/api/v1/usage/explain?${DAYS}&machine=laser-1`;
    const hidden = await (await app.request(path)).json();
    const shown = await (await house.get(path)).json();
    const members = ({ intervals }: { intervals: { sessions: Row[] } }) =>
      intervals.sessions.map(({ member }) => member);
    expect(members(hidden)).toEqual([null, null, null]);
    expect(members(shown)).toEqual(['eve', 'ada', 'bob']);
    expect(JSON.stringify(hidden)).not.toContain('ada');
  });

  it('explains what never was as nothing', async () => {
    const { get, state } = usedHouse();
    const never = await (await get(`/api/v1/usage/explain?${DAYS}&audience=nobody`)).json();
    expect(never).toMatchObject({ row: { windowS: 0, coverage: null }, parts: [], intervals: null });
    state.registry = Registry.parse({ ...REGISTRY, machines: [], connectors: [] });
    expect((await get(`/api/v1/usage/explain?${DAYS}`)).status).toBe(200);
  });

  it.each([
    ['a bucket that is not there', `${DAYS}&period=day&bucket=5`, 'bucket: there is no 5'],
    ['hours without a bucket', `${DAYS}&period=hour`, 'explained one by one'],
    ['a machine that is not there', `${DAYS}&machine=lasr-1`, 'did you mean "laser-1"?'],
  ])('refuses %s', async (_, parameters, sentence) => {
    const response = await usedHouse().get(`/api/v1/usage/explain?${parameters}`);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect((await response.json()).detail).toContain(sentence);
  });
});

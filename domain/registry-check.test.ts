import { describe, expect, it } from 'vitest';
import { COMPLAINTS_MAX } from './complaints.ts';
import type { Failure } from './failure.ts';
import { checkRegistry } from './registry-check.ts';

// biome-ignore lint/suspicious/noExplicitAny: the documents are bent into wrong shapes on purpose
type Document = any;

function good(): Document {
  return {
    network: { id: 'labfab', name: 'LabFab' },
    labs: [
      {
        id: 'pasteur',
        name: 'Hôtel Pasteur',
        timezone: 'Europe/Paris',
        since: '2024-01-01',
        closures: ['2026-12-24/2027-01-03'],
      },
      { id: 'redon', name: 'Redon', timezone: 'Europe/Paris' },
    ],
    machines: [
      {
        id: 'laser-1',
        lab: 'pasteur',
        kind: 'laser-cutter',
        name: 'Laser',
        signature: { standbyW: 20, runningW: 120, stopW: 96 },
      },
      { id: 'mill-1', lab: 'pasteur', kind: 'mill', name: 'Mill' },
    ],
    connectors: [
      {
        id: 'plug-1',
        lab: 'pasteur',
        firmware: 'tasmota',
        device: 'plug-1',
        secret: 'very-secret-text-1',
        channels: [{ channel: 0, machine: 'laser-1', role: 'main' }],
      },
      {
        id: 'reader-1',
        lab: 'pasteur',
        firmware: 'fabmeter',
        device: 'reader-1',
        channels: [{ channel: 0, machine: 'laser-1', role: 'badge' }],
      },
    ],
    members: [{ id: 'm-001', audience: 'public', badges: ['04A2B3C4D5E680'] }],
    audiences: ['public', 'staff'],
    funders: [{ id: 'feder', name: 'FEDER', share: 0.5, period: 'year', language: 'fr' }],
  };
}

function complaintsOf(document: unknown): string[] {
  const result = checkRegistry(document);
  if (!('kind' in result)) return [];
  expect((result as Failure).code).toBe('registry-invalid');
  return (result as Failure).complaints?.map(({ path, message }) => `${path}: ${message}`) ?? [];
}

const CASES: [string, (document: Document) => unknown, string][] = [
  [
    'an unknown lab',
    (d) => (d.machines[1].lab = 'pasteurr'),
    'machines[1].lab: no lab "pasteurr"; did you mean "pasteur"?',
  ],
  [
    'an unknown lab of a machine with connectors',
    (d) => (d.machines[0].lab = 'nowhere'),
    'machines[0].lab: no lab "nowhere"',
  ],
  ['an unknown lab that is like none', (d) => (d.machines[1].lab = 'xyz'), 'machines[1].lab: no lab "xyz"'],
  [
    'an unknown machine',
    (d) => (d.connectors[0].channels[0].machine = 'lazer-1'),
    'connectors[0].channels[0].machine: no machine "lazer-1"; did you mean "laser-1"?',
  ],
  [
    'an unknown audience',
    (d) => (d.members[0].audience = 'publik'),
    'members[0].audience: no audience "publik"; did you mean "public"?',
  ],
  [
    'an unknown key',
    (d) => (d.machines[0].signature.runingW = 1),
    'machines[0].signature.runingW: unknown key "runingW"; did you mean "runningW"?',
  ],
  ['an unknown key at the top', (d) => (d.machine = []), 'machine: unknown key "machine"; did you mean "machines"?'],
  [
    'an unknown firmware',
    (d) => (d.connectors[0].firmware = 'tasmotta'),
    'connectors[0].firmware: "tasmotta" is not known; did you mean "tasmota"?',
  ],
  ['a firmware like none', (d) => (d.funders[0].language = 'de'), 'funders[0].language: must be one of "fr", "en"'],
  ['a missing key', (d) => delete d.machines[1].kind, 'machines[1].kind: is missing'],
  ['a missing network', (d) => delete d.network, 'network: is missing'],
  [
    'a number in quotes',
    (d) => (d.machines[0].signature.runningW = '120'),
    'machines[0].signature.runningW: must be a number, not text',
  ],
  ['a list that is none', (d) => (d.labs = { id: 'x' }), 'labs: must be a list, not a group of keys'],
  ['nothing', (d) => (d.machines[1].name = null), 'machines[1].name: must be text, not nothing'],
  ['a number too high', (d) => (d.funders[0].share = 50), 'funders[0].share: must be at most 1, not 50'],
  [
    'a number that must be positive',
    (d) => (d.machines[0].signature.ratedW = 0),
    'machines[0].signature.ratedW: must be more than 0, not 0',
  ],
  ['an empty name', (d) => (d.labs[0].name = ' '), 'labs[0].name: must have at least 1 character'],
  [
    'an id with a space',
    (d) => (d.machines[1].id = 'mill 1'),
    'machines[1].id: an id is 1 to 63 letters, digits, dots, dashes and underscores, and begins with a letter or digit',
  ],
  [
    'a short secret',
    (d) => (d.connectors[0].secret = 'short'),
    'connectors[0].secret: a secret has at least 16 characters; leave it out and one is made',
  ],
  [
    'a badge that is none',
    (d) => (d.members[0].badges[0] = 'hello'),
    'members[0].badges[0]: is not a badge number; write hexadecimal digits, or dec: and a decimal number',
  ],
  [
    'a badge of two members',
    (d) => d.members.push({ id: 'm-002', badges: ['04:a2:b3:c4:d5:e6:80'] }),
    'members[1].badges[0]: is already a badge of member "m-001"',
  ],
  [
    'a badge without quotes',
    (d) => (d.members[0].badges = [1234]),
    'members[0].badges[0]: put the badge number in quotes, or its zeros are lost',
  ],
  ['a day that is none', (d) => (d.labs[0].since = '2026-02-30'), 'labs[0].since: is not a day of the calendar'],
  ['a date written otherwise', (d) => (d.labs[0].since = '1/2/2026'), 'labs[0].since: write the date as YYYY-MM-DD'],
  [
    'a zone that is none',
    (d) => (d.labs[1].timezone = 'Europe/Rennes'),
    'labs[1].timezone: is not a time zone; write one such as Europe/Paris',
  ],
  [
    'an end before the beginning',
    (d) => (d.labs[0].until = '2023-01-01'),
    'labs[0].until: must not be before since: got 2023-01-01, since 2024-01-01',
  ],
  [
    'a closure that ends before it begins',
    (d) => (d.labs[0].closures = ['2026-01-03/2025-12-24']),
    'labs[0].closures[0]: "2026-01-03/2025-12-24" is not a date, or ends before it begins',
  ],
  [
    'a school zone that is none',
    (d) => (d.labs[0].holidays = { schoolZone: 'D' }),
    'labs[0].holidays.schoolZone: "D" is not known; did you mean "A"?',
  ],
  [
    'a region that is none',
    (d) => (d.labs[0].holidays = { region: 'alsace-mosele' }),
    'labs[0].holidays.region: "alsace-mosele" is not known; did you mean "alsace-moselle"?',
  ],
  [
    'a French region in Spain',
    (d) => (d.labs[1].holidays = { country: 'es', region: 'reunion' }),
    "labs[1].holidays.region: is known for France only; leave it out and write the lab's own days under holidays.add",
  ],
  [
    'a country of which nothing is known',
    (d) => (d.labs[1].holidays = { country: 'zz' }),
    'labs[1].holidays.country: no public holidays of "zz" are built in; leave it out and write them under holidays.add',
  ],
  [
    'a holiday that ends before it begins',
    (d) => (d.labs[1].holidays = { add: [{ dates: '2026-05-04/2026-05-01', kind: 'public' }] }),
    'labs[1].holidays.add[0].dates: "2026-05-04/2026-05-01" is not a date, or ends before it begins',
  ],
  [
    'a kind of holiday that is none',
    (d) => (d.labs[1].holidays = { remove: [{ dates: '2026-05-04', kind: 'pubic' }] }),
    'labs[1].holidays.remove[0].kind: "pubic" is not known; did you mean "public"?',
  ],
  [
    'hours in school holidays without a zone',
    (d) => (d.labs[1].opening = 'SH 10:00-12:00'),
    'labs[1].holidays: SH needs a school zone: write holidays: { schoolZone: A } (or B, C), or its days under holidays.add',
  ],
  [
    'public holidays in a country that no zone tells',
    (d) => Object.assign(d.labs[1], { timezone: 'Asia/Kolkata', opening: 'Mo-Fr 10:00-12:00; PH off' }),
    'labs[1].holidays: PH needs to know where the lab is: write holidays: { country: fr }, or its days under holidays.add',
  ],
  [
    'holidays where they are not clear',
    (d) => (d.labs[1].public = 'Mo-Fr 10:00-12:00 PH off'),
    'labs[1].public: cannot read "Mo-Fr 10:00-12:00 PH off" as opening hours: "PH" is not clear; write holidays as in "PH off", "PH,SH 10:00-12:00", "Mo-Fr,PH 10:00-12:00" or "SH Mo-Fr 10:00-12:00"',
  ],
  [
    'a repeated id',
    (d) => (d.machines[1].id = 'laser-1'),
    'machines[1].id: "laser-1" is already the id of machines[0]',
  ],
  ['a repeated audience', (d) => (d.audiences = ['public', 'public']), 'audiences[1]: "public" is there twice'],
  [
    'a stop above running',
    (d) => (d.machines[0].signature.stopW = 130),
    'machines[0].signature.stopW: must not be above runningW: got 130 W, runningW 120 W',
  ],
  [
    'a standby above running',
    (d) => (d.machines[0].signature.standbyW = 121),
    'machines[0].signature.standbyW: must not be above runningW: got 121 W, runningW 120 W',
  ],
  [
    'a machine of another lab',
    (d) => (d.connectors[0].lab = 'redon'),
    'connectors[0].channels[0].machine: machine "laser-1" is in lab "pasteur", not in "redon", and is never lent there',
  ],
  [
    'a repeated channel',
    (d) => d.connectors[0].channels.push({ channel: 0, machine: 'laser-1', role: 'aux' }),
    'connectors[0].channels[1].channel: channel 0 already has a role in channels[0]',
  ],
  [
    'a channel for two machines',
    (d) => d.connectors[0].channels.push({ channel: 0, machine: 'mill-1', role: 'badge' }),
    'connectors[0].channels[1].channel: channel 0 already feeds machine "laser-1"',
  ],
  [
    'a channel that is none',
    (d) => (d.connectors[0].channels[0].channel = 'd'),
    'connectors[0].channels[0].channel: must be a whole number from 0 to 255, or total, a, b or c',
  ],
  [
    'two main channels',
    (d) => d.connectors[0].channels.push({ channel: 1, machine: 'laser-1', role: 'main' }),
    'connectors[0].channels[1].role: machine "laser-1" already has its main channel on connector "plug-1"; use aux',
  ],
  [
    'one device twice',
    (d) => d.connectors.push({ ...d.connectors[0], id: 'plug-2', channels: [] }),
    'connectors[2].device: tasmota device "plug-1" is already connector "plug-1"',
  ],
  [
    'a device under another',
    (d) => d.connectors.push({ id: 'plug-2', lab: 'redon', firmware: 'tasmota', device: 'plug-1/b' }),
    'connectors[2].device: its topics overlap those of device "plug-1" of connector "plug-1"',
  ],
  [
    'a Tasmota whose name ends with that of another',
    (d) => d.connectors.push({ id: 'plug-2', lab: 'redon', firmware: 'tasmota', device: 'redon/plug-1' }),
    'connectors[2].device: its topics overlap those of device "plug-1" of connector "plug-1"',
  ],
  [
    'a device on the topics of another firmware',
    (d) => d.connectors.push({ id: 'plug-2', lab: 'redon', firmware: 'shelly-gen2', device: 'tele/plug-1' }),
    'connectors[2].device: its topics overlap those of device "plug-1" of connector "plug-1"',
  ],
  [
    'a device above the topics of another firmware',
    (d) => d.connectors.push({ id: 'plug-2', lab: 'redon', firmware: 'shelly-gen2', device: 'tele' }),
    'connectors[0].device: its topics overlap those of device "tele" of connector "plug-2"',
  ],
  [
    'a class on a machine that there is not',
    (d) => (d.members[0].class = { machines: ['laser-1', 'lasr-1'], people: 12 }),
    'members[0].class.machines[1]: no machine "lasr-1"; did you mean "laser-1"?',
  ],
  [
    'a class that names a machine twice',
    (d) => (d.members[0].class = { machines: ['laser-1', 'laser-1'], people: 12 }),
    'members[0].class.machines[1]: machine "laser-1" is there twice',
  ],
  [
    'a class without machines',
    (d) => (d.members[0].class = { machines: [], people: 12 }),
    'members[0].class.machines: must have at least 1 entry',
  ],
  [
    'a class of nobody',
    (d) => (d.members[0].class = { machines: ['laser-1'], people: 0 }),
    'members[0].class.people: must be at least 1, not 0',
  ],
  [
    'a class of half a person more',
    (d) => (d.members[0].class = { machines: ['laser-1'], people: 12.5 }),
    'members[0].class.people: must be a whole number, not a number',
  ],
  [
    'a class without a head-count',
    (d) => (d.members[0].class = { machines: ['laser-1'] }),
    'members[0].class.people: is missing',
  ],
  [
    'a class too large for any lab',
    (d) => (d.members[0].class = { machines: ['laser-1'], people: 501 }),
    'members[0].class.people: must be at most 500, not 501',
  ],
  [
    'a device with a wildcard',
    (d) => (d.connectors[0].device = 'a/#'),
    'connectors[0].device: must not hold #, + or a zero byte',
  ],
];

describe('checkRegistry()', () => {
  it('takes a good document and fills in what it leaves out', () => {
    const result = checkRegistry(good());
    expect(result).not.toHaveProperty('kind');
    expect(result).toMatchObject({
      machines: [{ signature: { stopAfterS: 60 } }, {}],
      funders: [{ threshold: 5 }],
    });
  });

  it('takes a connector that is meter and reader on one channel', () => {
    const document = good();
    document.connectors[0].channels.push({ channel: 0, machine: 'laser-1', role: 'badge' });
    expect(complaintsOf(document)).toEqual([]);
  });

  it('takes a Zigbee2MQTT server with its plugs as connectors', () => {
    const document = good();
    for (const device of ['zigbee2mqtt/Soudure/fer', 'zigbee2mqtt', 'zigbee2mqtt/plug']) {
      document.connectors.push({ id: device.replaceAll('/', '-'), lab: 'pasteur', firmware: 'zigbee2mqtt', device });
    }
    expect(complaintsOf(document)).toEqual([]);
    document.connectors[2].lab = 'redon';
    expect(complaintsOf(document)).toEqual([
      'connectors[2].device: its topics overlap those of device "zigbee2mqtt" of connector "zigbee2mqtt"',
    ]);
  });

  it('has cases', () => expect(CASES.length).toBeGreaterThan(30));
  it.each(CASES)('complains once, at the right place, of %s', (_, bend, expected) => {
    const document = good();
    bend(document);
    expect(complaintsOf(document)).toEqual([expected]);
  });

  it('complains of everything at once, also past an entry with a wrong shape', () => {
    const document = good();
    document.machines.unshift({ id: 'press', lab: 'nowhere', kind: 'press' });
    document.connectors[1].channels[0] = { channel: 0, machine: 'press', role: 'badge' };
    document.machines[2].lab = 'redonn';
    expect(complaintsOf(document)).toEqual([
      'machines[0].name: is missing',
      'machines[2].lab: no lab "redonn"; did you mean "redon"?',
    ]);
  });

  it.each([[null], [undefined], [[]], ['text'], [7]])('refuses %j', (document) => {
    expect(complaintsOf(document)).toHaveLength(1);
  });

  it('lists as many complaints as the limit and counts the rest', () => {
    const document = good();
    document.machines = Array.from({ length: COMPLAINTS_MAX + 1 }, (_, index) => ({
      id: `m${index}`,
      lab: 'nowhere',
      kind: 'x',
      name: 'x',
    }));
    document.connectors = [];
    const result = checkRegistry(document) as Failure;
    expect(result.complaints).toHaveLength(COMPLAINTS_MAX);
    expect(result.sentence).toBe('The registry has 51 mistakes (the first 50 are listed); nothing was changed.');
    document.machines.pop();
    expect((checkRegistry(document) as Failure).sentence).toBe('The registry has 50 mistakes; nothing was changed.');
  });

  it('never quotes a secret or a badge', () => {
    const document = good();
    document.connectors[0].secret = 'oh-so-secret';
    document.members[0].badges = ['04A2B3C4D5E680'.repeat(10), 123456789];
    document.members[1] = { id: 'm-002', badges: '04A2B3C4D5E680' };
    const text = JSON.stringify(checkRegistry(document));
    expect(text).not.toMatch(/oh-so-secret|04A2B3C4|123456789/);
    expect(complaintsOf(document)).toHaveLength(4);
  });

  it('checks 20,000 machines without comparing each with each', () => {
    const document = good();
    for (let index = 0; index < 20_000; index++) {
      document.machines.push({ id: `p${index}`, lab: 'pasteur', kind: 'printer', name: 'P' });
      document.connectors.push({
        id: `c${index}`,
        lab: 'pasteur',
        firmware: 'tasmota',
        device: `c${index}`,
        channels: [{ channel: 0, machine: `p${index}`, role: 'main' }],
      });
    }
    expect(complaintsOf(document)).toEqual([]);
  });
});

describe('loans', () => {
  const registry = (...loans: object[]) => ({
    network: { id: 'n', name: 'N' },
    labs: ['pasteur', 'brest', 'redon'].map((id) => ({ id, name: id, timezone: 'Europe/Paris' })),
    machines: [{ id: 'laser', lab: 'pasteur', kind: 'laser-cutter', name: 'Laser', loans }],
    connectors: [
      {
        id: 'plug',
        lab: 'brest',
        firmware: 'fabmeter',
        device: 'plug',
        channels: [{ channel: 0, machine: 'laser', role: 'main' }],
      },
    ],
  });
  const march = { lab: 'brest', since: '2026-03-01', until: '2026-03-10' };

  it('are accepted one after the other, and a connector of the lab that borrows may feed the machine', () => {
    expect(checkRegistry(registry(march, { lab: 'redon', since: '2026-03-10T08:00' }))).not.toHaveProperty('kind');
  });

  it.each<[string, object[], string]>([
    [
      'overlap',
      [march, { lab: 'redon', since: '2026-03-09', until: '2026-03-12' }],
      'machines[0].loans[1]: overlaps loans[0] (to "brest" from 2026-03-01 until 2026-03-10); a machine is in one lab at a time',
    ],
    [
      'overlap one without end',
      [
        { lab: 'brest', since: '2026-03-01' },
        { lab: 'redon', since: '2027-03-09' },
      ],
      'machines[0].loans[1]: overlaps loans[0] (to "brest" from 2026-03-01 until further notice); a machine is in one lab at a time',
    ],
    [
      'name no lab',
      [march, { lab: 'redom', since: '2026-04-01' }],
      'machines[0].loans[1].lab: no lab "redom"; did you mean "redon"?',
    ],
    [
      'stay at home',
      [march, { lab: 'pasteur', since: '2026-04-01' }],
      'machines[0].loans[1].lab: "pasteur" is its own lab; leave this loan out',
    ],
    [
      'have no time',
      [march, { lab: 'redon', since: '2026-13-01' }],
      'machines[0].loans[1].since: "2026-13-01" is not a time; write 2026-03-01, 2026-03-01T14:00 or 2026-03-01T14:00:00Z',
    ],
    [
      'end before they begin',
      [march, { lab: 'redon', since: '2026-04-01', until: '2026-04-01' }],
      'machines[0].loans[1].until: must be after since: got 2026-04-01, since 2026-04-01',
    ],
  ])('that %s are refused with their place', (_what, loans, complaint) => {
    const failure = checkRegistry(registry(...loans)) as { complaints?: { path: string; message: string }[] };
    expect(failure.complaints?.map(({ path, message }) => `${path}: ${message}`)).toEqual([complaint]);
  });
});

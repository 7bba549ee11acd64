import { espRfidText } from '../../firmware-bridge/simulation/reader-dialects.ts';
import type { Device } from './story.ts';
import { readLength, StoryError } from './words.ts';

type Fields = Record<string, unknown>;

const FIRMWARES: Record<string, Device['firmware']> = {
  fabmeter: 'fabmeter',
  tasmota: 'tasmota',
  'tasmota without zone': 'tasmota',
  'shelly-gen1': 'shelly-gen1',
  'shelly-gen2': 'shelly-gen2',
  zigbee2mqtt: 'zigbee2mqtt',
  'esp-rfid': 'esp-rfid',
};
const PERIOD_S: Record<string, number> = {
  fabmeter: 60,
  tasmota: 300,
  'shelly-gen1': 30,
  'shelly-gen2': 0,
  zigbee2mqtt: 300,
  'esp-rfid': 180,
};
const SIGNATURE: Record<string, string> = { standby: 'standbyW', running: 'runningW', stop: 'stopW', rated: 'ratedW' };
const DELAYS: Record<string, string> = { 'run after': 'runAfterS', 'stop after': 'stopAfterS', bridge: 'bridgeS' };
const SESSION: Record<string, string> = { idle: 'idleTimeoutS', grace: 'graceS', max: 'maxS', repeat: 'repeatS' };

/** How often a device reports, in seconds; 0: on change. */
export function reportSOf(device: Device): number {
  return device.reportS ?? PERIOD_S[device.firmware] ?? 60;
}

/** The badge number of somebody in a story. */
export function badgeOf(name: string): string {
  let hash = 7;
  for (const char of name) hash = (hash * 31 + char.charCodeAt(0)) % 0xffffff;
  return `04A2B3${hash.toString(16).toUpperCase().padStart(6, '0')}80`;
}

/** What a story says of labs, machines, connectors and members; every sentence changes it. */
export class SetUp {
  readonly labs = new Map<string, Fields>();
  readonly machines = new Map<string, Fields>();
  devices = new Map<string, Device>();
  readonly members = new Map<string, string>();
  readonly #classes = new Map<string, { machines: string[]; people: number }>();

  /** Takes over one sentence; false when it is none of set-up. */
  read(sentence: string): boolean {
    const readers = [this.#lab, this.#machine, this.#loan, this.#device, this.#member, this.#class];
    return readers.some((read) => read.call(this, sentence));
  }

  #lab(sentence: string): boolean {
    const match = /^lab (\S+) in ([\w/+-]+)(?:, (.*))?$/.exec(sentence);
    if (!match) return false;
    const [, id = '', timezone = '', rest] = match;
    const lab: Fields = { id, name: id, timezone };
    for (const clause of rest?.split(/, (?=(?:open|public|since|until|closed|school|region|holiday|no) )/) ?? []) {
      const [, key = '', value = ''] = /^(\w+) (.*)$/.exec(clause) ?? [];
      if (key === 'open') lab.opening = value;
      else if (key === 'closed') lab.closures = [...((lab.closures as string[]) ?? []), value.replace(' to ', '/')];
      else if (['public', 'since', 'until'].includes(key)) lab[key] = value;
      else if (!readHolidayClause(clause, lab)) throw new StoryError(`a lab has no "${clause}"`);
    }
    this.labs.set(id, lab);
    return true;
  }

  #machine(sentence: string): boolean {
    const match = /^machine (\S+) \((\S+)\)(?: in ([^\s:]+))?(?:: (.*))?$/.exec(sentence);
    if (!match) return false;
    const [, id = '', kind = '', lab = this.firstLab(), rest] = match;
    const signature: Fields = {};
    const session: Fields = {};
    for (const clause of rest?.split(/[,;] /) ?? []) readMachineClause(clause, signature, session);
    this.machines.set(id, {
      id,
      lab,
      kind,
      name: id,
      ...(Object.keys(signature).length > 0 ? { signature } : {}),
      ...(Object.keys(session).length > 0 ? { session } : {}),
    });
    return true;
  }

  #loan(sentence: string): boolean {
    const match = /^(\S+) is lent to (\S+) since (\S+(?: \d\d:\d\d)?)(?: until (\S+(?: \d\d:\d\d)?))?$/.exec(sentence);
    if (!match) return false;
    const [, id = '', lab, since = '', until] = match;
    this.labOf(id);
    const written = (time: string) => time.replace(' ', 'T');
    const loan = { lab, since: written(since), ...(until === undefined ? {} : { until: written(until) }) };
    const machine = this.machines.get(id) as Fields;
    this.machines.set(id, { ...machine, loans: [...((machine.loans as object[]) ?? []), loan] });
    return true;
  }

  #device(sentence: string): boolean {
    const gone = /^(\S+) is taken away$/.exec(sentence);
    if (gone) {
      if (!this.devices.has(gone[1] ?? '')) throw new StoryError(`there is no ${gone[1]}`);
      this.devices = new Map([...this.devices].filter(([id]) => id !== gone[1]));
      return true;
    }
    const match = /^(plug|reader|reporter) ([^\s/:]+)(?:\/(\d+))? on ([^:]+?)(?: for (\w+))?(?:: (.*))?$/.exec(
      sentence,
    );
    if (!match) return false;
    const [, kind, id = '', number, machines = '', role, rest] = match;
    const before = this.devices.get(id);
    const device: Device = before
      ? { ...before, channels: [...before.channels] }
      : newDevice(id, kind as Device['kind'], this.labOf(machines.split(', ')[0] ?? ''));
    const usual = { plug: 'main', reader: 'badge', reporter: 'state', server: '' }[device.kind];
    for (const machine of machines.split(', ')) {
      this.labOf(machine);
      const channel = number === undefined ? device.channels.length : Number(number);
      device.channels.push({ channel, machine, role: role ?? usual });
    }
    for (const clause of rest?.split(', ') ?? []) this.#deviceClause(clause, device);
    this.devices = new Map(this.devices).set(id, device);
    return true;
  }

  #deviceClause(clause: string, device: Device): void {
    const firmware = FIRMWARES[clause];
    const every = /^every (.*)$/.exec(clause)?.[1];
    const behind = /^behind (\S+)$/.exec(clause)?.[1];
    if (firmware) {
      device.firmware = firmware;
      device.words = clause;
    } else if (every) device.reportS = readLength(every) / 1000;
    else if (clause === 'on change') device.reportS = 0;
    else if (clause === 'without counter') device.hasCounter = false;
    else if (behind) {
      device.behind = behind;
      const server = { ...newDevice(behind, 'server', device.lab), firmware: 'zigbee2mqtt' as const };
      if (!this.devices.has(behind)) this.devices = new Map(this.devices).set(behind, server);
    } else throw new StoryError(`a ${device.kind} has no "${clause}"`);
  }

  #member(sentence: string): boolean {
    const match = /^member ([A-Z]\w*), audience (\w+)$/.exec(sentence);
    if (match) this.members.set(match[1] ?? '', match[2] ?? '');
    return match !== null;
  }

  #class(sentence: string): boolean {
    const match = /^class ([A-Z]\w*) on (\S+(?:, \S+)*): (\d+) people(?:, audience (\w+))?$/.exec(sentence);
    if (!match) return false;
    const [, name = '', machines = '', people, audience] = match;
    this.#classes.set(name, { machines: machines.split(', '), people: Number(people) });
    this.members.set(name, audience ?? this.members.get(name) ?? 'unknown');
    return true;
  }

  /** The lab that is told first; machines without a lab of their own are there. */
  firstLab(): string {
    const [id] = this.labs.keys();
    if (id === undefined) throw new StoryError('a story begins with its lab');
    return id;
  }

  labOf(machine: string): string {
    const found = this.machines.get(machine);
    if (!found) throw new StoryError(`there is no machine "${machine}"`);
    return found.lab as string;
  }

  /** The registry document as a person would write it. */
  document(): unknown {
    return {
      network: { id: 'network', name: 'Network' },
      labs: [...this.labs.values()],
      machines: [...this.machines.values()],
      connectors: [...this.devices.values()].map((device) => ({
        id: device.id,
        lab: device.lab,
        firmware: device.firmware,
        device: topicOf(device),
        reportS: reportSOf(device),
        channels: device.channels,
      })),
      members: [...this.members].map(([name, audience]) => {
        const badges = new Set([badgeOf(name), espRfidText(badgeOf(name)).toUpperCase()]);
        const taught = this.#classes.get(name);
        return { id: name.toLowerCase(), audience, badges: [...badges], ...(taught ? { class: taught } : {}) };
      }),
      audiences: [...new Set(['unknown', ...this.members.values()])],
    };
  }
}

/** The device's own name, from which its topics are made. */
export function topicOf({ id, behind, kind }: Device): string {
  if (behind !== null) return `${behind}/${id}`;
  return kind === 'server' ? id : `d-${id}`;
}

function newDevice(id: string, kind: Device['kind'], lab: string): Device {
  const usual = { words: 'fabmeter', firmware: 'fabmeter' as const, reportS: null, hasCounter: true, behind: null };
  return { id, kind, lab, ...usual, channels: [] };
}

function readHolidayClause(clause: string, lab: Fields): boolean {
  const holidays = (lab.holidays ?? {}) as Record<'add' | 'remove', Fields[] | undefined> & Fields;
  const place = /^(school zone|region) (\S+)$/.exec(clause);
  const days = /^(no )?(school )?holidays? (\S+(?: to \S+)?)$/.exec(clause);
  if (place) holidays[place[1] === 'region' ? 'region' : 'schoolZone'] = place[2];
  else if (days) {
    const list = days[1] ? 'remove' : 'add';
    const entry = { dates: days[3]?.replace(' to ', '/'), kind: days[2] ? 'school' : 'public' };
    holidays[list] = [...(holidays[list] ?? []), entry];
  }
  lab.holidays = holidays;
  return place !== null || days !== null;
}

function readMachineClause(clause: string, signature: Fields, session: Fields): void {
  const watts = /^(\w+) ([\d.]+) W$/.exec(clause);
  const delay = /^(?:session )?(run after|stop after|\w+) (\d.*)$/.exec(clause);
  const power = SIGNATURE[watts?.[1] ?? ''];
  const word = delay?.[1] ?? '';
  if (watts && power) signature[power] = Number(watts[2]);
  else if (delay && DELAYS[word]) signature[DELAYS[word]] = readLength(delay[2] ?? '') / 1000;
  else if (delay && SESSION[word]) session[SESSION[word]] = readLength(delay[2] ?? '') / 1000;
  else throw new StoryError(`a machine has no "${clause}"`);
}

import { canonicalBadge } from './badge.ts';
import type { Complaints, Place } from './complaints.ts';
import type { Channel } from './event.ts';
import { checkOpening } from './opening.ts';
import type { Connector, Registry, Role } from './registry.ts';
import { addLoanComplaints } from './registry-loans.ts';
import { didYouMean } from './suggestion.ts';
import { isServerOf, rivalRoots, topicRoots } from './topic-root.ts';

/** The lists of a registry document whose entries have an id. */
export const LISTS = ['labs', 'machines', 'connectors', 'members', 'funders'] as const;
/** One of them. */
export type List = (typeof LISTS)[number];

/**
 * A document whose entries have the right shape. `index` tells where an entry stood in what people wrote, and `ids`
 * holds every id that was written, also of entries that had to be left out.
 */
export interface Draft {
  document: Registry;
  index: Record<List, readonly number[]>;
  ids: Record<List, ReadonlySet<string>>;
}

/** Adds what no shape can tell: unknown and repeated ids, contradictions between numbers, two devices on one topic. */
export function addReferenceComplaints(complaints: Complaints, draft: Draft): void {
  for (const list of LISTS) addRepeatedIds(complaints, draft, list);
  addRepeatedAudiences(complaints, draft.document.audiences);
  addLabComplaints(complaints, draft);
  addMachineComplaints(complaints, draft);
  addConnectorComplaints(complaints, draft);
  addMainComplaints(complaints, draft);
  addTopicComplaints(complaints, draft);
  addMemberComplaints(complaints, draft);
}

function placeOf(draft: Draft, list: List, position: number): Place {
  return [list, draft.index[list][position] ?? position];
}

function addRepeatedIds(complaints: Complaints, draft: Draft, list: List): void {
  const first = new Map<string, Place>();
  draft.document[list].forEach(({ id }, position) => {
    const place = placeOf(draft, list, position);
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, place);
    else complaints.add([...place, 'id'], `"${id}" is already the id of ${list}[${String(earlier[1])}]`);
  });
}

function addRepeatedAudiences(complaints: Complaints, audiences: readonly string[]): void {
  audiences.forEach((audience, index) => {
    if (audiences.indexOf(audience) < index) complaints.add(['audiences', index], `"${audience}" is there twice`);
  });
}

function addLabComplaints(complaints: Complaints, draft: Draft): void {
  draft.document.labs.forEach((lab, position) => {
    const place = placeOf(draft, 'labs', position);
    if (lab.since !== undefined && lab.until !== undefined && lab.until < lab.since) {
      complaints.add([...place, 'until'], `must not be before since: got ${lab.until}, since ${lab.since}`);
    }
    for (const { path, message } of checkOpening(lab)?.complaints ?? []) {
      complaints.add(`labs[${String(place[1])}].${path}`, message);
    }
  });
}

function addMachineComplaints(complaints: Complaints, draft: Draft): void {
  const labs = new Map(draft.document.labs.map((lab) => [lab.id, lab]));
  draft.document.machines.forEach((machine, position) => {
    const place = placeOf(draft, 'machines', position);
    addUnknown(complaints, [...place, 'lab'], 'lab', machine.lab, draft.ids.labs);
    addLoanComplaints(complaints, place, machine, labs, draft.ids.labs);
    const { signature } = machine;
    if (!signature) return;
    for (const key of ['stopW', 'standbyW'] as const) {
      const watts = signature[key];
      if (watts !== undefined && watts > signature.runningW) {
        const rule = `must not be above runningW: got ${watts} W, runningW ${signature.runningW} W`;
        complaints.add([...place, 'signature', key], rule);
      }
    }
  });
}

function addUnknown(
  complaints: Complaints,
  place: Place,
  noun: string,
  id: string,
  known: ReadonlySet<string>,
): boolean {
  if (known.has(id)) return false;
  complaints.add(place, () => `no ${noun} "${id}"${didYouMean(id, known)}`);
  return true;
}

/** One channel may be a meter, a badge reader and a reporter of states at once, but each only once. */
function purposeOf(role: Role): string {
  return role === 'badge' || role === 'state' ? role : 'power';
}

function addConnectorComplaints(complaints: Complaints, draft: Draft): void {
  const machines = new Map(draft.document.machines.map((machine) => [machine.id, machine]));
  draft.document.connectors.forEach((connector, position) => {
    const place = placeOf(draft, 'connectors', position);
    const isLost = addUnknown(complaints, [...place, 'lab'], 'lab', connector.lab, draft.ids.labs);
    connector.channels.forEach(({ machine }, at) => {
      const here = [...place, 'channels', at, 'machine'];
      if (addUnknown(complaints, here, 'machine', machine, draft.ids.machines) || isLost) return;
      const { lab = '', loans = [] } = machines.get(machine) ?? {};
      if (!draft.ids.labs.has(lab) || [lab, ...loans.map((loan) => loan.lab)].includes(connector.lab)) return;
      complaints.add(
        here,
        `machine "${machine}" is in lab "${lab}", not in "${connector.lab}", and is never lent there`,
      );
    });
    addChannelComplaints(complaints, place, connector);
  });
}

function addChannelComplaints(complaints: Complaints, place: Place, connector: Connector): void {
  const used = new Map<string, number>();
  const fed = new Map<Channel, string>();
  connector.channels.forEach(({ channel, machine, role }, at) => {
    const here = [...place, 'channels', at, 'channel'];
    const key = `${channel} ${purposeOf(role)}`;
    const other = fed.get(channel) ?? machine;
    if (used.has(key)) complaints.add(here, `channel ${channel} already has a role in channels[${used.get(key)}]`);
    else if (other !== machine) complaints.add(here, `channel ${channel} already feeds machine "${other}"`);
    used.set(key, used.get(key) ?? at);
    fed.set(channel, other);
  });
}

function addMainComplaints(complaints: Complaints, draft: Draft): void {
  const mains = new Map<string, string>();
  draft.document.connectors.forEach((connector, position) => {
    connector.channels.forEach(({ machine, role }, at) => {
      if (role !== 'main') return;
      const earlier = mains.get(machine);
      if (earlier === undefined) {
        mains.set(machine, connector.id);
        return;
      }
      const place = [...placeOf(draft, 'connectors', position), 'channels', at, 'role'];
      complaints.add(place, `machine "${machine}" already has its main channel on connector "${earlier}"; use aux`);
    });
  });
}

function addTopicComplaints(complaints: Complaints, draft: Draft): void {
  const owners = new Map<string, number[]>();
  const connectors = draft.document.connectors;
  connectors.forEach((connector, position) => {
    for (const root of topicRoots(connector)) owners.set(root, [...(owners.get(root) ?? []), position]);
  });
  connectors.forEach((connector, position) => {
    const rival = findRival(connectors, position, owners);
    if (!rival) return;
    const isSame = rival.firmware === connector.firmware && rival.device === connector.device;
    complaints.add(
      [...placeOf(draft, 'connectors', position), 'device'],
      isSame
        ? `${connector.firmware} device "${connector.device}" is already connector "${rival.id}"`
        : `its topics overlap those of device "${rival.device}" of connector "${rival.id}"`,
    );
  });
}

/** The connector whose topics this one's would share; of two with the same root only the later one has a rival. */
function findRival(
  connectors: readonly Connector[],
  position: number,
  owners: ReadonlyMap<string, readonly number[]>,
): Connector | undefined {
  const connector = connectors[position] as Connector;
  const own = new Set(topicRoots(connector));
  for (const root of rivalRoots(connector)) {
    for (const at of owners.get(root) ?? []) {
      const other = connectors[at] as Connector;
      const isTold = own.has(root) && at >= position;
      if (at !== position && !isTold && !isServerOf(other, connector)) return other;
    }
  }
  return undefined;
}

function addMemberComplaints(complaints: Complaints, draft: Draft): void {
  const audiences = new Set([...draft.document.audiences, 'unknown']);
  const holders = new Map<string, string>();
  const ids = new Map(draft.document.members.map(({ id }, position) => [canonicalBadge(id), position]));
  draft.document.members.forEach((member, position) => {
    const place = placeOf(draft, 'members', position);
    addUnknown(complaints, [...place, 'audience'], 'audience', member.audience, audiences);
    addClassComplaints(complaints, [...place, 'class', 'machines'], member.class?.machines ?? [], draft);
    member.badges?.forEach((badge, at) => {
      const here = [...place, 'badges', at];
      const number = canonicalBadge(badge);
      if (number === undefined)
        complaints.add(here, 'is not a badge number; write hexadecimal digits, or dec: and a decimal number');
      else if (holders.has(number)) complaints.add(here, `is already a badge of member "${holders.get(number)}"`);
      else holders.set(number, member.id);
      const named = number === undefined ? undefined : ids.get(number);
      if (named !== undefined) {
        complaints.add([...placeOf(draft, 'members', named), 'id'], 'is a badge number; ids are shown, give another');
      }
    });
  });
}

function addClassComplaints(complaints: Complaints, place: Place, machines: readonly string[], draft: Draft): void {
  machines.forEach((machine, at) => {
    if (addUnknown(complaints, [...place, at], 'machine', machine, draft.ids.machines)) return;
    if (machines.indexOf(machine) < at) complaints.add([...place, at], `machine "${machine}" is there twice`);
  });
}

/** A channel of a connector: 0-based, or `total` and the phases `a`, `b`, `c` of a meter. */
export type Channel = number | 'total' | 'a' | 'b' | 'c';

/** What a machine (or the firmware beside it) says of itself; `domain/activity.ts` maps it to an activity. */
export type ReportedState =
  | 'off'
  | 'idle'
  | 'starting'
  | 'running'
  | 'paused'
  | 'finished'
  | 'cancelled'
  | 'failed'
  | 'fault';

/**
 * When a device says that something happened.
 *
 * `at` is UTC milliseconds and is given only where the message itself proves the zone; `atLocal` is wall time without
 * a zone (`2018-11-15T08:54:18`, perhaps with milliseconds); `clock: 'rejected'` marks a device clock that is not set.
 * All absent: the message carries no time.
 */
export interface Stamp {
  at?: number;
  atLocal?: string;
  clock?: 'rejected';
}

/** A device's own number for a message: the same `boot` and `seq` again is a repeat. */
export interface Identity {
  boot?: string;
  seq?: number;
}

/** Power in watts, negative when exported; `wh` is the cumulative import counter in Wh. */
export type PowerReading = { kind: 'power'; channel: Channel; w: number; wh?: number; returnedWh?: number };
/** A counter without power: `wh` is the cumulative import counter in Wh. */
export type EnergyReading = { kind: 'energy'; channel: Channel; wh: number; returnedWh?: number };
/**
 * A badge was read. `uid` is the canonical form (`domain/badge.ts`); `ambiguous` tells that the firmware loses zeros,
 * so that `uid` is the reader's own text; `granted` and `known` are what the reader itself decided.
 */
export type BadgeRead = {
  kind: 'badge';
  uid: string;
  action: 'tap' | 'in' | 'out';
  channel: Channel;
  ambiguous?: true;
  known?: boolean;
  granted?: boolean;
  auth?: 'failed';
};
/** The connector, or (`scope: 'bridge'`) all devices behind it, or one `device` behind it, came or went. */
export type OnlineChange = { kind: 'online'; online: boolean; scope?: 'bridge'; device?: string };
/** The machine reports its own state. */
export type StateReport = { kind: 'state'; state: ReportedState; channel?: Channel; detail?: string };
/** A relay, not the machine. */
export type SwitchChange = { kind: 'switch'; channel: Channel; on: boolean };
/** A wall switch or button on the device. */
export type InputChange = { kind: 'input'; channel: Channel; on: boolean };
/** An operator set the counter of a channel back. */
export type EnergyReset = { kind: 'energy-reset'; channel: Channel; wh?: number };
/** The device started again: counters may have been reset. */
export type Boot = { kind: 'boot' };
/** Proof of life without any other content. */
export type Heartbeat = { kind: 'heartbeat' };
/** A door contact. */
export type DoorChange = { kind: 'door'; open: boolean };
/** A device raised an alarm. */
export type Alarm = { kind: 'alarm'; alarm: string };
/** A device describes itself; `knowledge` informs the later messages of the same device. */
export type Discovery = { kind: 'discovery'; knowledge: Knowledge };

/** What a device told of itself (topic layout, texts for on and off); flat and JSON-able, keys per firmware. */
export type Knowledge = Record<string, string | number | boolean | string[]>;

/** One thing that a message says happened. */
export type Happening =
  | PowerReading
  | EnergyReading
  | BadgeRead
  | OnlineChange
  | StateReport
  | SwitchChange
  | InputChange
  | EnergyReset
  | Boot
  | Heartbeat
  | DoorChange
  | Alarm
  | Discovery;

/** What a translator finds in a message: one thing that happened, when (if it is said), and its identity (if any). */
export type BridgeEvent = Happening & Stamp & Identity;

/** Kind of a bridge event. */
export type EventKind = BridgeEvent['kind'];

/** Why a message could not be understood. */
export type QuarantineCode =
  | 'json'
  | 'encoding'
  | 'shape'
  | 'number'
  | 'state'
  | 'uid'
  | 'topic'
  | 'limit'
  | 'translator';

/** The outcome of translating one message. `isPlain`: every byte was understood, so that no text of a person can be in it. */
export type Translation =
  | { outcome: 'events'; events: BridgeEvent[]; isPlain?: true }
  | { outcome: 'ignored'; reason: string }
  | { outcome: 'quarantined'; code: QuarantineCode; detail: string };

/** A message as a translator sees it. `retain` is the retain bit of the delivered packet. */
export interface BridgeMessage {
  topic: string;
  payload: Uint8Array;
  retain: boolean;
}

/**
 * What the badge of a class meant when it was read, whatever the registry says later: it takes `machines` of the
 * reader's lab for `people`. The `others` of that lab only learn of it.
 */
export interface ClassOfBadge {
  people: number;
  machines: string[];
  others: string[];
}

/** A badge read after its number was replaced. `token` is the badge's, `member` the member's for the year. */
export type StoredBadge = Omit<BadgeRead, 'uid'> & {
  token: string;
  member?: string;
  audience?: string;
  class?: ClassOfBadge;
};

/** A declaration by a person: the machine's service state from `at` on. */
export type ServiceChange = {
  kind: 'service';
  state: 'up' | 'fault' | 'maintenance' | 'absent';
  note?: string;
  author?: string;
};

/** What a correction says of a session; instants in UTC ms. `split` parts it at `at`, `merge` joins a later one to it, `people` is the head-count of a class. */
export type CorrectionChange =
  | { action: 'confirm' }
  | { action: 'correct'; start?: number; end?: number }
  | { action: 'dismiss' }
  | { action: 'split'; at: number }
  | { action: 'merge'; other: string }
  | { action: 'people'; people: number }
  | { action: 'undo'; correction: string };

/** A person corrected a session; `id` is the correction's own, and the same one again is a repeat. */
export type CorrectionMade = {
  kind: 'correction';
  id: string;
  session: string;
  change: CorrectionChange;
  author: string;
  reason: string;
};

/** What happened, as it is kept: badge numbers are replaced, and people may declare a service state or correct a session. */
export type StoredHappening = Exclude<Happening, BadgeRead> | StoredBadge | ServiceChange | CorrectionMade;

/**
 * The part of a stored event that does not depend on where it came from.
 *
 * `at` and `receivedAt` are UTC ms; `clock: 'rejected'` means that the device's time was not believed, so that
 * `at = receivedAt`; `boot` and `deviceSeq` are the device's own numbering.
 */
export type EventBody = StoredHappening & {
  at: number;
  receivedAt: number;
  clock?: 'rejected';
  boot?: string;
  deviceSeq?: number;
};

/** An event as the journal keeps it. `seq` counts all events of the journal; `machine` is null when the channel had none when it came. */
export type StoredEvent = EventBody & { seq: number; connector: string; machine: string | null };

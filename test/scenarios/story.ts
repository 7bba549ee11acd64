import type { Service } from '../../domain/layers.ts';
import type { Registry } from '../../domain/registry.ts';

/** One thing that happens in a story; `line` is where it is told. */
export type Doing = { at: number; line: number } & (
  | { do: 'badge'; name: string; action: 'tap' | 'in' | 'out'; machine: string; times: number; sentAt: number | null }
  | { do: 'denied'; name: string; machine: string }
  | { do: 'draw'; subject: string; w: number; until: number | null; isSeen: boolean; sentAt: number | null }
  | { do: 'report'; subject: string; state: string; until: number | null }
  | { do: 'offline' | 'online'; connector: string }
  | { do: 'switch'; plug: string; on: boolean }
  | { do: 'counter'; plug: string; change: 'rises' | 'falls' | 'starts'; wh: number }
  | { do: 'set back'; plug: string; wh: number }
  | { do: 'again'; connector: string; messages: number; retained: boolean }
  | { do: 'nonsense'; connector: string }
  | { do: 'declare'; machine: string; state: Service }
  | { do: 'count'; people: number; machine: string; begunAt: number }
  | { do: 'clock'; connector: string; aheadMs: number | null }
);

/** The registry from an instant on; null: from the beginning. */
export interface Setting {
  at: number | null;
  document: unknown;
  devices: ReadonlyMap<string, Device>;
}

/** A connector as the story has it. */
export interface Device {
  id: string;
  /** The words of its firmware: `tasmota without zone`. */
  words: string;
  kind: 'plug' | 'reader' | 'reporter' | 'server';
  firmware: Registry['connectors'][number]['firmware'];
  lab: string;
  /** Null: the firmware's default; 0: on change. */
  reportS: number | null;
  hasCounter: boolean;
  /** The server that speaks for it. */
  behind: string | null;
  channels: { channel: number; machine: string; role: string }[];
}

/** Something that must come out, told at an instant. `about` is the sentence after the time. */
export interface Check {
  at: number;
  line: number;
  day: string;
  about: string;
}

/** A story as it was read. Instants are UTC ms. */
export interface Story {
  file: string;
  title: string;
  /** The zone in which its times are written: that of its first lab. */
  zone: string;
  /** The first instant of its first day. */
  from: number;
  settings: Setting[];
  doings: Doing[];
  checks: Check[];
  names: string[];
}

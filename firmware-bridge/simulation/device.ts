/** What a device publishes. */
export interface Outgoing {
  topic: string;
  payload: string;
  retain: boolean;
  qos: 0 | 1;
}

/** What a plug measures. `wh` counts up for ever. */
export interface Measured {
  at: number;
  w: number;
  wh: number;
}

/** How one firmware says what a plug measures. */
export interface PlugDialect {
  /** When it connects. */
  birth(at: number): Outgoing[];
  /** What the broker says in its name when it is gone. */
  will(): Outgoing[];
  /** One report with its own time in it. */
  report(measured: Measured): Outgoing[];
  /** What it says beside without a time: sent live only. */
  aside?(measured: Measured): Outgoing[];
  /** What it sends of an outage once it is back; firmwares without memory send nothing. */
  kept?(outage: Measured[]): Outgoing[];
}

/** What a badge reader sees. */
export interface Seen {
  at: number;
  uid: string;
  action: 'in' | 'out';
  channel: number;
}

/** How one firmware says what a badge reader sees. */
export interface ReaderDialect {
  birth(at: number): Outgoing[];
  badge(seen: Seen): Outgoing[];
  /** A sign of life with its own time, every `aliveMs`. */
  alive?(at: number): Outgoing[];
  aliveMs?: number;
}

/** A message of a simulated connector: `connector` is the id it logs in with, `at` when it is sent (UTC ms). */
export interface SimulatedMessage extends Outgoing {
  at: number;
  connector: string;
}

/** A plain message. */
export function outgoing(topic: string, payload: unknown, options?: { retain?: boolean; qos?: 0 | 1 }): Outgoing {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return { topic, payload: text, retain: options?.retain ?? false, qos: options?.qos ?? 0 };
}

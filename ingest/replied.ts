import type { MachineInput } from '../domain/machine-input.ts';
import type { BadgeReply } from '../domain/machine-view.ts';

/** A badge that was applied in time, with what its reader is to be told. */
export interface Replied {
  input: MachineInput & { kind: 'badge' };
  reply: BadgeReply;
}

import type { FoldState } from '../domain/fold-state.ts';
import { compareInputs } from '../domain/input-order.ts';
import type { MachineInput, MachineRules } from '../domain/machine-input.ts';
import { badgeReply } from '../domain/machine-view.ts';
import type { Replied } from './replied.ts';

/** What readers are told while inputs are folded: of the badges that have just come, and of no others. */
export class BadgeReplies {
  readonly given: Replied[] = [];
  readonly #badges: Replied['input'][];
  readonly #rules: MachineRules;

  /** `added`: what has just come. */
  constructor(added: readonly MachineInput[], rules: MachineRules) {
    this.#badges = added.filter((input) => input.kind === 'badge');
    this.#rules = rules;
  }

  /** To be called before each input is applied to `state`. */
  note(state: FoldState, input: MachineInput): void {
    if (input.kind !== 'badge') return;
    const badge = this.#badges.find((one) => compareInputs(one, input) === 0);
    const reply = badge && badgeReply(state, badge, this.#rules);
    if (badge && reply) this.given.push({ input: badge, reply });
  }
}

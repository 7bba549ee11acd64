import type { FoldState } from './fold-state.ts';
import type { MachineInput } from './machine-input.ts';

/** What stands in the inputs for a badge of before `before`: something was heard, and nothing else. */
export function withoutBadge(input: MachineInput, before: number): MachineInput {
  return input.kind === 'badge' && input.at < before ? { at: input.at, kind: 'heard' } : input;
}

/**
 * The state as it would be with `withoutBadge` of every input: the same text as that of a fold of those (`initialFold`
 * with `before`), where the machine was quiet at `before` (`quietInstant`).
 */
export function forgetBadges(state: FoldState, before: number): FoldState {
  const { session } = state;
  const isForgotten = ({ kind, at }: MachineInput) => kind === 'badge' && at < before;
  const heldBack = state.heldBack.filter((input) => !isForgotten(input));
  const isHeard = heldBack.length < state.heldBack.length && heldBack.every(({ kind }) => kind !== 'heard');
  if (isHeard) heldBack.push({ at: state.at, kind: 'heard' });
  return {
    ...state,
    heldBack,
    session: {
      ...session,
      waiting: session.waiting.filter((input) => !isForgotten(input)),
      reads: session.reads.filter(({ at }) => at >= before),
      previousEnd: Math.max(session.previousEnd, before),
      open: session.open && session.open.start < before ? null : session.open,
      classes: session.classes.filter(({ deadline }) => deadline >= before),
    },
  };
}

import type { FoldEmit } from '../domain/fold-state.ts';
import type { Watermarks } from '../domain/machine-fold.ts';
import type { SettledLayers } from '../domain/ports-ledger.ts';

/** Layers that were settled before the watermarks. */
export function settledBefore(layers: SettledLayers, marks: Watermarks): SettledLayers {
  return {
    activity: layers.activity.filter(({ start }) => start < marks.activity),
    service: layers.service.filter(({ start }) => start < marks.service),
    sessions: layers.sessions.filter(({ start }) => start < marks.session),
    energy: layers.energy.filter(({ hour }) => hour < marks.energy),
  };
}

/** No layers at all, to be filled. */
export function noLayers(): SettledLayers {
  return { activity: [], service: [], sessions: [], energy: [] };
}

/** Adds what a fold emits to the layers. */
export function emitInto(layers: SettledLayers): FoldEmit {
  return {
    activity: (interval) => layers.activity.push(interval),
    service: (interval) => layers.service.push(interval),
    session: (session) => layers.sessions.push(session),
    energy: (hour) => layers.energy.push(hour),
  };
}

import type { Floor } from '../../api/deps.ts';
import type { MachineView } from '../../domain/layers.ts';

/** What every machine does now, as the projector told it last. */
export class LiveFloor implements Floor {
  #views = new Map<string, { view: MachineView; text: string }>();
  readonly #listeners = new Set<(view: MachineView) => void>();

  /** Takes views over and tells those that changed. */
  take(views: readonly MachineView[]): void {
    for (const view of views) {
      const text = JSON.stringify(view);
      if (this.#views.get(view.machine)?.text === text) continue;
      this.#views.set(view.machine, { view, text });
      for (const listener of this.#listeners) listener(view);
    }
  }

  /** Forgets machines that are no longer in the registry. */
  keep(machines: ReadonlySet<string>): void {
    for (const machine of this.#views.keys()) if (!machines.has(machine)) this.#views.delete(machine);
  }

  list(): MachineView[] {
    return [...this.#views.values()].map(({ view }) => view);
  }

  get(machine: string): MachineView | undefined {
    return this.#views.get(machine)?.view;
  }

  subscribe(listener: (view: MachineView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

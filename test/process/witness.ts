import { expect } from 'vitest';
import { Device } from './device.ts';
import type { RunningFabmeter } from './running-fabmeter.ts';
import { until } from './until.ts';

const EVERY_MS = 5;

/** A well-behaved connector, `plug-1`, that reports all the time: whatever others do, its messages are acknowledged and stored. */
export class Witness {
  readonly #fabmeter: RunningFabmeter;
  readonly #device = new Device('plug-1');
  readonly #acked = new Set<string>();
  readonly #firstAt = Date.now() - 3_600_000;
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;

  constructor(fabmeter: RunningFabmeter) {
    this.#fabmeter = fabmeter;
  }

  /** Messages acknowledged until now. */
  get acked(): number {
    return this.#acked.size;
  }

  async begin(): Promise<void> {
    expect(await this.#device.connect(this.#fabmeter.mqttPort)).toBe(true);
    this.#timer = setInterval(() => this.#send(), EVERY_MS);
  }

  #send(): void {
    const t = new Date(this.#firstAt + this.#sent++).toISOString();
    const payload = JSON.stringify({ t, w: this.#sent % 300 });
    this.#device.send('fabmeter/1/plug-1/power', payload, 1, () => this.#acked.add(t));
  }

  /** Waits for `more` acknowledgements after now. */
  async goesOn(more: number): Promise<void> {
    const wanted = this.#acked.size + more;
    await until(`${more} more acknowledgements`, () => this.#acked.size >= wanted, 30_000);
  }

  /** Everything was acknowledged, on one connection, and is stored once; says how fast. */
  async end(during: string): Promise<void> {
    clearInterval(this.#timer);
    await until('everything is acknowledged', () => this.#device.underWay === 0);
    expect(this.#device.isConnected).toBe(true);
    this.#device.cut();
    const events = await this.#fabmeter.events('?connector=plug-1');
    const stored = events.flatMap(({ kind, at }) => (kind === 'power' ? [at] : []));
    expect(stored.toSorted()).toEqual([...this.#acked].sort());
    expect(stored).toHaveLength(this.#sent);
    const sorted = this.#device.latencyMs.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
    console.info(`${during}: ${stored.length} others' messages acknowledged, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  }
}

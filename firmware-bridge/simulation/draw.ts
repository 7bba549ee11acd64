import { hashOf } from './random.ts';

/** The kinds of machines that are simulated. */
export type MachineKind = 'laser-cutter' | 'extraction' | '3d-printer' | 'cnc-mill' | 'vinyl-cutter' | 'sewing-machine';

/** What a simulated machine does. */
export type Doing = 'off' | 'standby' | 'running';

const STILL_W: Record<MachineKind, { off: number; standby: number }> = {
  'laser-cutter': { off: 15, standby: 60 },
  extraction: { off: 0, standby: 0 },
  '3d-printer': { off: 0.6, standby: 8 },
  'cnc-mill': { off: 3, standby: 40 },
  'vinyl-cutter': { off: 0.4, standby: 5 },
  'sewing-machine': { off: 0, standby: 0.3 },
};
const THERMOSTAT_MS = 50_000;
const PEDAL_MS = 40_000;

/** What a machine draws (W) at an instant, as a plug would measure it: `ranMs` is how long its run has lasted. */
export function drawW(kind: MachineKind, doing: Doing, ranMs: number, noise: Noise): number {
  if (doing !== 'running') return tenth(STILL_W[kind][doing] * (1 + 0.02 * noise(0)));
  switch (kind) {
    case 'laser-cutter':
      return tenth(400 + 150 * noise(1));
    case 'extraction':
      return tenth(182 + 4 * noise(1));
    case '3d-printer':
      return tenth(printerW(ranMs) + 6 * noise(1));
    case 'cnc-mill':
      return tenth(650 + 180 * noise(1));
    case 'vinyl-cutter':
      return tenth(45 + 8 * noise(1));
    case 'sewing-machine':
      return tenth(ranMs % PEDAL_MS < 0.65 * PEDAL_MS ? 80 + 15 * noise(1) : 4);
  }
}

/** The bed heats up for three minutes, then its thermostat switches on and off. */
function printerW(ranMs: number): number {
  if (ranMs < 180_000) return 290;
  return ranMs % THERMOSTAT_MS < 0.3 * THERMOSTAT_MS ? 215 : 80;
}

/** A number in [-1, 1) that belongs to an instant; `which` tells several of one instant apart. */
export type Noise = (which: number) => number;

/** The noise of one instant of one device. */
export function noiseOf(seed: number, device: string, at: number): Noise {
  return (which) => hashOf(seed, device, at, which) / 2 ** 31 - 1;
}

function tenth(value: number): number {
  return Math.round(Math.max(0, value) * 10) / 10;
}

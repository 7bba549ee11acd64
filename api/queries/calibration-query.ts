import { calibrate, signatureEffect } from '../../domain/calibration.ts';
import { traitsOf } from '../../domain/kind.ts';
import type { QueryDeps } from '../../domain/machine-reading.ts';
import type { Series, SeriesReading } from '../../domain/ports.ts';
import type { MainSeries } from '../../domain/power-steps.ts';
import { signatureOf } from '../../domain/signature-entry.ts';
import { DAY_MS, SECOND_MS } from '../../domain/time.ts';
import type { CalibrationAnswer, Queries } from './queries.ts';

/** How far back readings are looked at: two weeks of work tell how a machine draws power, and are soon read. */
export const CALIBRATION_DAYS = 14;
/** Of a plug that reports more often, the largest reading of each slot of this length counts. */
const SLOT_MS = 10 * SECOND_MS;

/** Answers `Queries.calibration`; null when the registry does not have the machine. */
export async function queryCalibration(
  deps: QueryDeps,
  { machine: id, tried }: Parameters<Queries['calibration']>[0],
): Promise<CalibrationAnswer | null> {
  const document = deps.registry();
  const machine = document.machines.find((one) => one.id === id);
  if (!machine) return null;
  const until = deps.clock();
  const series: MainSeries[] = [];
  for (const one of await deps.ledger.series(id)) if (one.main) series.push(await readSeries(deps, one, until));
  const current = machine.signature ? signatureOf(machine.signature) : null;
  const input = { series, until, traits: traitsOf(machine.kind, document), current };
  const calibration = calibrate(input);
  await pause();
  const fold = await deps.ledger.fold(id);
  return {
    days: CALIBRATION_DAYS,
    calibration,
    tried: tried && signatureEffect(tried, input),
    isRecomputing: fold !== undefined && deps.isEarlier(id, fold.rules),
  };
}

/** A day at a time, so that other queries have their turn and memory holds what is kept of it only. */
async function readSeries({ ledger }: QueryDeps, { id, holdMs }: Series, until: number): Promise<MainSeries> {
  const readings: SeriesReading[] = [];
  for (let from = until - CALIBRATION_DAYS * DAY_MS; from < until; from += DAY_MS) {
    for (const reading of await ledger.readings(id, from, Math.min(until, from + DAY_MS))) {
      if (Number.isNaN(reading.w)) continue;
      const last = readings.at(-1);
      if (!last || slotOf(last) !== slotOf(reading)) readings.push(reading);
      else if (reading.w > last.w) readings[readings.length - 1] = { ...last, w: reading.w };
    }
    await pause();
  }
  // What is left of a slot stands for all of it.
  return { holdMs: holdMs === null ? null : holdMs + SLOT_MS, readings };
}

function slotOf({ at }: SeriesReading): number {
  return Math.floor(at / SLOT_MS);
}

/** Lets other queries have their turn. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

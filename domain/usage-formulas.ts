import { DEFINITIONS } from './definitions.ts';
import type { UsageRow } from './usage.ts';

/** A quantity of a usage row with the row's numbers put into its formula. */
export interface AppliedFormula {
  /** The id of its definition; bounds have the name of their field. */
  id: string;
  /** Sums, products and quotients of seconds, watt-hours or counts; null where a number that it needs is not known. */
  numbers: string | null;
  /** Seconds, watt-hours, counts or a share, as in the row. A share is kept between 0 and 1. */
  value: number | null;
}

/** How the figures of a row (of an hourly `profile` or any other) follow from its sums: anybody can do it again with a pencil. */
export function formulasOf(row: UsageRow, profile: 'hour' | 'total' = 'total'): AppliedFormula[] {
  const { windowS, runningS, standbyS, unknownS, badgedS, attributedS, outsideS, energyWh } = row;
  const { openS, maintenanceOpenS, unknownOpenS, runningOpenS, heldOpenS, faultOpenS, utilisation } = row;
  const required = `(${show(openS)} − ${show(maintenanceOpenS)})`;
  const unseen = `(${show(unknownOpenS)} − ${show(row.unknownMaintenanceOpenS)})`;
  const observed = `(${required} − ${unseen})`;
  const ofOpening = (text: string) => (openS === null ? null : text);
  const formulas: AppliedFormula[] = [
    { id: 'coverage', numbers: `1 − ${show(unknownS)} / ${show(windowS)}`, value: row.coverage },
    { id: 'hours.powered', numbers: `${show(runningS)} + ${show(standbyS)}`, value: inMs(runningS + standbyS) },
    { id: 'hours.running', numbers: show(runningS), value: runningS },
    { id: 'hours.badged', numbers: show(badgedS), value: badgedS },
    { id: 'hours.attributed', numbers: show(attributedS), value: attributedS },
    { id: 'attributedShare', numbers: `${show(attributedS)} / ${show(runningS)}`, value: row.attributedShare },
    { id: 'hours.outside', numbers: ofOpening(`${show(runningS)} − ${show(runningOpenS)}`), value: outsideS },
    { id: 'utilisation', numbers: ofOpening(`${show(runningOpenS)} / ${observed}`), value: utilisation.value },
    { id: 'utilisation.low', numbers: ofOpening(`${show(runningOpenS)} / ${required}`), value: utilisation.low },
    {
      id: 'utilisation.high',
      numbers: ofOpening(`(${show(runningOpenS)} + ${unseen}) / ${required}`),
      value: utilisation.high,
    },
    {
      id: 'utilisation.calendar',
      numbers: `${show(runningS)} / (${show(windowS)} − ${show(unknownS)})`,
      value: utilisation.calendar,
    },
    {
      id: 'utilisation.opening',
      numbers: ofOpening(`${show(runningOpenS)} / ${show(openS)}`),
      value: utilisation.opening,
    },
    { id: 'occupation', numbers: ofOpening(`${show(heldOpenS)} / ${observed}`), value: row.occupation },
    { id: 'efficiency', numbers: `${show(runningS)} / (${show(runningS)} + ${show(standbyS)})`, value: row.efficiency },
    {
      id: 'availability',
      numbers: ofOpening(`(${required} − ${show(faultOpenS)}) / ${required}`),
      value: row.availability,
    },
    { id: 'members', numbers: show(row.members), value: row.members },
    { id: 'energy', numbers: profile === 'hour' ? show(energyWh) : energyNumbers(row), value: energyWh },
  ];
  return formulas.map((one) => (one.value === null ? { ...one, numbers: null } : one));
}

/** The definition that a formula is of: bounds belong to the quantity that they bound. */
export function definitionOf({ id }: AppliedFormula): string {
  return Object.hasOwn(DEFINITIONS, id) ? id : id.slice(0, id.lastIndexOf('.'));
}

function energyNumbers({ energyWh, recoveredWh }: UsageRow): string {
  return `${show(energyWh === null ? null : inMs(energyWh - (recoveredWh ?? 0)))} + ${show(recoveredWh)}`;
}

function show(value: number | null): string {
  return value === null ? '?' : String(value);
}

/** Sums of three decimals have three decimals. */
function inMs(value: number): number {
  return Math.round(value * 1000) / 1000;
}

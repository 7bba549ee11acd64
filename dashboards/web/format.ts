import type { Words } from './words.ts';

const THIN = '\u202f';

/** A duration as people say it: `45 min`, `2 h 05`, `1 250 h 30`; whole minutes, never rounded up. */
export function formatHours(seconds: number, words: Words): string {
  if (seconds > 0 && seconds < 60) return `<${THIN}1${THIN}min`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${THIN}min`;
  const hours = Math.floor(minutes / 60).toLocaleString(words.locale);
  return `${hours}${THIN}h${THIN}${String(minutes % 60).padStart(2, '0')}`;
}

/** Watts with their unit: one decimal below 10 W, where standby lives, whole above. */
export function formatWatts(watts: number, words: Words): string {
  const isSmall = Math.abs(watts) < 9.95;
  const rounded = isSmall ? Math.round(watts * 10) / 10 : Math.round(watts);
  // Adding 0 turns -0 into 0.
  return `${(rounded + 0).toLocaleString(words.locale, { maximumFractionDigits: 1 })}${THIN}W`;
}

/**
 * A share in [0, 1] as whole per cent. Something is never `0 %`, and a missing part that rounds away is not hidden
 * unless it is below half a per cent.
 */
export function formatShare(share: number, words: Words): string {
  const percent = share > 0 ? Math.max(1, Math.round(share * 100)) : 0;
  return `${percent}${words.percentGap}%`;
}

/** Whether a share is so near to 1 that it needs no mention. */
export function isWhole(share: number): boolean {
  return Math.round(share * 100) >= 100;
}

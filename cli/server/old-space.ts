import process from 'node:process';
import v8 from 'node:v8';

const OPTION = '--max-old-space-size=';
const WIDE_MB = 4096;

/**
 * Threads that begin from now on let more waste stand before they clear up, where the process began with a limit; what is
 * returned sets that limit again. V8 reads it when a thread begins.
 */
export function widenOldSpace(): () => void {
  const before = process.execArgv.findLast((option) => option.startsWith(OPTION));
  if (before === undefined || Number(before.slice(OPTION.length)) >= WIDE_MB) return () => undefined;
  v8.setFlagsFromString(`${OPTION}${WIDE_MB}`);
  return () => v8.setFlagsFromString(before);
}

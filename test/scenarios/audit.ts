import type { Queries, UsageAnswerRow, UsagePeriod } from '../../api/queries/queries.ts';
import type { Stretch } from '../../domain/stretch.ts';

/** What a row was asked for. */
interface Asked {
  machine: string;
  audience: string | null;
  from: string;
  to: string;
  period: UsagePeriod;
}

const isRunning = ({ activity }: Stretch) => activity === 'running';
const isOpen = ({ opening }: Stretch) => opening === 'staffed' || opening === 'public';

const SUMS: Record<string, (stretch: Stretch) => boolean> = {
  windowS: () => true,
  offS: ({ activity }) => activity === 'off',
  standbyS: ({ activity }) => activity === 'standby',
  runningS: isRunning,
  unknownS: ({ activity }) => activity === 'unknown',
  badgedS: ({ session }) => session !== null,
  attributedS: (one) => isRunning(one) && one.session !== null,
  outsideS: (one) => isRunning(one) && !isOpen(one),
  openS: isOpen,
  heldOpenS: (one) => isOpen(one) && (isRunning(one) || one.session !== null),
  downS: ({ service }) => service === 'fault',
};

/** Adds up what a row of one machine stands on, as an auditor would, and says where the row has other numbers. */
export async function audit(queries: Queries, asked: Asked, row: UsageAnswerRow): Promise<string[]> {
  const explained = await queries.explain({ ...asked, bucket: null, stretchesMax: Number.POSITIVE_INFINITY });
  if (!explained) return ['the row cannot be explained'];
  // Years are explained by their months.
  if (!explained.detail) return [];
  const { stretches, sessions } = explained.detail;
  const differences = Object.entries(SUMS).flatMap(([name, isOne]) => {
    const is = row[name as keyof UsageAnswerRow];
    const sumMs = stretches.filter(isOne).reduce((ms, { start, end }) => ms + end - start, 0);
    return is === null || is === sumMs / 1000 ? [] : [`${name}: ${is} in the row, ${sumMs / 1000} in its intervals`];
  });
  const counted = sessions.filter(({ isCounted }) => isCounted).length;
  if (counted !== row.sessions) differences.push(`sessions: ${row.sessions} in the row, ${counted} in its intervals`);
  return differences;
}

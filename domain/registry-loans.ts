import type { Complaints, Place } from './complaints.ts';
import type { Lab, Machine } from './registry.ts';
import { loanInstant, loanSpan } from './stay.ts';
import { didYouMean } from './suggestion.ts';

/** Adds what is wrong with the loans of one machine: labs that are not there, times that are none, loans that overlap. */
export function addLoanComplaints(
  complaints: Complaints,
  place: Place,
  machine: Machine,
  labs: ReadonlyMap<string, Lab>,
  known: ReadonlySet<string>,
): void {
  const loans = machine.loans ?? [];
  const spans = loans.map((loan, index) => {
    const here = [...place, 'loans', index];
    if (!known.has(loan.lab))
      complaints.add([...here, 'lab'], () => `no lab "${loan.lab}"${didYouMean(loan.lab, known)}`);
    if (loan.lab === machine.lab) complaints.add([...here, 'lab'], `"${loan.lab}" is its own lab; leave this loan out`);
    const lab = labs.get(loan.lab);
    return lab && areTimes(complaints, here, loan, lab.timezone) ? loanSpan(loan, lab.timezone) : undefined;
  });
  spans.forEach((span, index) => {
    if (!span) return;
    const earlier = spans.findIndex(
      (other, at) => at < index && other && other.start < span.end && span.start < other.end,
    );
    if (earlier < 0) return;
    const { lab, since, until = 'further notice' } = loans[earlier] as (typeof loans)[number];
    const rule = `overlaps loans[${earlier}] (to "${lab}" from ${since} until ${until}); a machine is in one lab at a time`;
    complaints.add([...place, 'loans', index], rule);
  });
}

function areTimes(
  complaints: Complaints,
  here: Place,
  { since, until }: NonNullable<Machine['loans']>[number],
  zone: string,
): boolean {
  const ends = { since, until };
  for (const [name, text] of Object.entries(ends)) {
    if (text === undefined || loanInstant(text, zone) !== undefined) continue;
    complaints.add(
      [...here, name],
      `"${text}" is not a time; write 2026-03-01, 2026-03-01T14:00 or 2026-03-01T14:00:00Z`,
    );
    return false;
  }
  const span = loanSpan({ lab: '', ...ends }, zone);
  if (span.start < span.end) return true;
  complaints.add([...here, 'until'], `must be after since: got ${until}, since ${since}`);
  return false;
}

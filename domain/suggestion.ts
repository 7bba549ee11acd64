import { distance } from 'fastest-levenshtein';

/** Past this many candidates none is looked for: the answer would come too late to be of use. */
const CANDIDATES_MAX = 20_000;

/** The candidate that was probably meant (about a third of its letters may differ), or undefined. */
export function suggest(text: string, candidates: Iterable<string>): string | undefined {
  const lower = text.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.ceil(text.length / 3)) + 1;
  let seen = 0;
  for (const candidate of candidates) {
    seen += 1;
    if (seen > CANDIDATES_MAX) return best;
    if (Math.abs(candidate.length - text.length) >= bestDistance) continue;
    const found = distance(lower, candidate.toLowerCase());
    if (found < bestDistance) {
      best = candidate;
      bestDistance = found;
    }
  }
  return best;
}

/** A question to append to a sentence (`; did you mean "pasteur"?`), or nothing. */
export function didYouMean(text: string, candidates: Iterable<string>): string {
  const found = suggest(text, candidates);
  return found === undefined ? '' : `; did you mean "${found}"?`;
}

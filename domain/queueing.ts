/** How many doublings and halvings a root is looked for; past them a number has no digits left. */
const STEPS_MAX = 200;
/** Held machines this near to all of them are all: sums of shares have no more digits. */
const ROUNDING = 1e-9;

/**
 * Erlang's B: the share of arrivals that find all `servers` taken, where whoever finds none leaves.
 *
 * `load` is the offered load in erlangs (0 or more), `servers` a whole number (0 or more). Throws a `RangeError` on
 * anything else.
 */
export function erlangB(load: number, servers: number): number {
  checkQueue(load, servers);
  let blocked = 1;
  for (let count = 1; count <= servers; count += 1) blocked = (load * blocked) / (count + load * blocked);
  return blocked;
}

/**
 * Erlang's C: the share of arrivals that have to wait, where everybody waits.
 *
 * 1 when the load is as large as the servers, or larger: the queue has no end.
 */
export function erlangC(load: number, servers: number): number {
  const blocked = erlangB(load, servers);
  if (load >= servers) return 1;
  return blocked / (1 - (load / servers) * (1 - blocked));
}

/**
 * The mean number of servers that are taken under an offered load, where whoever finds none leaves: `A·(1 − B(A, c))`.
 *
 * Written without the difference, which has no digits left when the load is large.
 */
export function carriedLoad(load: number, servers: number): number {
  if (servers === 0) return 0;
  return (load * servers) / (servers + load * erlangB(load, servers - 1));
}

/** The load that people offer, in erlangs: at least `low` (everybody waits), at most `high` (everybody leaves). */
export interface DemandBand {
  low: number;
  /** Null when the machines were all held all the time: demand has no upper bound then. */
  high: number | null;
}

/**
 * The demand behind a mean number of held machines.
 *
 * `shares[c]` is the share of the time in which `c` machines could be used; the shares add up to 1. With a machine count
 * that never changes `high` is the root of `A·(1 − B(A, c)) = U·c`, with `held` = U·c; with one that changes the carried
 * load is the mean over the time.
 */
export function demandBand(held: number, shares: readonly number[]): DemandBand {
  const capacity = shares.reduce((sum, share, servers) => sum + share * servers, 0);
  if (!(held >= 0) || held > capacity * (1 + ROUNDING)) {
    throw new RangeError(`Cannot tell the demand: ${held} machines held, ${capacity} in use at most`);
  }
  if (held === 0) return { low: 0, high: 0 };
  return { low: held, high: held >= capacity * (1 - ROUNDING) ? null : rootOf(held, shares) };
}

/** The demand at utilisation `share` (0 to 1) of `servers` machines. */
export function demandAt(share: number, servers: number): DemandBand {
  const shares = new Array<number>(servers + 1).fill(0);
  shares[servers] = 1;
  return demandBand(share * servers, shares);
}

function rootOf(held: number, shares: readonly number[]): number {
  const carried = (load: number) =>
    shares.reduce((sum, share, servers) => (share > 0 ? sum + share * carriedLoad(load, servers) : sum), 0);
  let low = held;
  let high = held;
  for (let step = 0; carried(high) < held && step < STEPS_MAX; step += 1) {
    low = high;
    high *= 2;
  }
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (carried(middle) < held) low = middle;
    else high = middle;
  }
  return high;
}

function checkQueue(load: number, servers: number): void {
  if (!(load >= 0) || !Number.isFinite(load)) throw new RangeError(`A load is 0 or more, got ${load}`);
  if (!Number.isInteger(servers) || servers < 0) throw new RangeError(`Servers are a whole number, got ${servers}`);
}

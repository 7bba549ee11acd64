/** What a route may need. `journal:read` also shows member tokens; `open` needs nothing. */
export const NEEDS = [
  'open',
  'floor:read',
  'usage:read',
  'journal:read',
  'registry:read',
  'registry:write',
  'service:write',
  'sessions:write',
] as const;
/** What can be allowed without allowing to change anything. */
export const READING_NEEDS: readonly Need[] = NEEDS.filter((need) => !need.endsWith(':write'));
/** One thing that a route may need. */
export type Need = (typeof NEEDS)[number];

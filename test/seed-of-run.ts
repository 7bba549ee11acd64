/** In CI everybody sees the same cases. */
const CI_SEED = 20_261_122;

/** The seed of all generated cases of a run: `TEST_SEED`, in CI always the same one; undefined: each property takes a new one. */
export function seedOfRun(env: Readonly<Record<string, string | undefined>>): number | undefined {
  if (env.TEST_SEED !== undefined) return Number(env.TEST_SEED);
  return env.CI ? CI_SEED : undefined;
}

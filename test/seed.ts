import process from 'node:process';
import fc from 'fast-check';

/** In CI everybody sees the same cases; elsewhere new ones each time. A failure prints its seed, and `TEST_SEED` repeats it. */
const CI_SEED = 20_261_122;

const given = process.env.TEST_SEED;
if (given !== undefined) fc.configureGlobal({ seed: Number(given) });
else if (process.env.CI) fc.configureGlobal({ seed: CI_SEED });

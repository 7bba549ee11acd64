import process from 'node:process';
import fc from 'fast-check';
import { seedOfRun } from './seed-of-run.ts';

/** A failure prints the seed of its property, and `TEST_SEED` repeats it. */
const seed = seedOfRun(process.env);
if (seed !== undefined) fc.configureGlobal({ seed });

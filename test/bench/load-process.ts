import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { benchClients } from './bench-registry.ts';
import { flatOut, type LoadResult, steady } from './mqtt-load.ts';

/** A load that a process of its own puts on a broker. The connectors are `plug-<first>` and those after it. */
export type LoadSpec = { port: number; first: number; connectors: number; ms: number } & (
  | { kind: 'flat-out'; window: number }
  | { kind: 'steady'; everyMs: number }
);

const THIS_FILE = fileURLToPath(import.meta.url);

/**
 * Starts a load in a process of its own, so that it does not share the loop of whoever measures. Resolves when all
 * connectors are logged in and the load begins; `done` has what was seen.
 */
export async function startLoad(spec: LoadSpec): Promise<{ done: Promise<LoadResult> }> {
  const child = spawn(process.execPath, [THIS_FILE, JSON.stringify(spec)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const began = Promise.withResolvers<void>();
  const done = Promise.withResolvers<LoadResult>();
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.includes('began\n')) began.resolve();
  });
  child.once('close', (code) => {
    if (code === 0) return done.resolve(JSON.parse(text.slice(text.indexOf('\n') + 1)) as LoadResult);
    const error = new Error(`The load ended with ${code}`);
    began.reject(error);
    done.reject(error);
  });
  done.promise.catch(() => undefined);
  await began.promise;
  return { done: done.promise };
}

/** Puts a load on a broker and waits for its end. */
export async function runLoad(spec: LoadSpec): Promise<LoadResult> {
  return (await startLoad(spec)).done;
}

/** What is measured shares this machine with the load, which in a house comes from elsewhere: it must not wait for it. */
function goFirst(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Only root may.
  }
}

if (process.argv[1] === THIS_FILE) {
  goFirst();
  const spec = JSON.parse(process.argv[2] as string) as LoadSpec;
  const clients = benchClients(spec.first + spec.connectors).slice(spec.first);
  const began = () => process.stdout.write('began\n');
  const seen =
    spec.kind === 'flat-out'
      ? await flatOut(clients, spec.port, { ...spec, began })
      : await steady(clients, spec.port, { ...spec, began });
  process.stdout.write(JSON.stringify(seen));
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Failure, failure, StorageError } from '../domain/failure.ts';
import type { Registry } from '../domain/registry.ts';
import { wallClock } from '../domain/time.ts';
import { RegistryDesk } from '../ingest/registry-desk.ts';
import { Secrets } from '../ingest/secrets.ts';
import { type FolderLock, lockFolder } from '../stores/sqlite/folder-lock.ts';
import { SqliteRegistryStore } from '../stores/sqlite/registry-store.ts';

/** Where a command finds the registry: a running Fabmeter, or a data folder that nobody holds. */
export type RegistryPlace = { url: string; token: string | undefined } | { dataFolder: string };

/** What applying did, as far as commands show it. */
export interface Outcome {
  changes: string[];
  secrets: { connector: string; secret: string }[];
  warnings: string[];
}

/** The registry, wherever it is. */
export interface RegistryAccess {
  apply(document: unknown, dryRun: boolean): Promise<Outcome | Failure>;
  document(): Promise<Registry | Failure>;
  close(): Promise<void>;
}

/** Opens the registry. A data folder that a running Fabmeter holds is refused with a `StorageError`. */
export async function openRegistry(place: RegistryPlace): Promise<RegistryAccess> {
  return 'url' in place ? remoteRegistry(place.url, place.token) : localRegistry(place.dataFolder);
}

/** Says so when there is no registry in a data folder: reading it must not make one. */
export function missingRegistry(place: RegistryPlace): Failure | undefined {
  if ('url' in place || existsSync(path.join(place.dataFolder, FILE))) return undefined;
  return failure('not-found', `There is no registry in ${place.dataFolder}: give --data or --url.`);
}

const FILE = 'registry.db';

async function localRegistry(dataFolder: string): Promise<RegistryAccess> {
  const lock = takeFolder(dataFolder);
  try {
    const secrets = Secrets.open(dataFolder);
    const store = SqliteRegistryStore.open(path.join(dataFolder, FILE));
    const desk = new RegistryDesk(store, secrets, wallClock);
    await desk.load();
    return {
      apply: (document, dryRun) => desk.apply(document, 'command line', { dryRun }),
      document: async () => desk.document(),
      close: async () => {
        await store.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function takeFolder(dataFolder: string): FolderLock {
  try {
    return lockFolder(dataFolder);
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'locked') throw error;
    const sentence = `A running Fabmeter holds ${dataFolder}: give its address (--url http://127.0.0.1:8080) and --token`;
    throw new StorageError('locked', sentence, error);
  }
}

function remoteRegistry(url: string, token: string | undefined): RegistryAccess {
  const headers = { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const address = `${url.replace(/\/+$/, '')}/api/v1/registry`;
  return {
    apply: (document, dryRun) =>
      request<Outcome>(dryRun ? `${address}?dry-run=true` : address, {
        method: 'PUT',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(document),
      }),
    document: () => request<Registry>(address, { headers }),
    close: async () => undefined,
  };
}

async function request<T>(address: string, init: RequestInit): Promise<T | Failure> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (error) {
    const { cause, message } = error as Error;
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : message;
    return failure(
      'storage-unavailable',
      `Cannot reach Fabmeter at ${URL.parse(address)?.origin ?? address}: ${reason}. Is it running?`,
    );
  }
  const body = (await response.json().catch(() => undefined)) as T | ProblemBody | undefined;
  if (response.ok && body !== undefined) return body as T;
  return problemOf(response.status, body as ProblemBody | undefined);
}

/** The parts of an RFC 9457 problem that are used here. */
interface ProblemBody {
  code?: Failure['code'];
  detail?: string;
  complaints?: Failure['complaints'];
}

function problemOf(status: number, { code, detail, complaints }: ProblemBody = {}): Failure {
  const sentence = detail ?? `Fabmeter answered with status ${status}.`;
  const advice = status === 401 ? ' Give --token, or set FABMETER_TOKEN.' : '';
  return failure(code ?? 'internal', sentence + advice, complaints);
}

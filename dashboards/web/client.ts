import type { Labs, Machine, UsageRow } from './contract.ts';
import type { UsageQuery } from './today.ts';

/** Requests that take longer than this count as not answered. */
const ANSWER_MS_MAX = 20_000;

/** What came of a request. `sentence`: what the server says to do, when it says so. */
export type Answer<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'refused'; status: number; sentence: string | null }
  | { kind: 'unreachable' };

/** The page's questions to `/api/v1`. */
export interface Client {
  labs(): Promise<Answer<Labs>>;
  machines(lab: string | null): Promise<Answer<Machine[]>>;
  /** Today's rows by machine for each of the questions, together. */
  usage(queries: readonly UsageQuery[]): Promise<Answer<UsageRow[]>>;
  /** Exchanges the key of a first start for the first token. */
  setUp(key: string): Promise<Answer<string>>;
  liveUrl: string;
  headers(): Record<string, string>;
}

/** Makes a client; `token` null asks without one. `base` is the server's origin, `''` for the page's own. */
export function createClient(base: string, token: string | null): Client {
  const headers = (): Record<string, string> => (token === null ? {} : { Authorization: `Bearer ${token}` });
  const api = `${base}/api/v1`;

  async function ask<T>(path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const asked = { ...init, headers: { Accept: 'application/json', ...headers(), ...init.headers } };
    try {
      const signal = AbortSignal.timeout(ANSWER_MS_MAX);
      const response = await fetch(api + path, { ...asked, cache: 'no-store', signal });
      if (!response.ok) return { kind: 'refused', status: response.status, sentence: await sentenceOf(response) };
      return { kind: 'ok', value: (await response.json()) as T };
    } catch {
      return { kind: 'unreachable' };
    }
  }

  async function usage(queries: readonly UsageQuery[]): Promise<Answer<UsageRow[]>> {
    const answers = await Promise.all(queries.map((query) => ask<{ rows: UsageRow[] }>(`/usage?${usageQuery(query)}`)));
    const rows: UsageRow[] = [];
    for (const answer of answers) {
      if (answer.kind !== 'ok') return answer;
      rows.push(...answer.value.rows);
    }
    return { kind: 'ok', value: rows };
  }

  return {
    labs: () => ask<Labs>('/labs'),
    machines: async (lab) => {
      const answer = await ask<{ machines: Machine[] }>(
        `/machines${lab === null ? '' : `?${new URLSearchParams({ lab })}`}`,
      );
      return answer.kind === 'ok' ? { kind: 'ok', value: answer.value.machines } : answer;
    },
    usage,
    setUp: async (key) => {
      const body = JSON.stringify({ key });
      const headers = { 'Content-Type': 'application/json' };
      const answer = await ask<{ token: string }>('/setup', { method: 'POST', headers, body });
      return answer.kind === 'ok' ? { kind: 'ok', value: answer.value.token } : answer;
    },
    liveUrl: `${api}/live`,
    headers,
  };
}

function usageQuery(query: UsageQuery): URLSearchParams {
  const { from, to, lab } = query;
  return new URLSearchParams({ from, to, ...(lab === null ? {} : { lab }), by: 'machine', period: 'total' });
}

async function sentenceOf(response: Response): Promise<string | null> {
  try {
    const problem = (await response.json()) as { detail?: unknown; title?: unknown };
    const sentence = problem.detail ?? problem.title;
    return typeof sentence === 'string' ? sentence : null;
  } catch {
    return null;
  }
}

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { pathText } from '../domain/complaints.ts';
import {
  type Complaint,
  FAILURE_STATUS,
  type Failure,
  type FailureCode,
  failure,
  StorageError,
} from '../domain/failure.ts';
import { shapeSentence } from '../domain/shape-sentence.ts';

const TITLES: Record<FailureCode, string> = {
  'bad-request': 'The request cannot be read',
  'bad-parameter': 'A parameter is wrong',
  'bad-range': 'The range of time is wrong',
  unauthenticated: 'A token is needed',
  forbidden: 'Not allowed',
  'not-found': 'Not found',
  'method-not-allowed': 'Method not allowed',
  'not-acceptable': 'Not acceptable',
  conflict: 'Conflict',
  'precondition-failed': 'It has changed meanwhile',
  'too-large': 'Too large',
  'unsupported-media-type': 'Unsupported media type',
  'registry-invalid': 'The registry is wrong',
  'too-many-requests': 'Too many requests',
  internal: 'Something broke',
  'storage-unavailable': 'Storage is not available',
};

/** A problem as answers hold it (RFC 9457); `code` never changes its meaning, `detail` says what to do. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(FAILURE_STATUS) as [FailureCode, ...FailureCode[]]),
    detail: z.string(),
    complaints: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem');

/** What every route may answer beside its result; spread it into `responses`. */
export const problems = {
  default: { description: 'A problem', content: { 'application/problem+json': { schema: Problem } } },
};

/** Answers with a failure. */
export function problem(
  _c: Context,
  { code, sentence, complaints }: Failure,
  headers: Record<string, string> = {},
): Response {
  const status = FAILURE_STATUS[code];
  const type = `urn:fabmeter:problem:${code}`;
  const body = { type, title: TITLES[code], status, code, detail: sentence, ...(complaints ? { complaints } : {}) };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
}

/** Answers with a failure made on the spot. */
export function refuse(c: Context, code: FailureCode, sentence: string, headers?: Record<string, string>): Response {
  return problem(c, failure(code, sentence), headers);
}

interface Checked {
  target: string;
  success: boolean;
  /** What was checked, as it came. */
  data?: unknown;
  error?: { issues: z.core.$ZodIssue[] };
}

/** What is answered when a query, a path or a body does not fit its schema. */
export function refuseInvalid(result: Checked, c: Context): Response | undefined {
  if (result.success || !result.error) return undefined;
  const complaints = result.error.issues.map((issue) => complaintOf(issue, result));
  const [first] = complaints;
  const sentence = first ? (first.path ? `${first.path}: ${first.message}` : first.message) : 'The request is wrong';
  return problem(c, failure(result.target === 'json' ? 'bad-request' : 'bad-parameter', sentence, complaints));
}

function complaintOf(issue: z.core.$ZodIssue, { target, data }: Checked): Complaint {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return { path: pathText([...path, key]), message: target === 'json' ? `unknown key "${key}"` : message };
  }
  const value = path.reduce<unknown>((whole, key) => (whole as Record<PropertyKey, unknown> | undefined)?.[key], data);
  if (target === 'query' && Array.isArray(value))
    return { path: pathText(path), message: `is given ${value.length} times; give it once` };
  // Where a schema has a sentence of its own, that one knows more.
  const isOwn = value !== undefined && !/^(Invalid|Too )/.test(message);
  return { path: pathText(path), message: isOwn ? message : shapeSentence(issue, value) };
}

/** Answers what a handler threw; what nobody expected goes to `report`. */
export function answerError(error: Error, c: Context, report: (error: Error) => void): Response {
  if (error instanceof HTTPException)
    return problem(c, failure(codeOf(error.status), error.message || 'The request is wrong'));
  report(error);
  if (error instanceof StorageError)
    return refuse(c, 'storage-unavailable', `Stored data cannot be read: ${error.message}. Try again later.`);
  return refuse(
    c,
    'internal',
    'Something broke while answering. The log says what; try again, and report it if it stays.',
  );
}

function codeOf(status: number): FailureCode {
  const codes = Object.entries(FAILURE_STATUS) as [FailureCode, number][];
  return codes.find(([, known]) => known === status)?.[0] ?? 'bad-request';
}

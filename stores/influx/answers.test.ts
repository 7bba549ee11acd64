import { describe, expect, it } from 'vitest';
import { answerOf } from './answers.ts';

const now = Date.parse('2026-03-02T09:00:00Z');
const TOO_OLD = 'partial write: points beyond retention policy dropped=3';

const CASES: [number, string, string | undefined, object][] = [
  [400, 'unable to parse', undefined, { kind: 'bad-point', reason: '400 unable to parse' }],
  [422, 'partial write: field type conflict', undefined, { kind: 'bad-point' }],
  [400, TOO_OLD, undefined, { kind: 'stored', tooOld: 3 }],
  [422, `failure writing points to database: ${TOO_OLD}`, undefined, { kind: 'stored', tooOld: 3 }],
  [400, 'points beyond retention policy dropped=99999', undefined, { kind: 'stored', tooOld: 5000 }],
  [413, 'request entity too large', undefined, { kind: 'too-large' }],
  [401, 'authorization failed', undefined, { kind: 'set-up-wrong', reason: '401 authorization failed' }],
  [403, 'forbidden', undefined, { kind: 'set-up-wrong' }],
  [404, 'database not found', undefined, { kind: 'set-up-wrong' }],
  [301, 'moved', undefined, { kind: 'set-up-wrong' }],
  [405, 'method not allowed', undefined, { kind: 'set-up-wrong' }],
  [408, 'timeout', undefined, { kind: 'later', retryAfterMs: null }],
  [429, 'too many', '7', { kind: 'later', retryAfterMs: 7000 }],
  [503, 'busy', 'Mon, 02 Mar 2026 09:00:30 GMT', { kind: 'later', retryAfterMs: 30_000 }],
  [503, 'busy', 'Mon, 02 Mar 2026 08:00:00 GMT', { kind: 'later', retryAfterMs: 0 }],
  [503, 'busy', 'soon', { kind: 'later', retryAfterMs: null }],
  [429, 'too many', '999999', { kind: 'later', retryAfterMs: 3_600_000 }],
  [500, 'no space left on device', undefined, { kind: 'later', reason: '500 no space left on device' }],
  [502, 'bad gateway', undefined, { kind: 'later' }],
  [504, 'gateway timeout', undefined, { kind: 'later' }],
];

describe('answerOf()', () => {
  it.each(CASES)('reads %i "%s" (Retry-After: %s)', (status, text, retryAfter, answer) => {
    expect(answerOf(status, text, { retryAfter, points: 5000, now })).toMatchObject(answer);
  });
});

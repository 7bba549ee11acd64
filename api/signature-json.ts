import { z } from '@hono/zod-openapi';
import type { Calibration, SignatureEffect } from '../domain/calibration.ts';
import type { SignatureEntry } from '../domain/registry.ts';
import { entryOf } from '../domain/signature-entry.ts';
import { formatInstant } from '../domain/time.ts';

/** A machine's thresholds as the registry writes them. */
export const SignatureJson = z
  .object({
    standbyW: z.number(),
    runningW: z.number(),
    stopW: z.number().optional(),
    runAfterS: z.number(),
    stopAfterS: z.number(),
    bridgeS: z.number(),
    ratedW: z.number().optional(),
  })
  .openapi('Signature');

/** What thresholds make of the readings that were looked at. */
export const EffectJson = z
  .object({
    runs: z.number().int(),
    runningS: z.number(),
    standbyS: z.number(),
    offS: z.number(),
    unknownS: z.number(),
  })
  .openapi('SignatureEffect');

/** What was looked at, and what came out: thresholds for a person to confirm, or why there are none. */
export const ProposalHead = z.object({
  outcome: z.enum(['proposal', 'refusal']),
  proposed: SignatureJson.nullable().openapi({
    description: 'Null when none are proposed: `reason` and `sentence` say why',
  }),
  reason: z.enum(['not-enough-time', 'single-mode', 'too-few-runs']).nullable(),
  sentence: z.string().nullable(),
  days: z.number().openapi({ description: 'How far back readings are looked at' }),
  from: z.string().nullable().openapi({ description: 'The first reading that was looked at' }),
  to: z.string(),
  knownS: z.number(),
  before: EffectJson.nullable().openapi({ description: 'Under the thresholds that hold now' }),
  after: EffectJson.nullable().openapi({ description: 'Under those that the readings suggest, proposed or not' }),
});

/** Thresholds of the fold, as JSON. */
export function effectJson(effect: SignatureEffect | null): z.input<typeof EffectJson> | null {
  if (!effect) return null;
  const { runs, runningMs, standbyMs, offMs, unknownMs } = effect;
  return {
    runs,
    runningS: runningMs / 1000,
    standbyS: standbyMs / 1000,
    offS: offMs / 1000,
    unknownS: unknownMs / 1000,
  };
}

/** The thresholds that a calibration proposes, as the registry writes them; null when it refuses. */
export function proposedOf(calibration: Calibration): SignatureEntry | null {
  return calibration.kind === 'proposal' ? entryOf(calibration.signature) : null;
}

/** The outcome of a calibration without its histogram. */
export function proposalJson(calibration: Calibration, days: number): z.input<typeof ProposalHead> {
  const { evidence } = calibration;
  const refusal = calibration.kind === 'refusal' ? calibration : null;
  return {
    outcome: calibration.kind,
    proposed: proposedOf(calibration),
    reason: refusal?.reason ?? null,
    sentence: refusal?.sentence ?? null,
    days,
    from: evidence.from === null ? null : formatInstant(evidence.from),
    to: formatInstant(evidence.to),
    knownS: evidence.knownMs / 1000,
    before: effectJson(evidence.before),
    after: effectJson(evidence.after),
  };
}

import type { Registry, SignatureEntry } from './registry.ts';

/** The machines whose thresholds differ between two documents, with the later ones; null: it has none any more. */
export function signatureChanges(before: Registry | undefined, after: Registry): Map<string, SignatureEntry | null> {
  const old = new Map(before?.machines.map(({ id, signature }) => [id, JSON.stringify(signature)]));
  return new Map(
    after.machines.flatMap(({ id, signature }): [string, SignatureEntry | null][] =>
      JSON.stringify(signature) === old.get(id) ? [] : [[id, signature ?? null]],
    ),
  );
}

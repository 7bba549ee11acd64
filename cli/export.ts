import { stringify } from 'yaml';
import { missingRegistry, openRegistry, type RegistryPlace } from './registry-access.ts';
import { type Terminal, writeFailure } from './terminal.ts';

/** What `fabmeter export` was asked. */
export interface ExportRequest {
  format: 'yaml' | 'json';
  place: RegistryPlace;
}

/** Writes the registry without secrets and badge numbers; gives the exit code. */
export async function exportRegistry({ format, place }: ExportRequest, terminal: Terminal): Promise<number> {
  const missing = missingRegistry(place);
  if (missing) return writeFailure(terminal, missing);
  const access = await openRegistry(place);
  try {
    const document = await access.document();
    if ('kind' in document) return writeFailure(terminal, document);
    terminal.out(
      format === 'json' ? `${JSON.stringify(document, null, 2)}\n` : stringify(document, { lineWidth: 120 }),
    );
    return 0;
  } finally {
    await access.close();
  }
}

import { join } from 'node:path';
import { type InfluxConfig, LIMITS } from '../../config.ts';
import type { Registry } from '../../domain/registry.ts';
import { type ExporterEars, ExporterLink } from './exporter-link.ts';
import type { LiveFloor } from './floor.ts';

/** What the exporter needs of the house. */
export interface ExporterOptions extends ExporterEars {
  dataDir: string;
  influx: InfluxConfig | undefined;
  registry: Registry;
  floor: LiveFloor;
}

/**
 * Starts the export of series; null when no InfluxDB was named. The ledger must be open already. The caller rings it
 * after each commit of the journal, tells it each new registry, and stops it before it closes the journal.
 */
export function startExporter(options: ExporterOptions): ExporterLink | null {
  const { dataDir, influx, registry, floor } = options;
  if (!influx) return null;
  const link = new ExporterLink(
    {
      journalFile: join(dataDir, 'journal.db'),
      ledgerFile: join(dataDir, 'ledger.db'),
      exportFile: join(dataDir, 'export.db'),
      registry,
      influx,
      limits: LIMITS.export,
    },
    options,
  );
  floor.subscribe((view) => link.look(view));
  for (const view of floor.list()) link.look(view);
  return link;
}

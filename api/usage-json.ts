import { z } from '@hono/zod-openapi';

const Seconds = z.number().openapi({ description: 'Seconds, with up to three decimals' });
const Ratio = z.number().min(0).max(1).nullable();

/** The figures of a usage row. */
export const UsageFigures = z
  .object({
    windowS: Seconds,
    offS: Seconds,
    standbyS: Seconds,
    runningS: Seconds,
    unknownS: Seconds,
    bridgedS: Seconds,
    badgedS: Seconds,
    attributedS: Seconds,
    outsideS: Seconds.nullable(),
    openS: Seconds.nullable(),
    runningOpenS: Seconds.nullable(),
    unknownOpenS: Seconds.nullable(),
    heldOpenS: Seconds.nullable().openapi({ description: 'Running or badged, in opening hours' }),
    faultOpenS: Seconds.nullable(),
    maintenanceOpenS: Seconds.nullable(),
    unknownMaintenanceOpenS: Seconds.nullable().openapi({
      description: 'Maintenance of which nothing was heard, in opening hours',
    }),
    downS: Seconds,
    maintenanceS: Seconds,
    sessions: z.number().int(),
    doubtful: z.number().int(),
    members: z.number().int(),
    energyWh: z.number().nullable(),
    recoveredWh: z.number().nullable(),
    coverage: Ratio,
    attributedShare: Ratio,
    utilisation: z.object({ value: Ratio, low: Ratio, high: Ratio, calendar: Ratio, opening: Ratio }),
    occupation: Ratio,
    availability: Ratio,
    efficiency: Ratio,
    reasons: z.record(z.string(), z.string()).optional().openapi({ description: 'Why a value is null, by its name' }),
  })
  .openapi('UsageFigures');

/** Usage of one group in one bucket. */
export const UsageRowJson = UsageFigures.extend({
  group: z.record(z.string(), z.string()),
  from: z.string(),
  to: z.string(),
  explain: z.string().openapi({ description: 'Where its numbers come from: parts, or intervals and events' }),
}).openapi('UsageRow');

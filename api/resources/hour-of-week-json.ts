import { z } from '@hono/zod-openapi';

/** Which hour of the week an entry is about, in the lab's zone. */
export const HOUR_OF_WEEK = {
  day: z.number().int().min(1).max(7).openapi({ description: '1 is Monday' }),
  hour: z.number().int().min(0).max(23),
};

/** The day and the hour of an index of the week (0: Monday 00:00). */
export function dayAndHour(index: number): { day: number; hour: number } {
  return { day: Math.floor(index / 24) + 1, hour: index % 24 };
}

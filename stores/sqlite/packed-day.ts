import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { SeriesReading } from '../../domain/ports.ts';
import { packReadings, unpackReadings } from '../../domain/reading-block.ts';

/** Packs a day of readings, in ascending order of time, for keeping. */
export function packDay(readings: readonly SeriesReading[]): Uint8Array {
  return zstdCompressSync(packReadings(readings));
}

/** Gives back exactly what `packDay` packed. Throws when the bytes are not such a day. */
export function unpackDay(bytes: Uint8Array): SeriesReading[] {
  return unpackReadings(zstdDecompressSync(bytes));
}

import type { SeriesReading } from './ports.ts';

/** The form's number, the first byte of every block. */
const FORM = 1;
/** Values are kept as whole numbers of 1/1, 1/10, 1/100 or 1/1000 when that is exact for all of them; else as doubles. */
const SCALES = [1, 10, 100, 1000] as const;
const AS_DOUBLES = SCALES.length;
/** Whole numbers up to here survive the differences. */
const WHOLE_MAX = 2 ** 50;

class BlockWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = value;
  }

  /** A whole number, small ones (of either sign) in few bytes. */
  whole(value: number): void {
    let rest = value < 0 ? -value * 2 - 1 : value * 2;
    while (rest >= 128) {
      this.byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  double(value: number): void {
    const bytes = new Uint8Array(Float64Array.of(value).buffer);
    for (const byte of bytes) this.byte(byte);
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

class BlockReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new RangeError('Cannot read a block of readings: it ends too early');
    return value;
  }

  whole(): number {
    const first = this.byte();
    // Most are this small.
    if (first < 128) return first & 1 ? -((first + 1) >> 1) : first >> 1;
    let value = first & 127;
    let factor = 128;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) break;
      factor *= 128;
    }
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  double(): number {
    const bytes = new Uint8Array(8);
    for (let index = 0; index < 8; index++) bytes[index] = this.byte();
    return new Float64Array(bytes.buffer)[0] as number;
  }
}

function scaleOf(values: readonly number[]): number {
  for (let index = 0; index < SCALES.length; index++) {
    const scale = SCALES[index] as number;
    const isExact = values.every((value) => {
      const scaled = Math.round(value * scale);
      return Math.abs(scaled) < WHOLE_MAX && scaled / scale === value && !Object.is(value, -0);
    });
    if (isExact) return index;
  }
  return AS_DOUBLES;
}

function writeColumn(writer: BlockWriter, column: readonly number[]): void {
  const present = column.filter((value) => !Number.isNaN(value));
  const isSparse = present.length < column.length;
  writer.byte(isSparse ? 1 : 0);
  if (isSparse) {
    for (let at = 0; at < column.length; at += 8) {
      let bits = 0;
      for (let bit = 0; bit < 8; bit++) {
        const value = column[at + bit];
        if (value !== undefined && !Number.isNaN(value)) bits |= 1 << bit;
      }
      writer.byte(bits);
    }
  }
  const scaleIndex = scaleOf(present);
  writer.byte(scaleIndex);
  if (scaleIndex === AS_DOUBLES) {
    for (const value of present) writer.double(value);
    return;
  }
  const scale = SCALES[scaleIndex] as number;
  let previous = 0;
  for (const value of present) {
    const scaled = Math.round(value * scale);
    writer.whole(scaled - previous);
    previous = scaled;
  }
}

function readColumn(reader: BlockReader, count: number): number[] {
  const isSparse = reader.byte() === 1;
  const isPresent: boolean[] = [];
  for (let at = 0; isSparse && at < count; at += 8) {
    const bits = reader.byte();
    for (let bit = 0; bit < 8; bit++) isPresent.push((bits & (1 << bit)) !== 0);
  }
  const scaleIndex = reader.byte();
  const scale = SCALES[scaleIndex] ?? 1;
  const column: number[] = [];
  let previous = 0;
  for (let index = 0; index < count; index++) {
    if (isSparse && !isPresent[index]) column.push(Number.NaN);
    else if (scaleIndex === AS_DOUBLES) column.push(reader.double());
    else {
      previous += reader.whole();
      column.push(previous / scale);
    }
  }
  return column;
}

/**
 * Packs readings, which must be in ascending order of time, into one block: differences of differences for the
 * instants, differences for watts and counters. Reading the block gives exactly the same numbers back.
 */
export function packReadings(readings: readonly SeriesReading[]): Uint8Array {
  const writer = new BlockWriter();
  writer.byte(FORM);
  writer.whole(readings.length);
  let previousAt = 0;
  let previousStep = 0;
  for (const { at } of readings) {
    const step = at - previousAt;
    writer.whole(step - previousStep);
    previousAt = at;
    previousStep = step;
  }
  writeColumn(
    writer,
    readings.map((reading) => reading.w),
  );
  writeColumn(
    writer,
    readings.map((reading) => reading.wh),
  );
  return writer.done();
}

/** Unpacks a block of readings, in ascending order of time. Throws a `RangeError` when the bytes are not such a block. */
export function unpackReadings(bytes: Uint8Array): SeriesReading[] {
  const reader = new BlockReader(bytes);
  const form = reader.byte();
  if (form !== FORM) throw new RangeError(`Cannot read a block of readings: unknown form ${form}`);
  const count = reader.whole();
  const instants: number[] = [];
  let at = 0;
  let step = 0;
  for (let index = 0; index < count; index++) {
    step += reader.whole();
    at += step;
    instants.push(at);
  }
  const watts = readColumn(reader, count);
  const counters = readColumn(reader, count);
  return instants.map((instant, index) => ({ at: instant, w: watts[index] as number, wh: counters[index] as number }));
}

import { Buffer } from 'node:buffer';

/** A byte block that grows; numbers are little-endian. */
export class ByteBlock {
  #buffer: Buffer;
  #view: DataView;
  #length = 0;

  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafeSlow(bytes);
    this.#view = new DataView(this.#buffer.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  #reserve(bytes: number): number {
    const at = this.#length;
    const end = at + bytes;
    if (end > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(end, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, at);
      this.#buffer = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = end;
    return at;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  f64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value, true);
  }

  bytes(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#buffer.set(value, at);
  }

  /** Writes UTF-8 text behind its length in bytes (u32). */
  text(value: string): void {
    const bytes = Buffer.byteLength(value);
    this.u32(bytes);
    const at = this.#reserve(bytes);
    this.#buffer.write(value, at, bytes, 'utf8');
  }

  /** What was written: a view on the block, whose buffer may be transferred to another thread. */
  done(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer.buffer as ArrayBuffer, 0, this.#length);
  }
}

/** Reads binary fields one after the other. */
export class ByteReader {
  readonly #buffer: Buffer;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get isDone(): boolean {
    return this.at >= this.#buffer.length;
  }

  u8(): number {
    return this.#buffer.readUInt8(this.at++);
  }

  u16(): number {
    this.at += 2;
    return this.#buffer.readUInt16LE(this.at - 2);
  }

  u32(): number {
    this.at += 4;
    return this.#buffer.readUInt32LE(this.at - 4);
  }

  f64(): number {
    this.at += 8;
    return this.#buffer.readDoubleLE(this.at - 8);
  }

  text(): string {
    const length = this.u32();
    this.at += length;
    return this.#buffer.toString('utf8', this.at - length, this.at);
  }
}

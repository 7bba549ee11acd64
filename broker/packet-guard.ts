import type { Duplex } from 'node:stream';

/**
 * Walks over the fixed headers of an MQTT byte stream and tells when a packet says that it is larger than it may be.
 *
 * Source: MQTT 3.1.1 §2.2.3 (remaining length, at most four bytes).
 */
export class PacketGuard {
  readonly #bytesMax: number;
  /** Bytes of the present packet's body still to come; -1 while its header is being read. */
  #rest = -1;
  #length = 0;
  #lengthBytes = -1;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Reads on; false when a packet is too large or its length is malformed. */
  admits(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#rest > 0) {
        const step = Math.min(this.#rest, chunk.length - at);
        this.#rest -= step;
        at += step;
        if (this.#rest === 0) this.#rest = -1;
      } else if (!this.#header(chunk[at++] as number)) {
        return false;
      }
    }
    return true;
  }

  #header(byte: number): boolean {
    if (this.#lengthBytes < 0) {
      this.#lengthBytes = 0;
      this.#length = 0;
      return true;
    }
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes += 1;
    if (this.#lengthBytes > 4 || this.#length > this.#bytesMax) return false;
    if (byte & 0x80) return this.#lengthBytes < 4;
    this.#lengthBytes = -1;
    this.#rest = this.#length === 0 ? -1 : this.#length;
    return true;
  }
}

/**
 * Ends a connection as soon as a packet announces more than `bytesMax` bytes, before they are buffered.
 * `refused` is called once, with a sentence.
 */
export function guardPackets(connection: Duplex, bytesMax: number, refused: (reason: string) => void): void {
  const guard = new PacketGuard(bytesMax);
  const read = connection.read.bind(connection);
  connection.read = (size?: number) => {
    // Aedes reads once when there is something, and expects all of it; a stream gives one buffer at a time.
    const chunk = size ? read(size) : readAll(read, size);
    if (chunk === null || guard.admits(chunk)) return chunk;
    refused(`A packet is larger than ${bytesMax} bytes, or not MQTT; send smaller messages`);
    connection.destroy();
    return null;
  };
}

function readAll(read: (size?: number) => Buffer | null, size: number | undefined): Buffer | null {
  if (size === 0) return read(0);
  const first = read();
  const second = first && read();
  if (!second) return first;
  const chunks = [first, second];
  for (let chunk = read(); chunk !== null; chunk = read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { StorageError } from '../domain/failure.ts';
import { destroyKeyFile, openKeyFile } from './key-file.ts';

/** Length of a token of a badge or a member, in characters of base64url (132 bits). */
export const TOKEN_LENGTH = 22;

/** What each derived key is for; the labels are part of what is stored and never change. */
type Purpose =
  | 'badge-token'
  | 'badge-index'
  | 'connector-secret'
  | 'api-token'
  | 'key-check'
  | 'packet'
  | `member-token-${number}`;

/**
 * All keyed hashes of a data folder.
 *
 * The master key lies in `keys/master.key`, outside the database files; each purpose has a key of its own, derived with
 * HKDF. Tokens of members also need the year's key file: when that is destroyed, nobody can make them again.
 *
 * Secrets are hashed with HMAC-SHA-256 and not with argon2: 1,000 devices that come back at once must be let in within
 * a second, secrets are long, and whoever has the database file alone has no key to try them with.
 */
export class Secrets {
  readonly #folder: string;
  readonly #master: Buffer;
  readonly #derived = new Map<Purpose, Buffer>();
  readonly #years = new Map<number, Buffer | undefined>();

  private constructor(folder: string, master: Buffer) {
    this.#folder = folder;
    this.#master = master;
  }

  /** Reads the keys of a data folder and makes the master key at the first start. Throws a `StorageError`. */
  static open(dataFolder: string): Secrets {
    const folder = path.join(dataFolder, 'keys');
    const file = path.join(folder, 'master.key');
    const master = openKeyFile(file);
    if (master === undefined) {
      throw new StorageError('corrupt', `Cannot use ${file}: it is empty; restore it from your backup`);
    }
    return new Secrets(folder, master);
  }

  /** A text that only this master key gives; stored beside the hashes to tell a wrong key from wrong secrets. */
  keyCheck(): string {
    return this.#hash('key-check', 'fabmeter').toString('base64url');
  }

  /** The token that stands for a badge in one lab; `number` is canonical. The same badge has another token elsewhere. */
  badgeToken(lab: string, number: string): string {
    return this.#hash('badge-token', lab, number).toString('base64url').slice(0, TOKEN_LENGTH);
  }

  /** Under which name the registry keeps whose badge this is; valid in all labs of the network. */
  badgeIndex(number: string): string {
    return this.#hash('badge-index', number).toString('base64url').slice(0, TOKEN_LENGTH);
  }

  /** A keyed hash of a message, to recognise it when it is sent again. A plain one would give short badge numbers away. */
  fingerprint(payload: Uint8Array): number {
    return this.#hash('packet', payload).readUInt32LE();
  }

  /** The token that stands for a member in a reporting year; null when the year's key was destroyed. */
  memberToken(member: string, year: number): string | null {
    if (!this.#years.has(year)) this.#years.set(year, openKeyFile(this.#yearFile(year)));
    const salt = this.#years.get(year);
    if (salt === undefined) return null;
    const key = this.#key(`member-token-${year}`, salt);
    return createHmac('sha256', key).update(member).digest('base64url').slice(0, TOKEN_LENGTH);
  }

  /** Destroys a year's key: tokens of that year can never again be tied to a member. */
  destroyYear(year: number): void {
    destroyKeyFile(this.#yearFile(year));
    this.#years.set(year, undefined);
    this.#derived.delete(`member-token-${year}`);
  }

  /** The years that have a key file, destroyed ones too, in order. */
  years(): number[] {
    return readdirSync(this.#folder)
      .flatMap((name) => /^year-(\d{4})\.key$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** What is stored of a connector's secret. */
  hashSecret(connector: string, secret: string | Uint8Array): Uint8Array {
    return this.#hash('connector-secret', connector, secret);
  }

  /** Whether a secret is the one whose hash is given; takes the same time whatever differs. Undefined: never. */
  isSecret(connector: string, secret: string | Uint8Array, hash: Uint8Array | undefined): boolean {
    const found = this.#hash('connector-secret', connector, secret);
    const isSame = timingSafeEqual(found, hash ?? Buffer.alloc(found.length));
    return isSame && hash !== undefined;
  }

  /** What is stored of an API token, and under which it is found. */
  hashToken(token: string): string {
    return this.#hash('api-token', token).toString('base64url');
  }

  #yearFile(year: number): string {
    return path.join(this.#folder, `year-${String(year).padStart(4, '0')}.key`);
  }

  #key(purpose: Purpose, salt: Uint8Array = Buffer.alloc(0)): Buffer {
    const known = this.#derived.get(purpose);
    if (known) return known;
    const key = Buffer.from(hkdfSync('sha256', this.#master, salt, `fabmeter/1/${purpose}`, 32));
    this.#derived.set(purpose, key);
    return key;
  }

  /** The parts are separated by a zero byte, which no id holds, so that no two lists of parts meet. */
  #hash(purpose: Purpose, ...parts: (string | Uint8Array)[]): Buffer {
    const hmac = createHmac('sha256', this.#key(purpose));
    parts.forEach((part, index) => {
      if (index > 0) hmac.update('\0');
      hmac.update(part);
    });
    return hmac.digest();
  }
}

/** A new secret for a connector: 24 characters of base64url, 144 bits; short enough for every firmware's password field. */
export function makeSecret(): string {
  return randomBytes(18).toString('base64url');
}

/** A new API token or set-up key: 43 characters, 256 bits, after a prefix that tells people what they hold. */
export function makeToken(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

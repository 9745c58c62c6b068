import { randomFillSync } from 'node:crypto';

/**
 * UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits. Randomness is drawn in pools, because one
 * `randomBytes` call per request costs more than everything else that is done with the id.
 */
const POOL_BYTES = 16_384;
const pool = Buffer.allocUnsafe(POOL_BYTES);
let used = POOL_BYTES;

/** Sixteen fresh bytes of a UUIDv7 minted at `nowMs`. */
export function uuidv7Bytes(nowMs: number): Uint8Array {
  if (used + 10 > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = new Uint8Array(16);
  writeInstant(bytes, nowMs);
  for (let i = 6; i < 16; i++) bytes[i] = pool[used++] as number;
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  return bytes;
}

function writeInstant(bytes: Uint8Array, ms: number): void {
  const high = Math.floor(ms / 0x1_0000);
  bytes[0] = (high >>> 24) & 255;
  bytes[1] = (high >>> 16) & 255;
  bytes[2] = (high >>> 8) & 255;
  bytes[3] = high & 255;
  bytes[4] = (ms >>> 8) & 255;
  bytes[5] = ms & 255;
}

const DIGITS = Buffer.from('0123456789abcdef');
const HYPHEN = 45;
const draft = Buffer.alloc(36);

export function uuidText(bytes: Uint8Array): string {
  let at = 0;
  for (let i = 0; i < 16; i++) {
    const byte = bytes[i] as number;
    if (i === 4 || i === 6 || i === 8 || i === 10) draft[at++] = HYPHEN;
    draft[at++] = DIGITS[byte >>> 4] as number;
    draft[at++] = DIGITS[byte & 15] as number;
  }
  return draft.toString('latin1');
}

const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The bytes of a lower-case UUID, or `null`. */
export function uuidBytes(text: string): Uint8Array | null {
  if (!UUID_PATTERN.test(text)) return null;
  return new Uint8Array(Buffer.from(text.replaceAll('-', ''), 'hex'));
}

/** Unix milliseconds inside a UUIDv7. */
export function instantOfUuid(text: string): number {
  return Number.parseInt(text.slice(0, 8) + text.slice(9, 13), 16);
}

/** The smallest UUID that a UUIDv7 minted at or after `ms` can have: a partition's bound. */
export function lowestUuidAt(ms: number): string {
  const bytes = new Uint8Array(16);
  writeInstant(bytes, ms);
  return uuidText(bytes);
}

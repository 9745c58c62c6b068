import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * Secrets that we issue: prefix, 32 random characters of base62 (190 bits), six characters of checksum. The checksum
 * lets secret scanners match without false alarms, and lets the gateway refuse a typing error without a look-up.
 * Only the SHA-256 is ever stored.
 */
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 6;

export const API_KEY_PREFIX = 'tg_';
export const MANAGEMENT_TOKEN_PREFIX = 'tgm_';
/** Of the token in a set-up link, which makes a console user. */
export const SETUP_TOKEN_PREFIX = 'tgs_';
/** Of the token in the link of an invitation. */
export const INVITATION_TOKEN_PREFIX = 'tgi_';
/** Of the token in the link that proves a mailbox before somebody signs up. */
export const SIGN_UP_TOKEN_PREFIX = 'tgu_';
type SecretPrefix =
  | typeof API_KEY_PREFIX
  | typeof MANAGEMENT_TOKEN_PREFIX
  | typeof SETUP_TOKEN_PREFIX
  | typeof INVITATION_TOKEN_PREFIX
  | typeof SIGN_UP_TOKEN_PREFIX;

export interface IssuedSecret {
  /** Shown to its owner once, never stored. */
  readonly secret: string;
  /** Base64 of the SHA-256; what the database holds. */
  readonly hash: string;
  /** Enough to recognize the secret by, too little to use it: `tg_Ab12…wXyZ`. */
  readonly displayPrefix: string;
}

export function issueSecret(prefix: SecretPrefix): IssuedSecret {
  let body = '';
  while (body.length < RANDOM_LENGTH) {
    for (const byte of randomBytes(48)) {
      // 248 = 4 × 62: bytes above would make the first characters likelier
      if (byte < 248 && body.length < RANDOM_LENGTH) body += BASE62.charAt(byte % 62);
    }
  }
  const secret = prefix + body + checksum(prefix + body);
  return {
    secret,
    hash: hashSecret(secret),
    displayPrefix: `${secret.slice(0, prefix.length + 4)}…${secret.slice(-4)}`,
  };
}

export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64');
}

/** Whether the text has the length, the letters and the checksum of a secret with this prefix. */
export function isWellFormedSecret(prefix: SecretPrefix, text: string): boolean {
  const end = text.length - CHECKSUM_LENGTH;
  if (text.length !== prefix.length + RANDOM_LENGTH + CHECKSUM_LENGTH || !text.startsWith(prefix)) return false;
  return checksum(text.slice(0, end)) === text.slice(end);
}

function checksum(text: string): string {
  let value = crc32(text);
  let letters = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    letters = BASE62.charAt(value % 62) + letters;
    value = Math.floor(value / 62);
  }
  return letters;
}

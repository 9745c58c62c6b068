import { hkdfSync } from 'node:crypto';

const SECRET_BYTES = 32;

/**
 * What signs session cookies: derived from the master key (HKDF-SHA-256, RFC 5869), so that there is nothing more to
 * keep, and never a default. A new master key ends every session.
 */
export function sessionSecret(masterKey: Buffer): string {
  return Buffer.from(hkdfSync('sha256', masterKey, '', 'tollgate console sessions', SECRET_BYTES)).toString(
    'base64url',
  );
}

import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/**
 * Sealed secrets: AES-256-GCM under the installation's master key. Envelope: one byte of version, 12 bytes of random
 * nonce, 16 bytes of tag, then the ciphertext. The associated data (the row's id) is authenticated with it, so that a
 * ciphertext that was moved into another row does not open.
 */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;
const MASTER_KEY_BYTES = 32;
const ALGORITHM = 'aes-256-gcm';

/** The secret does not open: another master key, another row, or damaged. Says nothing of its content. */
export class SealedSecretError extends Error {
  override readonly name = 'SealedSecretError';
}

/** Tells master keys apart without giving anything of them away; stored beside each sealed secret, for rotation. */
export function masterKeyId(masterKey: Buffer): string {
  return createHmac('sha256', masterKey).update('tollgate master key id').digest('hex').slice(0, 16);
}

export function sealSecret(masterKey: Buffer, plaintext: string, associatedData: string): Buffer<ArrayBuffer> {
  requireMasterKey(masterKey);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, masterKey, nonce);
  cipher.setAAD(Buffer.from(associatedData));
  const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]);
}

/** @throws SealedSecretError when the envelope does not open with this key for this row. */
export function openSecret(masterKey: Buffer, envelope: Uint8Array, associatedData: string): string {
  requireMasterKey(masterKey);
  if (envelope.length < HEADER_BYTES || envelope[0] !== VERSION) {
    throw new SealedSecretError('the sealed secret has an unknown format');
  }
  const nonce = envelope.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, masterKey, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(associatedData));
  decipher.setAuthTag(envelope.subarray(1 + NONCE_BYTES, HEADER_BYTES));
  try {
    return Buffer.concat([decipher.update(envelope.subarray(HEADER_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    throw new SealedSecretError('the sealed secret does not open with this master key');
  }
}

function requireMasterKey(masterKey: Buffer): void {
  if (masterKey.length !== MASTER_KEY_BYTES) throw new RangeError(`a master key has ${MASTER_KEY_BYTES} bytes`);
}

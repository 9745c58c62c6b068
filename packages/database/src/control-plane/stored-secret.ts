import { masterKeyId, openSecret, SealedSecretError, sealSecret } from './sealed-secret.js';

/** What a row keeps of its secret; null in both: it has none. */
export interface StoredSecret {
  readonly ciphertext: Uint8Array<ArrayBuffer> | null;
  readonly masterKeyId: string | null;
}

/** The columns of a row for its secret, sealed for that row alone. */
export function secretColumns(masterKey: Buffer, rowId: string, secret: string | null): StoredSecret {
  if (secret === null) return { ciphertext: null, masterKeyId: null };
  return { ciphertext: sealSecret(masterKey, secret, rowId), masterKeyId: masterKeyId(masterKey) };
}

/** The secret of a row; undefined when it was sealed with another master key: it has to be sealed anew. */
export function storedSecret(
  masterKey: Buffer,
  { id, ciphertext }: { readonly id: string; readonly ciphertext: Uint8Array | null },
): string | null | undefined {
  if (ciphertext === null) return null;
  try {
    return openSecret(masterKey, ciphertext, id);
  } catch (error) {
    if (error instanceof SealedSecretError) return undefined;
    throw error;
  }
}

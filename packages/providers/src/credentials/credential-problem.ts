import { isRecord, type JsonRecord, parseJson } from '../json.js';

/** Why what was pasted is no credential; a sentence for the operator, in which nothing of the secret stands. */
export interface CredentialProblem {
  readonly problem: string;
}

export function isCredentialProblem(read: object): read is CredentialProblem {
  return 'problem' in read;
}

/** Longer texts are no credential of any of these vendors. */
export const MAX_SECRET_CHARACTERS = 32_768;

/** Of a secret that begins like a JSON object, the object, or `broken` where it is none; `null` for other secrets. */
export function credentialObject(secret: string): JsonRecord | 'broken' | null {
  if (!secret.startsWith('{')) return null;
  const value = parseJson(secret);
  return isRecord(value) ? value : 'broken';
}

/** A text field under any of its names; `null` where it is absent or empty. */
export function textField(from: JsonRecord, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = from[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return null;
}

/** One word of visible ASCII, as every key is that has to stand in a header. */
export function isPlainKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

export const EMPTY: CredentialProblem = { problem: 'The secret is empty.' };
export const BROKEN: CredentialProblem = {
  problem: 'The secret begins like a JSON object, but is not valid JSON.',
};
export const TOO_LONG: CredentialProblem = { problem: 'The secret is longer than any credential of this provider.' };
export const NO_PLAIN_KEY: CredentialProblem = {
  problem: 'An API key is one word without spaces, line breaks and special characters.',
};

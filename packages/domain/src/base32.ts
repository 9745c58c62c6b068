/** Crockford's base32 in lower case: sorts like the bytes, has no letters that are mistaken for digits. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

const LETTERS = Buffer.from(ALPHABET);
/** Where a text is put together: a string that grows letter by letter is as many objects as it has letters. */
const draft = Buffer.alloc(26);

/** 16 bytes as 26 characters; the first character carries the two spare bits as zeros. */
export function encodeBase32(bytes: Uint8Array): string {
  let at = 0;
  let pending = 0;
  let bits = 2; // 130 bits are written for 128: two leading zeros
  for (let i = 0; i < 16; i++) {
    pending = (pending << 8) | (bytes[i] as number);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      draft[at++] = LETTERS[(pending >>> bits) & 31] as number;
    }
    pending &= (1 << bits) - 1;
  }
  return draft.toString('latin1');
}

/** The inverse of {@link encodeBase32}, or `null` when the text is not 26 characters of it. */
export function decodeBase32(text: string): Uint8Array | null {
  if (text.length !== 26) return null;
  const bytes = new Uint8Array(16);
  let pending = 0;
  let bits = -2;
  let at = 0;
  for (let i = 0; i < 26; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? (VALUES[code] ?? -1) : -1;
    if (value < 0 || (i === 0 && value > 7)) return null;
    pending = ((pending << 5) | value) & 0xffff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (pending >>> bits) & 255;
      pending &= (1 << bits) - 1;
    }
  }
  return bytes;
}

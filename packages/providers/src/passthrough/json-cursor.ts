/** Byte loops over JSON text. Each returns an offset, or -1 when the text is not what it has to be. */

const QUOTE = 34;
const BACKSLASH = 92;
const MAX_DEPTH = 512;
/** All numbers of so many digits are exact. */
const MAX_PLAIN_DIGITS = 15;
const LITERALS: Readonly<Record<number, string>> = { 116: 'true', 102: 'false', 110: 'null' };
const closers = new Uint8Array(MAX_DEPTH);

export function skipSpace(text: Buffer, at: number, end: number): number {
  while (at < end) {
    const c = text[at];
    if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return at;
    at++;
  }
  return at;
}

/** `at` is behind the opening quote; the result is the offset of the closing one. */
export function skipStringBytes(text: Buffer, at: number, end: number): number {
  while (at < end) {
    const c = text[at];
    if (c === QUOTE) return at;
    at += c === BACKSLASH ? 2 : 1;
  }
  return -1;
}

/** `at` is at an opening bracket; the result is behind the matching one. What stands between is not validated. */
export function skipNestedBytes(text: Buffer, at: number, end: number): number {
  let depth = 0;
  while (at < end) {
    const c = text[at];
    if (c === QUOTE) {
      at = skipStringBytes(text, at + 1, end);
      if (at < 0) return -1;
    } else if (c === 123 || c === 91) {
      if (depth === MAX_DEPTH) return -1;
      closers[depth++] = c + 2; // ] and } stand two behind [ and {
    } else if (c === 125 || c === 93) {
      if (depth === 0 || closers[--depth] !== c) return -1;
      if (depth === 0) return at + 1;
    } else if (c === BACKSLASH) {
      return -1;
    }
    at++;
  }
  return -1;
}

/** The text of the JSON string at `[start..end)`, or `null` when it holds more than plain ASCII: a parser then reads it. */
export function plainString(text: Buffer, start: number, end: number): string | null {
  for (let i = start + 1; i < end - 1; i++) {
    const c = text[i] as number;
    if (c < 32 || c > 126 || c === BACKSLASH) return null;
  }
  return text.toString('latin1', start + 1, end - 1);
}

/** The number at `[start..end)`, or `null` when it is more than a few digits. */
export function plainNumber(text: Buffer, start: number, end: number): number | null {
  if (end - start > MAX_PLAIN_DIGITS) return null;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = (text[i] as number) - 48;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  return value;
}

/** A literal or a number by RFC 8259's grammar; the result is behind it. */
export function skipScalar(text: Buffer, at: number, end: number): number {
  const literal = LITERALS[text[at] ?? 0];
  if (literal === undefined) return skipNumber(text, at, end);
  for (let i = 0; i < literal.length; i++) if (at + i >= end || text[at + i] !== literal.charCodeAt(i)) return -1;
  return at + literal.length;
}

function skipNumber(text: Buffer, at: number, end: number): number {
  if (text[at] === 45) at++;
  const whole = text[at] === 48 ? at + 1 : skipDigits(text, at, end);
  if (whole === at || whole > end) return -1;
  at = whole;
  if (at < end && text[at] === 46) {
    const fraction = skipDigits(text, at + 1, end);
    if (fraction === at + 1) return -1;
    at = fraction;
  }
  if (at < end && (text[at] === 101 || text[at] === 69)) {
    const sign = text[at + 1];
    const from = sign === 43 || sign === 45 ? at + 2 : at + 1;
    const exponent = skipDigits(text, from, end);
    if (exponent === from) return -1;
    at = exponent;
  }
  return at <= end ? at : -1;
}

function skipDigits(text: Buffer, at: number, end: number): number {
  while (at < end) {
    const c = text[at] as number;
    if (c < 48 || c > 57) return at;
    at++;
  }
  return at;
}

// AssemblyScript, compiled by scripts/build-wasm.mjs. Skips one JSON value in blocks of 64 bytes: its time depends on the
// length of the value and never on what is in it, so that no prompt is slower than another of its size.
// The caller keeps 64 readable zero bytes behind the text.

const QUOTE: i8 = 34;
const BACKSLASH: i8 = 92;
const ODD_BITS: u64 = 0xaaaaaaaaaaaaaaaa;

/** A bit per byte of the block: whether it equals the byte that `wanted` repeats. */
function matches(a: v128, b: v128, c: v128, d: v128, wanted: v128): u64 {
  return (
    (<u64>i8x16.bitmask(i8x16.eq(a, wanted))) |
    ((<u64>i8x16.bitmask(i8x16.eq(b, wanted))) << 16) |
    ((<u64>i8x16.bitmask(i8x16.eq(c, wanted))) << 32) |
    ((<u64>i8x16.bitmask(i8x16.eq(d, wanted))) << 48)
  );
}

/** Bit i is the parity of bits 0 to i: from quotes to "inside a string". */
function prefixParity(bits: u64): u64 {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ (bits << 32);
}

/**
 * Skips an object or an array. `at` is the offset of the opening bracket; the result is the offset behind the matching
 * one, or -1 when there is none before `end`. Brackets are counted without their kinds.
 */
export function skipNested(at: usize, end: usize): i32 {
  const quote = i8x16.splat(QUOTE);
  const backslash = i8x16.splat(BACKSLASH);
  const opening = i8x16.splat(123);
  const closing = i8x16.splat(125);
  const bracketCase = i8x16.splat(32); // [ and { differ in this bit only, so do ] and }
  let escapeCarry: u64 = 0;
  let stringCarry: u64 = 0;
  let depth: i32 = 0;
  for (; at < end; at += 64) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    const backslashes = matches(a, b, c, d, backslash);
    let quotes = matches(a, b, c, d, quote);
    let escaped: u64;
    if (backslashes == 0) {
      escaped = escapeCarry;
      escapeCarry = 0;
    } else {
      const starts = backslashes & ~escapeCarry;
      const odd = (((starts << 1) | ODD_BITS) - starts) ^ ODD_BITS;
      escaped = odd ^ (backslashes | escapeCarry);
      escapeCarry = (odd & backslashes) >> 63;
    }
    quotes &= ~escaped;
    const inString = quotes == 0 ? stringCarry : prefixParity(quotes) ^ stringCarry;
    stringCarry = <u64>((<i64>inString) >> 63);
    if (backslashes & ~inString) return -1; // a backslash outside a string is never JSON
    if (inString == 0xffffffffffffffff) continue;
    const e = v128.or(a, bracketCase);
    const f = v128.or(b, bracketCase);
    const g = v128.or(c, bracketCase);
    const h = v128.or(d, bracketCase);
    const opens = matches(e, f, g, h, opening) & ~inString;
    const closes = matches(e, f, g, h, closing) & ~inString;
    const closeCount = <i32>popcnt(closes);
    if (depth > closeCount) {
      depth += <i32>popcnt(opens) - closeCount;
      continue;
    }
    for (let all = opens | closes; all; all &= all - 1) {
      const bit = all & (0 - all);
      if (opens & bit) {
        depth++;
      } else if (--depth == 0) {
        const behind = at + <usize>ctz(bit) + 1;
        return behind <= end ? <i32>behind : -1;
      }
    }
  }
  return -1;
}

/** Skips a string. `at` is behind the opening quote; the result is the offset of the closing one, or -1. */
export function skipString(at: usize, end: usize): i32 {
  const quote = i8x16.splat(QUOTE);
  const backslash = i8x16.splat(BACKSLASH);
  let escapeCarry: u64 = 0;
  for (; at < end; at += 64) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    const backslashes = matches(a, b, c, d, backslash);
    let quotes = matches(a, b, c, d, quote);
    let escaped: u64;
    if (backslashes == 0) {
      escaped = escapeCarry;
      escapeCarry = 0;
    } else {
      const starts = backslashes & ~escapeCarry;
      const odd = (((starts << 1) | ODD_BITS) - starts) ^ ODD_BITS;
      escaped = odd ^ (backslashes | escapeCarry);
      escapeCarry = (odd & backslashes) >> 63;
    }
    quotes &= ~escaped;
    if (quotes) {
      const found = at + <usize>ctz(quotes);
      return found < end ? <i32>found : -1;
    }
  }
  return -1;
}

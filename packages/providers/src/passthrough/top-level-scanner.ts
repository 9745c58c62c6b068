import { blockScanner } from './block-scanner.js';
import { skipNestedBytes, skipScalar, skipSpace, skipStringBytes } from './json-cursor.js';

/** Why a text was refused. `at` of the scanner is where. */
export type ScanFault =
  'not-json' | 'not-an-object' | 'escaped-key' | 'foreign-key' | 'duplicate-key' | 'key-case' | 'too-many-keys';

const MAX_UNKNOWN_KEYS = 128;
/** Texts from this size on are copied into the block scanner; copying a smaller one costs more than it saves. */
const BLOCK_TEXT_BYTES = 4096;
/** A value that cannot be longer than this is skipped by a byte loop. */
const BLOCK_VALUE_BYTES = 1024;

/**
 * Finds where the values of known top-level keys stand in the bytes of a JSON object, without building any value.
 *
 * It is stricter than JSON about keys, because what it finds decides what a caller may do: two parsers that disagree
 * about a duplicate key, an escaped one, or one in other letter case (Go's parser folds case, and folds `ſ` and `K` into
 * ASCII) would let a request be checked as one model and served as another.
 *
 * One instance is reused; its fields hold the result of the last scan.
 */
export class TopLevelScanner {
  /** Offsets of the key's opening quote and of its value, by the key's number; -1 when absent. */
  readonly keyStart: Int32Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Where the last scan stopped. */
  at = 0;
  /** The key at which a fault about keys was found. */
  faultyKey = '';
  /** How the faulty key has to be written, where only its letter case is wrong. */
  expectedKey = '';

  readonly #keys: readonly Buffer[];
  readonly #byHash = new Map<number, number>();
  readonly #unknownHash = new Int32Array(MAX_UNKNOWN_KEYS);
  readonly #unknownStart = new Int32Array(MAX_UNKNOWN_KEYS);
  readonly #unknownEnd = new Int32Array(MAX_UNKNOWN_KEYS);
  #unknownKeys = 0;
  #blocks = false;
  #origin = 0;

  /** @param keys ASCII names; a name's position is its number. */
  constructor(keys: readonly string[]) {
    this.#keys = keys.map((key) => Buffer.from(key));
    for (const [slot, key] of this.#keys.entries()) {
      const hash = foldedHash(key, 0, key.length);
      if (this.#byHash.has(hash)) throw new Error(`the hash of ${keys[slot] ?? ''} collides`);
      this.#byHash.set(hash, slot);
    }
    this.keyStart = new Int32Array(keys.length);
    this.start = new Int32Array(keys.length);
    this.end = new Int32Array(keys.length);
  }

  /** Scans `text[start..end)`; `null` when it is acceptable. */
  scan(text: Buffer, start: number, end: number): ScanFault | null {
    this.keyStart.fill(-1);
    this.start.fill(-1);
    this.#unknownKeys = 0;
    this.#origin = start;
    this.#blocks = end - start > BLOCK_TEXT_BYTES && blockScanner.load(text, start, end);
    let at = (this.at = skipSpace(text, start, end));
    if (at >= end) return 'not-json';
    if (text[at] !== 123) return 'not-an-object';
    at = skipSpace(text, at + 1, end);
    if (at < end && text[at] === 125) return this.#close(text, at + 1, end);
    for (;;) {
      this.at = at;
      const fault = this.#member(text, at, end);
      if (fault !== null) return fault;
      at = skipSpace(text, this.at, end);
      this.at = at;
      if (at >= end) return 'not-json';
      if (text[at] === 125) return this.#close(text, at + 1, end);
      if (text[at] !== 44) return 'not-json';
      at = skipSpace(text, at + 1, end);
    }
  }

  #close(text: Buffer, at: number, end: number): ScanFault | null {
    this.at = skipSpace(text, at, end);
    return this.at === end ? null : 'not-json';
  }

  /** One `"key": value`; leaves `at` behind it. */
  #member(text: Buffer, at: number, end: number): ScanFault | null {
    if (at >= end || text[at] !== 34) return 'not-json';
    const keyFrom = at + 1;
    let keyEnd = keyFrom;
    for (; ; keyEnd++) {
      if (keyEnd >= end) return 'not-json';
      const c = text[keyEnd] as number;
      if (c === 34) break;
      if (c === 92) return 'escaped-key';
      if (c > 126) return 'foreign-key';
      if (c < 32) return 'not-json';
    }
    const slot = this.#slotOf(text, keyFrom, keyEnd);
    if (typeof slot === 'string') {
      this.faultyKey = text.toString('latin1', keyFrom, Math.min(keyEnd, keyFrom + 64));
      return slot;
    }
    at = skipSpace(text, keyEnd + 1, end);
    if (at >= end || text[at] !== 58) return this.#stop(at);
    at = skipSpace(text, at + 1, end);
    if (at >= end) return this.#stop(at);
    const behind = this.#skipValue(text, at, end);
    if (behind < 0) return this.#stop(at);
    if (slot >= 0) {
      this.keyStart[slot] = keyFrom - 1;
      this.start[slot] = at;
      this.end[slot] = behind;
    }
    this.at = behind;
    return null;
  }

  #stop(at: number): ScanFault {
    this.at = at;
    return 'not-json';
  }

  /** The number of a known key, -1 for another one, or what is wrong with it. */
  #slotOf(text: Buffer, from: number, to: number): number | ScanFault {
    const hash = foldedHash(text, from, to);
    const slot = this.#byHash.get(hash);
    const known = slot === undefined ? undefined : this.#keys[slot];
    if (slot !== undefined && known !== undefined && known.length === to - from) {
      let exact = true;
      let folded = true;
      for (let i = 0; i < known.length; i++) {
        const c = text[from + i] as number;
        if (c === known[i]) continue;
        exact = false;
        if ((c | 32) !== ((known[i] as number) | 32) || !isLetter(c)) folded = false;
      }
      if (exact) return (this.start[slot] as number) >= 0 ? 'duplicate-key' : slot;
      if (folded) {
        this.expectedKey = known.toString('latin1');
        return 'key-case';
      }
    }
    for (let i = 0; i < this.#unknownKeys; i++) {
      if (this.#unknownHash[i] !== hash) continue;
      const other = this.#unknownStart[i] as number;
      if (text.compare(text, from, to, other, this.#unknownEnd[i]) === 0) return 'duplicate-key';
    }
    if (this.#unknownKeys === MAX_UNKNOWN_KEYS) return 'too-many-keys';
    this.#unknownHash[this.#unknownKeys] = hash;
    this.#unknownStart[this.#unknownKeys] = from;
    this.#unknownEnd[this.#unknownKeys++] = to;
    return -1;
  }

  #skipValue(text: Buffer, at: number, end: number): number {
    const c = text[at];
    const blocks = this.#blocks && end - at > BLOCK_VALUE_BYTES;
    if (c === 34) {
      const from = at + 1;
      const quote = blocks
        ? blockScanner.skipString(from - this.#origin, end - this.#origin)
        : skipStringBytes(text, from, end);
      return quote < 0 ? -1 : (blocks ? quote + this.#origin : quote) + 1;
    }
    if (c !== 123 && c !== 91) return skipScalar(text, at, end);
    if (!blocks) return skipNestedBytes(text, at, end);
    const behind = blockScanner.skipNested(at - this.#origin, end - this.#origin);
    return behind < 0 ? -1 : behind + this.#origin;
  }
}

function isLetter(c: number): boolean {
  const lower = c | 32;
  return lower >= 97 && lower <= 122;
}

/** FNV-1a over the bytes with the letter-case bit set: all case variants of a key have one hash. */
function foldedHash(text: Buffer, from: number, to: number): number {
  let hash = 0;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ ((text[i] as number) | 32), 16_777_619);
  return hash;
}

import { parseJson } from '../json.js';
import { type JsonScalar, jsonScalars } from './json-scalars.js';

/** Which scalars of a dialect's frames differ from frame to frame. Paths are those of `jsonScalars`. */
export interface FrameVariety {
  /** Strings that hold what the model writes. */
  readonly content: readonly string[];
  /** Numbers and strings that nobody reads of such a frame, or of which the last ones hold: with all that is inside them. */
  readonly aside: readonly string[];
  /** Frames say in their `type` whether they are deltas; what others hold, as those that complete a text, is no content. */
  readonly typed?: boolean;
}

interface Hole {
  readonly kind: 'content' | 'string' | 'number' | 'blanks';
  /** What stands in every frame behind it. */
  readonly behind: string;
}

/** A frame as it was read in full, in a text that has a character for each byte. */
export interface ReadFrame {
  readonly text: string;
  readonly from: number;
  readonly end: number;
  /** Where its JSON stands. */
  readonly jsonFrom: number;
  readonly jsonEnd: number;
}

const MAX_DIGITS = 15;
/** Longer texts are compared as slices of the whole, which is quicker than `startsWith`; of short ones it is not. */
const LONG = 8;
const MAX_PATIENCE = 64;
/** A slice that is longer keeps alive what it is a slice of, which is a whole chunk. */
const MAX_COPIED = 12;

/**
 * Nearly all frames of a stream are the one before with other content. Once a frame was read in full and came to one piece of
 * content, the next one is known without reading it, if it has the same characters before and behind: what its document says,
 * that one said. Where counters or padding differ from frame to frame too, they are found out by comparing two frames.
 *
 * What this takes is exactly what reading it in full would take: a frame that differs anywhere else, or has anything but a
 * plain literal where one is expected, does not match.
 */
export class RepeatedFrame {
  /** Where the frame that was matched last ends. */
  end = 0;
  /** Where the content stands in the text that was matched last, without its quotes. */
  #contentStart = 0;
  #contentEnd = 0;
  #hasEscapes = false;
  #isAscii = true;

  #ahead: string | null = null;
  readonly #holes: Hole[] = [];
  #matched = false;
  /** Of the frame that was learned last. */
  #scalars: readonly JsonScalar[] = [];
  #text = '';
  readonly #varying = new Set<string>();
  /** Frames that are not learned, after some were learned in vain. */
  #wait = 0;
  #patience = 0;

  constructor(private readonly variety: FrameVariety) {}

  /** Another frame was read, so that nothing is known of the next one. */
  forget(): void {
    if (this.#ahead === null) return;
    this.#patience = this.#matched ? 0 : Math.min(this.#patience * 2 + 1, MAX_PATIENCE);
    // the first miss shows only what varies
    this.#wait = this.#patience < 8 ? 0 : this.#patience;
    this.#ahead = null;
  }

  /** A frame was read and came to one piece of content, nothing else. */
  learn(frame: ReadFrame, content: string): void {
    if (this.#wait > 0) {
      this.#wait--;
      return;
    }
    const { text, jsonFrom, jsonEnd } = frame;
    const scalars = jsonScalars(text, jsonFrom, jsonEnd);
    if (scalars === null || (this.variety.typed === true && !isTypedDelta(text, scalars))) return;
    const place = this.#contentOf(scalars);
    if (place === null || valueOf(text, place) !== content) return;
    this.#compare(text, scalars);
    this.#build(frame, scalars, place);
    [this.#scalars, this.#text] = [scalars, text];
    this.#matched = false;
  }

  /**
   * Offset behind the frame at `at`, or -1 when it is not one that is known.
   * @param text has a character for each byte.
   */
  match(text: string, at: number): number {
    const ahead = this.#ahead;
    if (ahead === null || text.slice(at, at + ahead.length) !== ahead) return -1;
    at += ahead.length;
    const holes = this.#holes;
    for (let i = 0; i < holes.length; i++) {
      const { kind, behind } = holes[i] as Hole;
      if (kind === 'content') at = this.#skipContent(text, at);
      else if (kind === 'string') at = plainStringEnd(text, at);
      else if (kind === 'number') at = digitsEnd(text, at);
      else while (text.charCodeAt(at) === 32) at++;
      if (at < 0) return -1;
      const same = behind.length > LONG ? text.slice(at, at + behind.length) === behind : text.startsWith(behind, at);
      if (!same) return -1;
      at += behind.length;
    }
    this.#matched = true;
    this.end = at;
    return at;
  }

  /**
   * The content that was matched last; `null` when its escapes are none that JSON has.
   * @param bytes of which the text that was matched is made, from `origin` on.
   */
  content(text: string, bytes: Buffer, origin: number): string | null {
    const start = this.#contentStart;
    const end = this.#contentEnd;
    if (!this.#isAscii) return parsedString(`"${bytes.toString('utf8', origin + start, origin + end)}"`);
    if (this.#hasEscapes) return unescaped(text.slice(start, end));
    return end - start <= MAX_COPIED ? text.slice(start, end) : bytes.toString('latin1', origin + start, origin + end);
  }

  /** Offset of the quote behind a string's characters, or -1. */
  #skipContent(text: string, at: number): number {
    this.#contentStart = at;
    this.#hasEscapes = false;
    this.#isAscii = true;
    for (; ; at++) {
      const c = text.charCodeAt(at);
      if (c === 34) break;
      if (c === 92) {
        this.#hasEscapes = true;
        at++;
      } else if (c > 126) this.#isAscii = false;
      else if (!(c >= 32)) return -1; // a text that has ended is not a number at all
    }
    this.#contentEnd = at;
    // nothing is told of an empty text
    return at === this.#contentStart ? -1 : at;
  }

  /** The one string that may hold content and does. */
  #contentOf(scalars: readonly JsonScalar[]): JsonScalar | null {
    let place: JsonScalar | null = null;
    for (const scalar of scalars) {
      const { path, kind, start, end } = scalar;
      if (kind !== 'string' || end - start === 2 || !this.variety.content.includes(path)) continue;
      if (place !== null) return null;
      place = scalar;
    }
    return place;
  }

  /** Finds what varies beside the content. */
  #compare(text: string, scalars: readonly JsonScalar[]): void {
    if (scalars.length !== this.#scalars.length) return;
    for (const [i, { path, start, end }] of scalars.entries()) {
      const before = this.#scalars[i];
      if (before?.path !== path) return;
      const same = text.slice(start, end) === this.#text.slice(before.start, before.end);
      if (!same && this.#isAside(path)) this.#varying.add(path);
    }
  }

  #isAside(path: string): boolean {
    return this.variety.aside.some((name) => path === name || path.startsWith(`${name}.`));
  }

  #build({ text, from, end, jsonEnd }: ReadFrame, scalars: readonly JsonScalar[], content: JsonScalar): void {
    const holes: { kind: Hole['kind']; start: number; end: number }[] = [];
    for (const scalar of scalars) {
      const { path, kind, start, end: scalarEnd } = scalar;
      if (scalar === content) holes.push({ kind: 'content', start: start + 1, end: scalarEnd - 1 });
      else if (!this.#varying.has(path) || kind === 'word') continue;
      else if (kind === 'string') holes.push({ kind, start: start + 1, end: scalarEnd - 1 });
      else holes.push({ kind, start, end: scalarEnd });
    }
    const brace = jsonEnd - 1;
    let blanks = brace;
    while (text.charCodeAt(blanks - 1) === 32) blanks--;
    if (this.#blanksVary(brace - blanks)) holes.push({ kind: 'blanks', start: blanks, end: brace });
    this.#ahead = copied(text.slice(from, holes[0]?.start));
    this.#holes.length = 0;
    for (const [i, hole] of holes.entries()) {
      this.#holes.push({ kind: hole.kind, behind: copied(text.slice(hole.end, holes[i + 1]?.start ?? end)) });
    }
  }

  /** Anthropic pads its frames with blanks. */
  #blanksVary(count: number): boolean {
    if (count > 0) this.#varying.add('');
    return this.#varying.has('');
  }
}

/** A text of its own: comparing slices of others takes longer, and they keep whole chunks alive. */
function copied(slice: string): string {
  return Buffer.from(slice, 'latin1').toString('latin1');
}

function isTypedDelta(text: string, scalars: readonly JsonScalar[]): boolean {
  const type = scalars.find(({ path }) => path === 'type');
  return type !== undefined && text.slice(type.start, type.end).endsWith('delta"');
}

function plainStringEnd(text: string, at: number): number {
  for (; ; at++) {
    const c = text.charCodeAt(at);
    if (c === 34) return at;
    if (!(c >= 32 && c <= 126) || c === 92) return -1;
  }
}

function digitsEnd(text: string, at: number): number {
  const start = at;
  let c = text.charCodeAt(at);
  if (c === 48) return at + 1;
  while (c >= 48 && c <= 57) c = text.charCodeAt(++at);
  return at === start || at - start > MAX_DIGITS ? -1 : at;
}

/** The value of a string's literal, in a text whose characters are bytes. */
function valueOf(text: string, { start, end }: JsonScalar): string | null {
  return parsedString(Buffer.from(text.slice(start, end), 'latin1').toString());
}

/** Of a literal in ASCII. Most escapes are quotes and line ends, of which there are many in the arguments of calls. */
function unescaped(literal: string): string | null {
  let text = '';
  let from = 0;
  for (let at = literal.indexOf('\\'); at >= 0; at = literal.indexOf('\\', from)) {
    const escape = literal[at + 1];
    if (escape !== '"' && escape !== 'n' && escape !== '\\') return parsedString(`"${literal}"`);
    text += literal.slice(from, at) + (escape === 'n' ? '\n' : escape);
    from = at + 2;
  }
  return text + literal.slice(from);
}

function parsedString(literal: string): string | null {
  const value = parseJson(literal);
  return typeof value === 'string' ? value : null;
}

/** Finds the objects of a JSON array, or a single object, in a text that comes in pieces. */
export class JsonObjects {
  #held = '';
  /** How far `#held` has been looked at. */
  #at = 0;
  #start = -1;
  #depth = 0;
  #inString = false;
  #escaped = false;

  constructor(private readonly maxCharacters: number) {}

  /** An object was longer than any that is honest. */
  get overflown(): boolean {
    return this.#held.length > this.maxCharacters;
  }

  /** The texts of the objects that are whole now. */
  push(text: string): readonly string[] {
    const found: string[] = [];
    this.#held += text;
    let done = 0;
    for (; this.#at < this.#held.length; this.#at++) {
      if (!this.#step(this.#held.charCodeAt(this.#at))) continue;
      found.push(this.#held.slice(this.#start, this.#at + 1));
      this.#start = -1;
      done = this.#at + 1;
    }
    if (this.#start < 0) done = this.#at;
    this.#held = this.#held.slice(done);
    this.#at -= done;
    if (this.#start >= 0) this.#start -= done;
    return found;
  }

  /** Takes one character; `true` when it ends an object. Brackets and commas around the objects mean nothing. */
  #step(c: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (c === 92) this.#escaped = true;
      else if (c === 34) this.#inString = false;
      return false;
    }
    if (c === 123) {
      if (this.#depth++ === 0) this.#start = this.#at;
    } else if (c === 125) {
      return this.#depth > 0 && --this.#depth === 0;
    } else if (c === 34 && this.#depth > 0) {
      this.#inString = true;
    }
    return false;
  }
}

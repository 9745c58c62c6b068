/** Finds the objects of a JSON array, or a single object, in a text that comes in pieces; each character is looked at once. */
export class JsonObjects {
  /** Of the object that is not whole yet. */
  #pieces: string[] = [];
  #length = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  constructor(private readonly maxCharacters: number) {}

  /** An object is longer than any that is honest. */
  get overflown(): boolean {
    return this.#length > this.maxCharacters;
  }

  /** The texts of the objects that are whole now. */
  push(text: string): readonly string[] {
    const found: string[] = [];
    let start = this.#depth > 0 ? 0 : -1;
    for (let at = 0; at < text.length; at++) {
      const before = this.#depth;
      this.#step(text.charCodeAt(at));
      if (before === 0 && this.#depth === 1) start = at;
      if (before !== 1 || this.#depth !== 0) continue;
      found.push(this.#pieces.join('') + text.slice(start, at + 1));
      this.#pieces = [];
      this.#length = 0;
      start = -1;
    }
    if (start >= 0) {
      this.#pieces.push(text.slice(start));
      this.#length += text.length - start;
    }
    return found;
  }

  /** Brackets and commas around the objects mean nothing. */
  #step(c: number): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (c === 92) this.#escaped = true;
      else if (c === 34) this.#inString = false;
    } else if (c === 123) this.#depth++;
    else if (c === 125) this.#depth = Math.max(0, this.#depth - 1);
    else if (c === 34) this.#inString = this.#depth > 0;
  }
}

/** A string, number, or word of a JSON text, with where its literal stands. */
export interface JsonScalar {
  /** Names from the outside in: `choices[].delta.content`. */
  readonly path: string;
  readonly kind: 'string' | 'number' | 'word';
  readonly start: number;
  readonly end: number;
}

/** Documents with more levels are none that are worth looking into. */
const MAX_DEPTH = 32;
/** In a name these would make two paths the same. */
const AMBIGUOUS = /[\\.[\]]/;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?\d[\d.eE+-]*/y;
const WORD = /true|false|null/y;
const BLANK = /[ \t\r\n]*/y;

/**
 * All scalars of the JSON text at `[from, to)`, in their order. `null` where a path does not say exactly which one is meant: a
 * name stands twice in an object, or is written with escapes. The text is known to be JSON; of one that is not, anything may
 * be said.
 */
export function jsonScalars(text: string, from: number, to: number): readonly JsonScalar[] | null {
  const scan = new ScalarScan(text);
  const end = scan.value(from, '', 0);
  return end >= 0 && scan.blank(end) >= to ? scan.found : null;
}

class ScalarScan {
  readonly found: JsonScalar[] = [];

  constructor(private readonly text: string) {}

  /** Offset behind the value at `at`, or -1. */
  value(at: number, path: string, depth: number): number {
    const start = this.blank(at);
    switch (this.text[start]) {
      case '{':
        return depth === MAX_DEPTH ? -1 : this.#object(start, path, depth + 1);
      case '[':
        return depth === MAX_DEPTH ? -1 : this.#array(start, path, depth + 1);
      case '"':
        return this.#scalar('string', start, path);
      case 't':
      case 'f':
      case 'n':
        return this.#scalar('word', start, path);
      default:
        return this.#scalar('number', start, path);
    }
  }

  blank(at: number): number {
    return this.#behind(BLANK, at);
  }

  #object(open: number, path: string, depth: number): number {
    const names = new Set<string>();
    let at = this.blank(open + 1);
    if (this.text[at] === '}') return at + 1;
    for (;;) {
      const nameEnd = this.#behind(STRING, at);
      const name = this.text.slice(at + 1, nameEnd - 1);
      if (nameEnd < 0 || names.has(name) || AMBIGUOUS.test(name)) return -1;
      names.add(name);
      const colon = this.blank(nameEnd);
      const end = this.value(colon + 1, path === '' ? name : `${path}.${name}`, depth);
      if (this.text[colon] !== ':' || end < 0) return -1;
      at = this.blank(end);
      if (this.text[at] === '}') return at + 1;
      if (this.text[at] !== ',') return -1;
      at = this.blank(at + 1);
    }
  }

  #array(open: number, path: string, depth: number): number {
    let at = this.blank(open + 1);
    if (this.text[at] === ']') return at + 1;
    for (;;) {
      const end = this.value(at, `${path}[]`, depth);
      if (end < 0) return -1;
      at = this.blank(end);
      if (this.text[at] === ']') return at + 1;
      if (this.text[at] !== ',') return -1;
      at++;
    }
  }

  #scalar(kind: JsonScalar['kind'], start: number, path: string): number {
    const end = this.#behind(kind === 'string' ? STRING : kind === 'number' ? NUMBER : WORD, start);
    if (end >= 0) this.found.push({ path, kind, start, end });
    return end;
  }

  #behind(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    return pattern.test(this.text) ? pattern.lastIndex : -1;
  }
}

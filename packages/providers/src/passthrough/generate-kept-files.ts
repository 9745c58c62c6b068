import { isKeptByProvider } from '../dialects/google-generate/media-types.js';
import { isRecord, parseJson } from '../json.js';
import { mayHideLetters } from './may-exceed-its-bytes.js';

const MARKS = [Buffer.from('ileUri'), Buffer.from('ile_uri')];
/** Also without quotes, or with single ones, and where the field is repeated: servers are more liberal than JSON is. */
const FIELD = /\bfile_?uri\b["']?\s*:\s*(["'])/gi;
/** By its beginning an address shows where it leads; a file that is written out in it may be many megabytes long. */
const MAX_ADDRESS_CHARACTERS = 16_384;
const LETTER_ESCAPE = /\\u00([4-7][0-9a-f])/gi;
const ESCAPE = /\\(?:u([0-9a-f]{4})|(.))/gi;

/**
 * Whether a request to generate content refers to a file that the provider keeps. It belongs to the account, which is all that
 * several organizations may share, and how long it is does not show in the request.
 */
export function refersToKeptFile(memory: Buffer, start: number, end: number): boolean {
  const bytes = memory.subarray(start, end);
  const hidden = mayHideLetters(bytes);
  if (!hidden && MARKS.every((mark) => bytes.indexOf(mark) < 0)) return false;
  const text = hidden ? bytes.toString().replace(LETTER_ESCAPE, plainLetter) : bytes.toString();
  for (const { 0: field, 1: quote = '"', index } of text.matchAll(FIELD)) {
    if (isKeptByProvider(unescaped(quotedAt(text, index + field.length, quote)))) return true;
  }
  return false;
}

/** A loop and no pattern: patterns that tell escapes apart overflow the stack on a long text. */
function quotedAt(text: string, from: number, quote: string): string {
  let to = from;
  const most = Math.min(text.length, from + MAX_ADDRESS_CHARACTERS);
  while (to < most && text[to] !== quote) to += text[to] === '\\' ? 2 : 1;
  return text.slice(from, to);
}

function plainLetter(escape: string, code: string): string {
  const letter = String.fromCharCode(parseInt(code, 16));
  return /[A-Za-z_]/.test(letter) ? letter : escape;
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (_escape, code: string | undefined, character: string | undefined) =>
    code === undefined ? (character ?? '') : String.fromCharCode(parseInt(code, 16)),
  );
}

const STORE_MARKS = ['ileSearch', 'ile_search', 'etrieval'].map((mark) => Buffer.from(mark));
const STORE_TOOLS: readonly string[] = ['fileSearch', 'file_search', 'retrieval'];

/** The tool among a request's `tools` that looks into what the operator's account keeps, or `null`. */
export function toolOverStores(tools: Buffer): string | null {
  if (STORE_MARKS.every((mark) => tools.indexOf(mark) < 0) && !mayHideLetters(tools)) return null;
  const parsed = parseJson(tools.toString());
  const list = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [parsed];
  for (const entry of list) {
    const name = isRecord(entry) ? STORE_TOOLS.find((tool) => entry[tool] !== undefined) : undefined;
    if (name !== undefined) return name;
  }
  // what cannot be read here may be read elsewhere
  return parsed === undefined ? 'retrieval' : null;
}

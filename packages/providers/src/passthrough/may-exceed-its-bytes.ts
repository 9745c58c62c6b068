interface Ending {
  /** To look for a rare first byte is far cheaper than for a quote, of which JSON is full. */
  readonly ending: Buffer;
  /** The names in quotes, whole. */
  readonly names: readonly Buffer[];
}

/**
 * How the parts are named of which a few bytes can be any number of tokens: pictures, films and documents behind an
 * address or an id, compressed ones, sound, and the sound of an earlier answer (`"audio": {"id": …}`).
 * Grouped by the ending to search for.
 */
const CHAT_PARTS: readonly Ending[] = [
  names('_url"', ['image', 'video', 'audio', 'document', 'file']),
  names('udio"', ['a', 'input_a']),
  names('video"', ['']),
  names('file"', ['', 'input_']),
];
/** The same in Anthropic's words. */
const MESSAGES_PARTS: readonly Ending[] = [
  names('image"', ['']),
  names('document"', ['']),
  names('file"', ['']),
  names('_upload"', ['container']),
  names('_servers"', ['mcp']),
];
/** The same in the words of responses; tools that OpenAI runs come with instructions, and bring in what they find. */
const RESPONSES_PARTS: readonly Ending[] = [
  names('_url"', ['image', 'file']),
  names('image"', ['input_']),
  names('file"', ['', 'input_']),
  names('udio"', ['a', 'input_a']),
  names('screenshot"', ['', 'computer_']),
  names('_search"', ['web', 'file', 'tool']),
  names('_preview"', ['web_search', 'computer_use']),
  names('interpreter"', ['code_']),
  names('mcp"', ['']),
  names('omputer"', ['c']),
  names('generation"', ['image_']),
  names('shell"', ['', 'local_']),
  names('_patch"', ['apply']),
  names('_calling"', ['programmatic_tool']),
  names('mpaction"', ['co']),
];
const DATED_TOOL = /^_20\d\d_\d\d_\d\d"/;
/** Tools that the provider defines are named with a date: some search, all come with instructions that have no bytes here. */
const DATED = Buffer.from('_20');
const DATED_NAME = /^_20\d{6}"/;
const ASCII_ESCAPE = Buffer.from('\\u00');
/** `_` and the lower-case letters, with which a name could be hidden; encoders escape none of them on their own. */
const LETTER_ESCAPES = ['\\u005', '\\u006', '\\u007'].map((escape) => Buffer.from(escape));
/** A text with more near misses than this is not worth the search. */
const MAX_NEAR_MISSES = 64;

/**
 * Whether a chat completion request in `memory[start..end)` may hold a part with more tokens than bytes, so that its
 * length is no bound of its input. `false` is certain for every kind of part that servers of this dialect take; `true`
 * may be wrong: other things have such names too.
 */
export function mayExceedItsBytes(memory: Buffer, start: number, end: number): boolean {
  return mayHoldAny(memory.subarray(start, end), CHAT_PARTS);
}

/** The same for a request of the Messages API. */
export function messagesMayExceedTheirBytes(memory: Buffer, start: number, end: number): boolean {
  const text = memory.subarray(start, end);
  return mayHoldAny(text, MESSAGES_PARTS) || mayHoldName(text, DATED_NAME);
}

/** The same for a request for a response. */
export function responsesMayExceedTheirBytes(memory: Buffer, start: number, end: number): boolean {
  const text = memory.subarray(start, end);
  return mayHoldAny(text, RESPONSES_PARTS) || mayHoldName(text, DATED_TOOL);
}

function mayHoldAny(text: Buffer, parts: readonly Ending[]): boolean {
  for (const part of parts) if (mayHold(text, part)) return true;
  return mayHideLetters(text);
}

/** Whether names that are searched for could stand in the text with their letters escaped. */
export function mayHideLetters(text: Buffer): boolean {
  return text.indexOf(ASCII_ESCAPE) >= 0 && LETTER_ESCAPES.some((escape) => text.indexOf(escape) >= 0);
}

function mayHold(text: Buffer, { ending, names: wanted }: Ending): boolean {
  let misses = 0;
  for (let at = text.indexOf(ending); at >= 0; at = text.indexOf(ending, at + ending.length)) {
    const behind = at + ending.length;
    for (const name of wanted) {
      const from = behind - name.length;
      if (from >= 0 && text.compare(name, 0, name.length, from, behind) === 0) return true;
    }
    if (++misses > MAX_NEAR_MISSES) return true;
  }
  return false;
}

function mayHoldName(text: Buffer, dated: RegExp): boolean {
  let misses = 0;
  for (let at = text.indexOf(DATED); at >= 0; at = text.indexOf(DATED, at + 1)) {
    if (dated.test(text.toString('latin1', at, at + 12)) || ++misses > MAX_NEAR_MISSES) return true;
  }
  return false;
}

function names(ending: string, beginnings: readonly string[]): Ending {
  return { ending: Buffer.from(ending), names: beginnings.map((beginning) => Buffer.from(`"${beginning}${ending}`)) };
}

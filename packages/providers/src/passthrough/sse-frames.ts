/** Server-sent events as bytes: frames end at an empty line, ended by LF or CRLF (no server of this kind sends lone CR). */

/** Offset behind the frame that begins at `from`, or -1 when it is not complete. */
export function frameEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return -1;
}

/** Whether a frame whose first `length` bytes stand in `held` ends within the empty line that runs into `next`. */
export function frameEndAcross(held: Buffer, length: number, next: Buffer): boolean {
  const last = held[length - 1];
  if (last === 10) return next[0] === 10 || (next[0] === 13 && next[1] === 10);
  return last === 13 && held[length - 2] === 10 && next[0] === 10;
}

const DATA = Buffer.from('data:');
const ERROR_KEY = Buffer.from('"error"');

/** What a frame carries, or `null` when it is a comment or has no data. */
export function frameData(frame: Buffer): string | null {
  if (frame.indexOf(DATA) === 0) {
    const end = frame.indexOf(10);
    // nearly every frame is one line
    if (end < 0 || frame.length - end <= 3)
      return fieldValue(frame.toString('utf8', DATA.length, end < 0 ? frame.length : end));
  }
  let data: string | null = null;
  for (const line of frame.toString('utf8').split('\n')) {
    if (!line.startsWith('data:')) continue;
    const value = fieldValue(line.slice(DATA.length));
    data = data === null ? value : `${data}\n${value}`;
  }
  return data;
}

/** Whether the frame's data is `[DONE]`; looks at its first bytes only. */
export function isDoneFrame(bytes: Buffer, from: number): boolean {
  const at = dataStart(bytes, from);
  return at >= 0 && bytes[at] === 91 && bytes[at + 1] === 68 && bytes[at + 2] === 79;
}

/** Whether the frame may be an error: its first key is `error`, or it is not a plain data frame. */
export function mayBeError(bytes: Buffer, from: number): boolean {
  if (bytes[fieldStart(bytes, from)] === 101) return true; // an `event:` line
  let at = dataStart(bytes, from);
  if (at < 0 || bytes[at] !== 123) return false;
  do at++;
  while (isBlank(bytes[at]));
  return startsWith(bytes, at, ERROR_KEY);
}

// byte by byte: this is asked of every frame, and making a text of its beginning cost more than all else that is asked
function startsWith(bytes: Buffer, at: number, expected: Buffer): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13;
}

const USAGE_KEY = Buffer.from('"prompt_tokens"');
/** Its rarest letter. */
const LETTER = USAGE_KEY.indexOf('k');

/** Where the key that every usage report has stands, or -1. Looking for one rare byte takes a quarter of a search. */
export function usageKeyAt(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(107, from); at >= 0; at = bytes.indexOf(107, at + 1)) {
    if (at - LETTER >= from && startsWith(bytes, at - LETTER, USAGE_KEY)) return at - LETTER;
  }
  return -1;
}

/** Behind the empty lines that some servers send beyond the one that ends a frame. */
function fieldStart(bytes: Buffer, from: number): number {
  while (bytes[from] === 10 || bytes[from] === 13) from++;
  return from;
}

/** Offset of the first character of the data, or -1. */
function dataStart(bytes: Buffer, frame: number): number {
  const from = fieldStart(bytes, frame);
  if (bytes[from] !== 100 || bytes[from + 4] !== 58) return -1;
  return bytes[from + 5] === 32 ? from + 6 : from + 5;
}

function fieldValue(text: string): string {
  const from = text.startsWith(' ') ? 1 : 0;
  return text.endsWith('\r') ? text.slice(from, -1) : text.slice(from);
}

import { isRecord, parseJson } from '../json.js';
import { frameData } from './sse-frames.js';

/**
 * The events of a streamed response that the gateway tells apart. `delta`: something grows; `item`: one begins or is
 * complete; `other`: steps on the way, and new kinds.
 */
export type ResponsesFrameKind = 'begin' | 'item' | 'delta' | 'end' | 'failed' | 'error' | 'other';

const KINDS: Readonly<Record<string, ResponsesFrameKind>> = {
  'response.created': 'begin',
  'response.output_item.added': 'item',
  'response.output_item.done': 'item',
  'response.completed': 'end',
  'response.incomplete': 'end',
  'response.cancelled': 'end',
  'response.failed': 'failed',
  error: 'error',
};
const DELTA = Buffer.from('.delta');
const NAMES = Object.entries(KINDS).map(([name, kind]) => ({ name: Buffer.from(name), kind }));

/** What a frame is by its `event:` line, which nearly every server writes first; else by the type in its data. */
export function responsesFrameKind(bytes: Buffer, from: number, end: number): ResponsesFrameKind {
  while (bytes[from] === 10 || bytes[from] === 13) from++;
  if (bytes[from] === 101 && bytes[from + 5] === 58) {
    const at = bytes[from + 6] === 32 ? from + 7 : from + 6;
    let lineEnd = at;
    while (lineEnd < end && bytes[lineEnd] !== 10 && bytes[lineEnd] !== 13) lineEnd++;
    return kindNamed(bytes, at, lineEnd);
  }
  const data = frameData(bytes.subarray(from, end));
  const event = data === null ? null : parseJson(data);
  const type = isRecord(event) ? event['type'] : null;
  if (typeof type !== 'string') return isRecord(event) && isRecord(event['error']) ? 'error' : 'other';
  return KINDS[type] ?? (type.endsWith('.delta') ? 'delta' : 'other');
}

function kindNamed(bytes: Buffer, at: number, end: number): ResponsesFrameKind {
  // nearly every frame is one; byte by byte, because a call costs more than these few comparisons
  if (bytes[end - 1] === 97 && endsWith(bytes, end, DELTA)) return 'delta';
  for (const { name, kind } of NAMES) {
    if (end - at === name.length && bytes.compare(name, 0, name.length, at, end) === 0) return kind;
  }
  return 'other';
}

function endsWith(bytes: Buffer, end: number, expected: Buffer): boolean {
  const from = end - expected.length;
  for (let i = 0; i < expected.length; i++) if (bytes[from + i] !== expected[i]) return false;
  return true;
}

const DELTA_FIELD = Buffer.from('"delta":"');

/** About how many characters a delta's text has; it stands between ids and padding of any length. */
export function deltaCharacters(bytes: Buffer, from: number, end: number): number {
  const at = bytes.indexOf(DELTA_FIELD, from);
  if (at < 0 || at >= end) return 0;
  let characters = 0;
  for (let i = at + DELTA_FIELD.length; i < end && bytes[i] !== 34; i++) {
    if (bytes[i] === 92) i++;
    characters++;
  }
  return characters;
}

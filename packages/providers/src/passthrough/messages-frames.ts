import { isRecord, parseJson } from '../json.js';
import { frameData } from './sse-frames.js';

/** The events of a stream of the Messages API that the gateway tells apart. `other`: pings, ends of blocks, new kinds. */
export type MessagesFrameKind =
  | 'message_start'
  | 'content_block_start'
  | 'content_block_delta'
  | 'message_delta'
  | 'message_stop'
  | 'error'
  | 'other';

const KINDS: readonly MessagesFrameKind[] = [
  'message_start',
  'content_block_start',
  'content_block_delta',
  'message_delta',
  'message_stop',
  'error',
];
const DELTA = Buffer.from('content_block_delta');
const NAMES = KINDS.map((kind) => ({ kind, name: Buffer.from(kind) }));

/**
 * What a frame is by its `event:` line, which nearly every server writes first; else by the type in its data, in front of
 * which there may be an id or a comment.
 */
export function messagesFrameKind(bytes: Buffer, from: number, end: number): MessagesFrameKind {
  while (bytes[from] === 10 || bytes[from] === 13) from++;
  if (bytes[from] === 101 && bytes[from + 5] === 58) {
    const at = bytes[from + 6] === 32 ? from + 7 : from + 6;
    // nearly every frame is one
    if (hasName(bytes, at, DELTA)) return 'content_block_delta';
    for (const { kind, name } of NAMES) if (hasName(bytes, at, name)) return kind;
    return 'other';
  }
  const data = frameData(bytes.subarray(from, end));
  const event = data === null ? null : parseJson(data);
  const type = isRecord(event) ? event['type'] : null;
  return KINDS.find((kind) => kind === type) ?? 'other';
}

function hasName(bytes: Buffer, at: number, name: Buffer): boolean {
  const behind = bytes[at + name.length];
  if (behind !== 10 && behind !== 13) return false;
  return bytes.compare(name, 0, name.length, at, at + name.length) === 0;
}

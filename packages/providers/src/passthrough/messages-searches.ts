import { isRecord, parseJson } from '../json.js';
import { mayHideLetters } from './may-exceed-its-bytes.js';

const MARK = Buffer.from('web_search_20');

/**
 * How many searches a request of the Messages API lets the provider make, each of which it bills; `null` where the
 * request sets no bound to them.
 */
export function messagesSearchesBound(memory: Buffer, start: number, end: number): number | null {
  const text = memory.subarray(start, end);
  if (text.indexOf(MARK) < 0 && !mayHideLetters(text)) return 0;
  const body = parseJson(memory.toString('utf8', start, end));
  // what is nested too deeply for us may be read elsewhere
  if (!isRecord(body)) return null;
  const tools = Array.isArray(body['tools']) ? (body['tools'] as readonly unknown[]) : [];
  let bound = 0;
  for (const tool of tools) {
    if (!isRecord(tool) || typeof tool['type'] !== 'string' || !tool['type'].startsWith('web_search_')) continue;
    const uses = tool['max_uses'];
    if (typeof uses !== 'number' || !Number.isSafeInteger(uses) || uses < 0) return null;
    bound += uses;
  }
  return bound;
}

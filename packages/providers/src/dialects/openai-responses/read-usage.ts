import { isRecord, type JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';
import { readUsage as readChatUsage } from '../openai-chat/read-usage.js';

/**
 * Reads what a response used: the counts of chat completions under other names, and the searches among its items. OpenAI
 * bills a call of the search tool when it searches, not when it opens a page that it found
 * (platform.openai.com/docs/guides/tools-web-search). Calls of `file_search` and containers of `code_interpreter` are
 * billed too, for which there is no meter: their prices are neither reported nor bound to anything in the answer.
 */
export function readUsage({ usage: raw, output }: JsonRecord): ReadUsage | null {
  if (!isRecord(raw)) return null;
  const read = readChatUsage({
    prompt_tokens: raw['input_tokens'],
    prompt_tokens_details: raw['input_tokens_details'],
    completion_tokens: raw['output_tokens'],
    completion_tokens_details: raw['output_tokens_details'],
    total_tokens: raw['total_tokens'],
    cost: raw['cost'],
  });
  const searches = Array.isArray(output) ? output.filter(isBilledSearch).length : 0;
  if (read === null || read.problem !== null || searches === 0) return read;
  return { ...read, usage: { ...read.usage, web_search: searches } };
}

/** Older answers do not say what a call of the search tool did: then it searched. */
function isBilledSearch(item: unknown): boolean {
  if (!isRecord(item) || item['type'] !== 'web_search_call' || item['status'] === 'failed') return false;
  const action = isRecord(item['action']) ? item['action']['type'] : undefined;
  return action === undefined || action === 'search';
}

import { isRecord, parseJson } from '../json.js';
import { mayHideLetters } from './may-exceed-its-bytes.js';
import { TopLevelScanner } from './top-level-scanner.js';

const KEYS = ['tools', 'continuationToken', 'continuation_token'] as const;
const scanner = new TopLevelScanner(KEYS);
const FUNCTIONS: ReadonlySet<string> = new Set(['functionDeclarations', 'function_declarations']);
/** Google Maps is billed by the request that it grounds, as a search is. */
const SEARCH = /search|maps/i;
const SEARCH_MARKS = ['earch', 'oogleMaps', 'oogle_maps'].map((mark) => Buffer.from(mark));
/** Inline and stored media. Bare, since servers take names without quotes. */
const MEDIA_MARKS = ['eData', 'e_data'].map((mark) => Buffer.from(mark));

/**
 * Whether a request to generate content in `memory[start..end)` may hold something with more tokens than bytes: pictures,
 * sound, films and documents, and tools that Google runs, whose findings are billed as input. `false` is certain.
 */
export function generateMayExceedItsBytes(memory: Buffer, start: number, end: number): boolean {
  const text = memory.subarray(start, end);
  if (MEDIA_MARKS.some((mark) => text.indexOf(mark) >= 0) || mayHideLetters(text)) return true;
  if (scanner.scan(memory, start, end) !== null) return true;
  // what has been written so far is read again
  if ((scanner.start[1] as number) >= 0 || (scanner.start[2] as number) >= 0) return true;
  const tools = spanOfTools(memory);
  return tools !== null && namesOf(tools).some((name) => !FUNCTIONS.has(name));
}

/**
 * How many searches a request lets Google make: none without such a tool, otherwise there is no bound (`null`). Older models
 * bill one for the whole request, but which model it will be does not show here.
 */
export function generateSearchesBound(memory: Buffer, start: number, end: number): number | null {
  const text = memory.subarray(start, end);
  if (SEARCH_MARKS.every((mark) => text.indexOf(mark) < 0) && !mayHideLetters(text)) return 0;
  if (scanner.scan(memory, start, end) !== null) return null;
  const tools = spanOfTools(memory);
  return tools === null || !namesOf(tools).some((name) => SEARCH.test(name)) ? 0 : null;
}

function spanOfTools(memory: Buffer): Buffer | null {
  const from = scanner.start[0] as number;
  return from < 0 ? null : memory.subarray(from, scanner.end[0]);
}

/** What the entries of `tools` bring in; what cannot be read may be anything. */
function namesOf(tools: Buffer): readonly string[] {
  const parsed = parseJson(tools.toString());
  if (parsed === undefined) return ['unreadable search'];
  const list = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [parsed];
  return list.flatMap((entry) => (isRecord(entry) ? Object.keys(entry) : []));
}

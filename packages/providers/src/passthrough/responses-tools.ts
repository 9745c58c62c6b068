import { isRecord, type JsonRecord, parseJson } from '../json.js';
import { mayHideLetters } from './may-exceed-its-bytes.js';

const SEARCH = Buffer.from('"web_search');
const PICTURES = Buffer.from('"image_generation"');
const STORES = Buffer.from('"file_search"');
/** Of containers and of what is to lie in them. */
const CONTAINERS = ['"container"', '"container_id"', '"file_ids"'].map((mark) => Buffer.from(mark));
const REFERENCE = Buffer.from('"item_reference"');
const ID = Buffer.from('"id"');

/**
 * How many searches a request for a response lets the provider make, each of which it bills; `null` where the request sets
 * no bound to them. `max_tool_calls` bounds the calls of all tools that the provider runs, searches among them.
 */
export function responsesSearchesBound(memory: Buffer, start: number, end: number): number | null {
  const body = memory.subarray(start, end);
  if (!mayHold(body, SEARCH)) return 0;
  const request = parseJson(body.toString());
  // what is nested too deeply for us may be read elsewhere
  if (!isRecord(request)) return null;
  if (!toolsOf(request).some(isSearch)) return 0;
  const most = request['max_tool_calls'];
  return typeof most === 'number' && Number.isSafeInteger(most) && most >= 0 ? most : null;
}

/** Whether a request brings in a model of its own, which makes pictures: its tokens stand in no usage. */
export function bringsPictureModel(body: Buffer): boolean {
  if (!mayHold(body, PICTURES)) return false;
  const request = parseJson(body.toString());
  return !isRecord(request) || toolsOf(request).some((tool) => tool['type'] === 'image_generation');
}

/**
 * The tool of a request that works with what the provider keeps for the account, or `null`: vector stores, containers that are
 * there already, and uploaded files.
 */
export function toolOverStored(body: Buffer): string | null {
  if (!mayHold(body, STORES) && CONTAINERS.every((mark) => body.indexOf(mark) < 0)) return null;
  const request = parseJson(body.toString());
  if (!isRecord(request)) return 'file_search';
  const tool = toolsOf(request).find(isOverStored);
  return tool === undefined ? null : String(tool['type']);
}

function isOverStored({ type, container, environment }: JsonRecord): boolean {
  if (type === 'file_search' || typeof container === 'string') return true;
  return [container, environment].some((place) => {
    if (!isRecord(place)) return false;
    const { file_ids: files, container_id: id } = place;
    return typeof id === 'string' || (Array.isArray(files) && files.length > 0);
  });
}

/** Which item of the input refers to one that the provider has kept, or `null`; its type need not be said. */
export function itemReferenceAt(input: Buffer): number | null {
  if (input[0] !== 91 || (!mayHold(input, REFERENCE) && input.indexOf(ID) < 0)) return null;
  const items = parseJson(input.toString());
  if (!Array.isArray(items)) return null;
  const at = (items as readonly unknown[]).findIndex(isReference);
  return at === -1 ? null : at;
}

function isReference(item: unknown): boolean {
  if (!isRecord(item)) return false;
  const { type = null, role = null } = item;
  return type === 'item_reference' || (type === null && role === null);
}

/** Also those that items of the input add. */
function toolsOf(request: JsonRecord): readonly JsonRecord[] {
  const { tools, input } = request;
  const items = Array.isArray(input) ? input.filter(isRecord) : [];
  return [tools, ...items.map((item) => item['tools'])].flatMap((list) =>
    Array.isArray(list) ? list.filter(isRecord) : [],
  );
}

function isSearch({ type }: JsonRecord): boolean {
  return typeof type === 'string' && type.startsWith('web_search');
}

function mayHold(body: Buffer, mark: Buffer): boolean {
  return body.indexOf(mark) >= 0 || mayHideLetters(body);
}

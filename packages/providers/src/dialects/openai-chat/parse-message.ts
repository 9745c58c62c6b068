import type { CacheMarkerPart, Extensions, FileSource, Message, Part, Role, ToolCallPart } from '../../conversation.js';
import { RequestRefusal, restOf, type WireReader } from '../../wire-reader.js';

const ROLES: readonly Role[] = ['system', 'developer', 'user', 'assistant', 'tool'];
const PART_TYPES = ['text', 'image_url', 'input_audio', 'file', 'refusal'] as const;

/** @throws RequestRefusal when the message is not one that a chat completion takes. */
export function parseMessage(wire: WireReader): Message {
  const given = wire.requiredString('role');
  if (given === 'function') {
    throw new RequestRefusal(
      "The role 'function' is not supported. Use 'tool'.",
      wire.pathOf('role'),
      'caller_unsupported_parameter',
    );
  }
  const role = ROLES.find((known) => known === given);
  if (role === undefined) throw wire.unsupported('role', ROLES);
  if (wire.raw('function_call') !== null) {
    throw new RequestRefusal(
      "'function_call' is not supported. Use 'tool_calls'.",
      wire.pathOf('function_call'),
      'caller_unsupported_parameter',
    );
  }
  const name = wire.string('name');
  const parts = role === 'tool' ? toolResult(wire) : role === 'assistant' ? assistantParts(wire) : contentParts(wire);
  if (parts.length === 0 && role !== 'assistant') {
    throw new RequestRefusal(`Missing required parameter: '${wire.pathOf('content')}'.`, wire.pathOf('content'));
  }
  const marker = cacheMarker(wire);
  const marked = marker === null ? parts : [...parts, marker];
  return { path: wire.path, role, name, parts: marked, extensions: wire.rest() };
}

/** What is marked inside a result is kept with the result as a whole. */
function toolResult(wire: WireReader): Part[] {
  const toolCallId = wire.requiredString('tool_call_id');
  const parts = contentParts(wire);
  const content = parts.filter((part) => part.kind !== 'cache-marker');
  const marker = parts.findLast((part) => part.kind === 'cache-marker');
  const result: Part = { kind: 'tool-result', toolCallId, content, isError: false };
  return marker === undefined ? [result] : [result, marker];
}

function assistantParts(wire: WireReader): Part[] {
  const parts: Part[] = [];
  const reasoning = wire.string('reasoning_content') ?? wire.string('reasoning');
  if (reasoning !== null && reasoning !== '') {
    parts.push({ kind: 'reasoning', text: reasoning, signature: wire.string('reasoning_signature'), redacted: null });
  }
  for (const part of contentParts(wire)) parts.push(part);
  const refusal = wire.string('refusal');
  if (refusal !== null) parts.push({ kind: 'refusal', text: refusal });
  const audio = wire.object('audio');
  if (audio !== null) {
    const id = audio.requiredString('id');
    parts.push({ kind: 'audio', id, data: null, format: null, transcript: null, expiresAt: null });
  }
  for (const call of wire.objects('tool_calls')) parts.push(toolCall(call));
  return parts;
}

function toolCall(wire: WireReader): ToolCallPart {
  const custom = wire.string('type') === 'custom';
  const call = wire.requiredObject(custom ? 'custom' : 'function');
  const input = call.string(custom ? 'input' : 'arguments') ?? '';
  wire.raw('index'); // echoed by clients that return a stream's deltas
  const id = wire.requiredString('id');
  const name = call.requiredString('name');
  return { kind: 'tool-call', id, name, input, custom, ...extended(restOf(wire, call)) };
}

/** `content` as text or as a list of parts; nothing when there is none. */
function contentParts(wire: WireReader): Part[] {
  const content = wire.raw('content');
  if (content === null) return [];
  if (typeof content === 'string')
    return content === '' && wire.value['tool_calls'] != null ? [] : [{ kind: 'text', text: content }];
  return wire.objects('content').flatMap(contentPart);
}

function contentPart(wire: WireReader): Part[] {
  const type = wire.requiredString('type');
  const marker = cacheMarker(wire);
  const part = typedPart(type, wire);
  return marker === null ? [part] : [part, marker];
}

/** What vendors behind this dialect take to mark what they shall keep; OpenAI itself keeps unasked. */
function cacheMarker(wire: WireReader): CacheMarkerPart | null {
  const marker = wire.object('cache_control');
  return marker === null ? null : { kind: 'cache-marker', ttl: marker.string('ttl') };
}

function typedPart(type: string, wire: WireReader): Part {
  switch (type) {
    case 'text':
      return { kind: 'text', text: wire.requiredString('text'), ...extended(wire.rest()) };
    case 'refusal':
      return { kind: 'refusal', text: wire.requiredString('refusal') };
    case 'image_url': {
      const image = wire.requiredObject('image_url');
      const url = image.requiredString('url');
      return { kind: 'image', url, fileId: null, detail: image.string('detail'), ...extended(restOf(wire, image)) };
    }
    case 'input_audio': {
      const audio = wire.requiredObject('input_audio');
      const data = audio.requiredString('data');
      const format = audio.requiredString('format');
      return { kind: 'audio', id: null, data, format, transcript: null, expiresAt: null };
    }
    case 'file': {
      const file = wire.requiredObject('file');
      const id = file.string('file_id');
      const source: FileSource =
        id === null ? { kind: 'data', data: file.requiredString('file_data') } : { kind: 'id', id };
      return { kind: 'file', source, filename: file.string('filename'), ...extended(restOf(wire, file)) };
    }
    default:
      throw wire.unsupported('type', PART_TYPES);
  }
}

function extended(extensions: Extensions): { readonly extensions?: Extensions } {
  return Object.keys(extensions).length === 0 ? {} : { extensions };
}

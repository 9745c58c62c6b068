import type { Extensions, FilePart, FileSource, ImagePart, Message, Part, ReasoningPart } from '../../conversation.js';
import { openReasoning } from '../../reasoning-envelope.js';
import { RequestRefusal, type WireReader } from '../../wire-reader.js';
import { string } from './read-block.js';

const ROLES = ['user', 'assistant', 'system'] as const;

/** @throws RequestRefusal when the message is not one that Anthropic takes. */
export function parseMessage(wire: WireReader): Message {
  const given = wire.requiredString('role');
  const role = ROLES.find((known) => known === given);
  if (role === undefined) throw wire.unsupported('role', ROLES);
  if (wire.raw('content') === null) {
    throw new RequestRefusal(`${wire.pathOf('content')}: Field required`, wire.pathOf('content'));
  }
  return { path: wire.path, role, name: null, parts: contentParts(wire, 'content'), extensions: wire.rest() };
}

/** A field that holds a text or a list of blocks; nothing when there is none. */
export function contentParts(wire: WireReader, name: string): Part[] {
  const content = wire.raw(name);
  if (content === null) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  return wire.objects(name).flatMap(blockParts);
}

function blockParts(wire: WireReader): Part[] {
  const type = wire.requiredString('type');
  const marker = wire.object('cache_control');
  const part = blockPart(type, wire);
  return marker === null ? [part] : [part, { kind: 'cache-marker', ttl: marker.string('ttl') }];
}

function blockPart(type: string, wire: WireReader): Part {
  switch (type) {
    case 'text':
      return { kind: 'text', text: wire.requiredString('text'), ...extended(wire.rest()) };
    case 'image':
      return image(wire);
    case 'document':
      return file(wire);
    case 'thinking': {
      const signature = wire.string('signature');
      const text = wire.string('thinking') ?? '';
      const opened = signature === null ? null : openReasoning(signature, text);
      if (opened !== null) return opened;
      return { kind: 'reasoning', text, signature: signature === '' ? null : signature, redacted: null };
    }
    case 'redacted_thinking':
      return redacted(wire.requiredString('data'));
    case 'tool_use': {
      const [id, name, input] = [wire.requiredString('id'), wire.requiredString('name'), wire.record('input') ?? {}];
      return { kind: 'tool-call', id, name, input: JSON.stringify(input), custom: false, ...extended(wire.rest()) };
    }
    case 'tool_result': {
      const [toolCallId, isError] = [wire.requiredString('tool_use_id'), wire.boolean('is_error') === true];
      const content = contentParts(wire, 'content').filter((part) => part.kind !== 'cache-marker');
      return { kind: 'tool-result', toolCallId, content, isError, ...extended(wire.rest()) };
    }
    default:
      return { kind: 'opaque', dialect: 'anthropic-messages', wire: { type, ...wire.rest() } };
  }
}

function redacted(data: string): ReasoningPart {
  return openReasoning(data, '') ?? { kind: 'reasoning', text: '', signature: null, redacted: data };
}

function image(wire: WireReader): ImagePart {
  const source = wire.requiredObject('source');
  const type = source.requiredString('type');
  const part = { kind: 'image', detail: null, ...extended(wire.rest()) } as const;
  switch (type) {
    case 'base64':
      return { ...part, url: dataUrl(source), fileId: null };
    case 'url':
      return { ...part, url: source.requiredString('url'), fileId: null };
    case 'file':
      return { ...part, url: null, fileId: source.requiredString('file_id') };
    default:
      throw source.unsupported('type', ['base64', 'url', 'file']);
  }
}

function file(wire: WireReader): FilePart {
  const source = fileSource(wire.requiredObject('source'));
  return { kind: 'file', source, filename: wire.string('title'), ...extended(wire.rest()) };
}

function fileSource(source: WireReader): FileSource {
  const type = source.requiredString('type');
  switch (type) {
    case 'base64':
      return { kind: 'data', data: dataUrl(source) };
    case 'url':
      return { kind: 'url', url: source.requiredString('url') };
    case 'file':
      return { kind: 'id', id: source.requiredString('file_id') };
    case 'text':
      return { kind: 'text', text: source.requiredString('data') };
    case 'content':
      return { kind: 'parts', parts: contentParts(source, 'content') };
    default:
      throw source.unsupported('type', ['base64', 'url', 'file', 'text', 'content']);
  }
}

function dataUrl(source: WireReader): string {
  return `data:${string(source.raw('media_type')) ?? ''};base64,${source.requiredString('data')}`;
}

function extended(extensions: Extensions): { readonly extensions?: Extensions } {
  return Object.keys(extensions).length === 0 ? {} : { extensions };
}

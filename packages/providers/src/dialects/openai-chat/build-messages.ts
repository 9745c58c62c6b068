import type {
  Extensions,
  FilePart,
  FileSource,
  Message,
  Part,
  ToolCallPart,
  ToolResultPart,
} from '../../conversation.js';
import type { ClientDialectId } from '../../dialect-id.js';
import type { Losses } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';
import { PARAMETER_NAMES } from '../../parameter-names.js';
import { pathOfPart } from '../../part-paths.js';
import { isProvenTo } from '../../reasoning-proof.js';
import { portableToolCallId } from '../../tool-call-ids.js';
import { cacheControl, wrapped } from './wire-objects.js';

const DIALECT = 'openai-chat';
/** OpenAI takes no longer ones. */
const MAX_TOOL_CALL_ID_CHARACTERS = 40;
const PDF = 'data:application/pdf;base64,';

export interface MessageOptions {
  /** The client's. */
  readonly dialect: ClientDialectId;
  /** The conversation came in this dialect: extensions and markers are written again. */
  readonly own: boolean;
  readonly losses: Losses;
  /** Thoughts that led to calls of tools are sent back with the calls, as the target wants them. */
  readonly thoughtsBetweenTools: boolean;
}

export function buildMessages(messages: readonly Message[], options: MessageOptions): JsonRecord[] {
  const written: JsonRecord[] = [];
  let behindResults: readonly JsonRecord[] = [];
  for (const [i, message] of messages.entries()) {
    const { results, others } = new MessageWriter(message, options).write();
    // elsewhere messages of the user that follow each other are one, and the results of parallel calls may be spread over them
    const goesOn = !options.own && message.role === 'user' && messages[i - 1]?.role === 'user';
    if (goesOn) {
      written.push(...results);
      behindResults = [...behindResults, ...others];
    } else {
      written.push(...behindResults, ...results);
      behindResults = others;
    }
  }
  return [...written, ...behindResults];
}

interface WrittenMessage {
  readonly results: readonly JsonRecord[];
  readonly others: readonly JsonRecord[];
}

class MessageWriter {
  constructor(
    private readonly message: Message,
    private readonly options: MessageOptions,
  ) {}

  /** Results of tools are messages of their own here, and stand right behind the calls. */
  write(): WrittenMessage {
    const { parts, role } = this.message;
    const results: JsonRecord[] = [];
    const others: Part[] = [];
    const fromTools: Part[] = [];
    for (const [i, part] of parts.entries()) {
      if (part.kind === 'cache-marker' && parts[i - 1]?.kind === 'tool-result') this.#mark(results.at(-1), part.ttl);
      else if (part.kind === 'tool-result') results.push(this.#toolResult(part, fromTools));
      else others.push(part);
    }
    const isResults = role === 'tool' || (others.length === 0 && fromTools.length === 0 && results.length > 0);
    const message = isResults ? null : this.#message([...fromTools, ...others]);
    return { results, others: message === null ? [] : [message] };
  }

  /** The message, or `null` when nothing of it can be said here. */
  #message(parts: readonly Part[]): JsonRecord | null {
    const { role, name, extensions } = this.message;
    const wire: Record<string, unknown> = { ...this.#extensions(extensions), role };
    if (name !== null) wire['name'] = name;
    const calls = parts.filter((part) => part.kind === 'tool-call');
    if (role === 'assistant') this.#assistantFields(wire, parts);
    const content = this.#content(parts.filter((part) => isContent(part, role)));
    wire['content'] = content.length > 0 ? content : null;
    const [only] = content;
    // plain text goes as a string: some servers take nothing else
    if (content.length === 1 && only !== undefined && isPlainText(only)) wire['content'] = only['text'];
    if (calls.length > 0) wire['tool_calls'] = calls.map((call) => this.#toolCall(call));
    const says = content.length > 0 || calls.length > 0 || wire['refusal'] !== undefined || wire['audio'] !== undefined;
    return says || this.options.own ? wire : null;
  }

  /** Other providers' thoughts are proven to their own models only, and OpenAI takes none. */
  #assistantFields(wire: Record<string, unknown>, parts: readonly Part[]): void {
    const { own, thoughtsBetweenTools } = this.options;
    const sendsThoughts = own || (thoughtsBetweenTools && parts.some((part) => part.kind === 'tool-call'));
    for (const part of parts) {
      if (part.kind === 'reasoning' && (!sendsThoughts || (!own && part.text === ''))) {
        this.options.losses.unsupported(PARAMETER_NAMES[this.options.dialect].thoughts, 'harmless');
      } else if (part.kind === 'reasoning') {
        wire['reasoning_content'] = `${(wire['reasoning_content'] as string | undefined) ?? ''}${part.text}`;
        if (own && isProvenTo(DIALECT, part, DIALECT)) wire['reasoning_signature'] = part.signature;
      } else if (part.kind === 'refusal') {
        wire['refusal'] = part.text;
      } else if (part.kind === 'audio' && part.id !== null) {
        wire['audio'] = { id: part.id };
      }
    }
  }

  /** Results hold only text here: their images follow in a message of the user, behind a line that says whose they are. */
  #toolResult({ toolCallId, content, isError, extensions }: ToolResultPart, images: Part[]): Record<string, unknown> {
    const id = this.#toolCallId(toolCallId);
    const shown = this.options.own ? content : content.filter((part) => part.kind !== 'image' && part.kind !== 'file');
    const moved = this.options.own ? [] : content.filter((part) => part.kind === 'image' || part.kind === 'file');
    if (moved.length > 0) images.push({ kind: 'text', text: `What the tool call ${id} returned:` }, ...moved);
    const parts = this.#content(shown);
    const [only] = parts;
    const plain = parts.length === 1 && only !== undefined && isPlainText(only) ? (only['text'] as string) : null;
    const wire = { ...this.#extensions(this.message.extensions), ...this.#extensions(extensions), role: 'tool' };
    const text = plain ?? (parts.length === 0 ? (moved.length > 0 ? 'See the next message.' : '') : parts);
    return { ...wire, tool_call_id: id, content: isError ? asError(text) : text };
  }

  #content(parts: readonly Part[]): Record<string, unknown>[] {
    const wire: Record<string, unknown>[] = [];
    for (const part of parts) {
      if (part.kind === 'cache-marker') this.#mark(wire.at(-1), part.ttl);
      else for (const written of this.#part(part)) wire.push(written);
    }
    return wire;
  }

  #mark(wire: Record<string, unknown> | undefined, ttl: string | null): void {
    if (!this.options.own) this.options.losses.unsupported('cache_control', 'harmless');
    else if (wire?.['role'] === 'tool') wire['content'] = marked(wire['content'], ttl);
    else if (wire !== undefined) wire['cache_control'] = cacheControl(ttl);
  }

  #part(part: Part): Record<string, unknown>[] {
    switch (part.kind) {
      case 'text':
        return [{ type: 'text', text: part.text, ...(this.options.own && part.extensions) }];
      case 'image':
        if (part.url === null) return this.#lost(part, 'an image that another provider keeps', 'impossible');
        return [wrapped('image_url', { url: part.url, detail: part.detail }, this.#extensions(part.extensions))];
      case 'audio':
        return [{ type: 'input_audio', input_audio: { data: part.data, format: part.format } }];
      case 'file':
        return this.#file(part, part.source);
      case 'refusal':
        return [{ type: 'refusal', refusal: part.text }];
      case 'opaque':
        return this.#lost(part, `content of type '${String(part.wire['type'])}'`, 'other-answer');
      case 'tool-call':
      case 'tool-result':
      case 'reasoning':
      case 'cache-marker':
        throw new Error(`${part.kind} is no content of a chat completion message`);
    }
  }

  /** Texts of documents are sent as texts: only files as such are taken as files, and of those only PDFs surely. */
  #file(part: FilePart, source: FileSource): Record<string, unknown>[] {
    const { filename, extensions } = part;
    const rest = this.#extensions(extensions);
    switch (source.kind) {
      case 'id':
        if (!this.options.own) return this.#lost(part, 'a file that another provider keeps', 'impossible');
        return [wrapped('file', { file_id: source.id, filename }, rest)];
      case 'data': {
        const name = filename ?? (!this.options.own && source.data.startsWith(PDF) ? 'document.pdf' : null);
        return [wrapped('file', { file_data: source.data, filename: name }, rest)];
      }
      case 'url':
        return this.#lost(part, 'a file by its address', 'impossible');
      case 'text':
        return [{ type: 'text', text: filename === null ? source.text : `${filename}\n\n${source.text}` }];
      case 'parts':
        return this.#content(filename === null ? source.parts : [{ kind: 'text', text: filename }, ...source.parts]);
    }
  }

  #toolCall(call: ToolCallPart): JsonRecord {
    const { own } = this.options;
    const input = call.input === '' && !call.custom && !own ? '{}' : call.input;
    return toolCall({ ...call, id: this.#toolCallId(call.id), input, ...(own ? {} : { extensions: {} }) });
  }

  #toolCallId(id: string): string {
    return this.options.own ? id : portableToolCallId(id, MAX_TOOL_CALL_ID_CHARACTERS);
  }

  #extensions(extensions: Extensions = {}): Extensions {
    return this.options.own ? extensions : {};
  }

  #lost(part: Part, what: string, leavingOut: 'impossible' | 'other-answer'): [] {
    const path = pathOfPart(this.message, part);
    this.options.losses.add(path, `The target model does not take ${what} ('${path}').`, leavingOut);
    return [];
  }
}

function isContent(part: Part, role: Message['role']): boolean {
  if (part.kind === 'audio') return part.id === null;
  if (part.kind === 'refusal') return role !== 'assistant';
  return part.kind !== 'tool-call' && part.kind !== 'tool-result' && part.kind !== 'reasoning';
}

function isPlainText(wire: Record<string, unknown>): boolean {
  for (const name in wire) if (name !== 'type' && name !== 'text') return false;
  return wire['type'] === 'text';
}

/** A marker needs a part to stand on. */
function marked(content: unknown, ttl: string | null): unknown {
  const parts = Array.isArray(content) ? (content as JsonRecord[]) : [{ type: 'text', text: content }];
  return parts.map((part, i) => (i === parts.length - 1 ? { ...part, cache_control: cacheControl(ttl) } : part));
}

/** OpenAI's dialects have no flag for failed tools, so the text has to say it. */
export function asError(content: unknown, textType = 'text'): unknown {
  if (typeof content === 'string') return /^\W*error/i.test(content) ? content : `Error: ${content}`;
  return Array.isArray(content) ? [{ type: textType, text: 'Error:' }, ...(content as JsonRecord[])] : content;
}

/** Also how answers hold them. */
export function toolCall({ id, name, input, custom, extensions }: ToolCallPart): JsonRecord {
  return {
    id,
    ...(custom
      ? wrapped('custom', { name, input }, extensions)
      : wrapped('function', { name, arguments: input }, extensions)),
  };
}

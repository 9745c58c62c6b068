import type {
  Extensions,
  FilePart,
  FileSource,
  ImagePart,
  Message,
  Part,
  ReasoningPart,
  ToolResultPart,
} from '../../conversation.js';
import type { ClientDialectId } from '../../dialect-id.js';
import type { LeavingOut, Losses } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';
import { PARAMETER_NAMES } from '../../parameter-names.js';
import { pathOfPart } from '../../part-paths.js';
import { isProvenTo } from '../../reasoning-proof.js';
import { portableToolCallId } from '../../tool-call-ids.js';
import type { CacheMarkers } from './cache-markers.js';
import { toolInput } from './tool-input.js';

export type WireBlock = Record<string, unknown>;

export interface BlockOptions {
  /** The conversation came in this dialect: everything is written as it came. */
  readonly own: boolean;
  /** The client's. */
  readonly dialect: ClientDialectId;
  /** The path of the last message. */
  readonly lastPath: string;
  readonly markers: CacheMarkers;
  readonly losses: Losses;
}

const DIALECT = 'anthropic-messages';
const MAX_TOOL_CALL_ID_CHARACTERS = 64;
const DATA_URL = /^data:([^;,]*)(?:;[^;,]*)*;base64,/;
const IMAGE_TYPES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** Writes parts of messages as content blocks. */
export class BlockWriter {
  constructor(private readonly options: BlockOptions) {}

  write(message: Message, parts: readonly Part[]): WireBlock[] {
    const blocks: WireBlock[] = [];
    for (const part of parts) {
      if (part.kind === 'cache-marker') this.#mark(blocks.at(-1), part.ttl);
      else for (const block of this.#block(message, part)) blocks.push(block);
    }
    return blocks;
  }

  /** Thoughts cannot be marked, and what is left out is not there to be. */
  #mark(block: WireBlock | undefined, ttl: string | null): void {
    const type = block?.['type'];
    if (block === undefined || type === 'thinking' || type === 'redacted_thinking') return;
    this.options.markers.put(block, ttl);
  }

  #block(message: Message, part: Part): readonly WireBlock[] {
    switch (part.kind) {
      case 'text':
        // blocks of nothing but white space are refused
        if (!this.options.own && part.text.trim() === '') return [];
        return [{ type: 'text', text: part.text, ...this.#extensions(part.extensions) }];
      case 'refusal':
        return part.text.trim() === '' ? [] : [{ type: 'text', text: part.text }];
      case 'image':
        return this.#image(message, part);
      case 'file':
        return this.#file(message, part);
      case 'audio':
        return this.#lost(message, part, { what: 'audio', leavingOut: 'impossible' });
      case 'reasoning':
        return this.#reasoning(part);
      case 'tool-call': {
        const { id, name, input, custom, extensions } = part;
        const rest = this.#extensions(extensions);
        return [{ type: 'tool_use', id: this.#toolCallId(id), name, input: toolInput(input, custom), ...rest }];
      }
      case 'tool-result':
        return [this.#toolResult(message, part)];
      case 'opaque': {
        if (part.dialect === DIALECT) return [{ ...part.wire }];
        const what = `content of type '${String(part.wire['type'])}'`;
        return this.#lost(message, part, { what, leavingOut: 'other-answer' });
      }
      case 'cache-marker':
        throw new Error('a cache marker is no block of its own');
    }
  }

  #toolResult(message: Message, { toolCallId, content, isError, extensions }: ToolResultPart): WireBlock {
    const inner = content.flatMap((part) => this.#block(message, part));
    const [only] = inner;
    const plain = inner.length === 1 && only?.['type'] === 'text' && Object.keys(only).length === 2;
    return {
      type: 'tool_result',
      tool_use_id: this.#toolCallId(toolCallId),
      ...(inner.length > 0 && { content: plain ? only['text'] : inner }),
      ...(isError && { is_error: true }),
      ...this.#extensions(extensions),
    };
  }

  #image(message: Message, part: ImagePart): readonly WireBlock[] {
    const { url, fileId, detail, extensions } = part;
    if (!this.options.own && detail !== null && detail !== 'auto') {
      this.options.losses.unsupported('messages[].content[].image_url.detail', 'harmless');
    }
    const rest = this.#extensions(extensions);
    if (url === null) {
      if (this.options.own) return [{ type: 'image', source: { type: 'file', file_id: fileId }, ...rest }];
      return this.#lost(message, part, { what: 'an image that another provider keeps', leavingOut: 'impossible' });
    }
    const source = sourceOf(url);
    const taken = source['type'] === 'url' || this.options.own || IMAGE_TYPES.has(String(source['media_type']));
    if (taken) return [{ type: 'image', source, ...rest }];
    const what = `images of type '${String(source['media_type'])}'`;
    return this.#lost(message, part, { what, leavingOut: 'impossible' });
  }

  #file(message: Message, part: FilePart): readonly WireBlock[] {
    const { filename, extensions } = part;
    const source = this.#fileSource(message, part);
    if (source === null) return [];
    const rest = this.#extensions(extensions);
    return [{ type: 'document', source, ...(filename !== null && { title: filename }), ...rest }];
  }

  /** PDFs go as they are, other texts as texts; of files that another provider keeps only it knows the content. */
  #fileSource(message: Message, part: FilePart): JsonRecord | null {
    const source: FileSource = part.source;
    switch (source.kind) {
      case 'url':
        return { type: 'url', url: source.url };
      case 'text':
        return { type: 'text', media_type: 'text/plain', data: source.text };
      case 'parts':
        return { type: 'content', content: this.write(message, source.parts) };
      case 'id':
        if (this.options.own) return { type: 'file', file_id: source.id };
        this.#lost(message, part, { what: 'a file that another provider keeps', leavingOut: 'impossible' });
        return null;
      case 'data': {
        const wire = sourceOf(source.data, 'application/pdf');
        const type = String(wire['media_type']);
        if (type === 'application/pdf' || this.options.own) return wire;
        if (type.startsWith('text/') || type === 'application/json') {
          const data = Buffer.from(String(wire['data']), 'base64').toString();
          return { type: 'text', media_type: 'text/plain', data };
        }
        this.#lost(message, part, { what: `files of type '${type}'`, leavingOut: 'impossible' });
        return null;
      }
    }
  }

  /** Thoughts without a proof are refused, and so are those that another provider's model had. */
  #reasoning(part: ReasoningPart): readonly WireBlock[] {
    const { dialect, losses } = this.options;
    const { text, signature, redacted } = part;
    if (!isProvenTo(DIALECT, part, dialect)) {
      losses.unsupported(PARAMETER_NAMES[dialect].thoughts, 'harmless');
      return [];
    }
    return redacted === null
      ? [{ type: 'thinking', thinking: text, signature }]
      : [{ type: 'redacted_thinking', data: redacted }];
  }

  #toolCallId(id: string): string {
    return this.options.own ? id : portableToolCallId(id, MAX_TOOL_CALL_ID_CHARACTERS);
  }

  #extensions(extensions: Extensions = {}): Extensions {
    return this.options.own ? extensions : {};
  }

  #lost(message: Message, part: Part, { what, leavingOut }: { what: string; leavingOut: LeavingOut }): readonly [] {
    const path = pathOfPart(message, part);
    this.options.losses.add(path, `The target model does not take ${what} ('${path}').`, leavingOut);
    return [];
  }
}

/** An address, or the content that a `data:` URL holds; OpenAI's clients also send bare base64. */
function sourceOf(url: string, bareType: string | null = null): JsonRecord {
  const head = DATA_URL.exec(url.slice(0, 200));
  if (head !== null) return { type: 'base64', media_type: mediaType(head[1] ?? ''), data: url.slice(head[0].length) };
  if (bareType === null || url.startsWith('data:')) return { type: 'url', url };
  return { type: 'base64', media_type: bareType, data: url };
}

/** A name that clients use and Anthropic does not. */
function mediaType(given: string): string {
  const type = given.toLowerCase();
  return type === 'image/jpg' ? 'image/jpeg' : type;
}

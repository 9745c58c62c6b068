import type { FilePart, Message, Part, ReasoningPart, ToolResultPart } from '../../conversation.js';
import type { ClientDialectId } from '../../dialect-id.js';
import type { LeavingOut, Losses } from '../../inexpressible.js';
import { PARAMETER_NAMES } from '../../parameter-names.js';
import { pathOfPart } from '../../part-paths.js';
import { isProvenTo } from '../../reasoning-proof.js';
import type { TargetModel } from '../../target-model.js';
import { portableToolCallId } from '../../tool-call-ids.js';
import { toolInput } from '../anthropic-messages/tool-input.js';
import type { CachePoints } from './cache-points.js';
import { DocumentNames } from './document-names.js';
import { base64Of, isAudioFormat, mediaOf } from './media.js';
import type { ModelFamily } from './model-family.js';

export type WireBlock = Record<string, unknown>;

export interface BlockOptions {
  /** The client's. */
  readonly dialect: ClientDialectId;
  readonly family: ModelFamily;
  readonly target: TargetModel;
  readonly points: CachePoints;
  readonly losses: Losses;
}

const MAX_TOOL_CALL_ID_CHARACTERS = 64;
/** Empty results are refused. */
const NO_CONTENT: WireBlock = { text: '(no content)' };

/** Writes parts of messages as content blocks. */
export class BlockWriter {
  readonly #names = new DocumentNames();

  constructor(private readonly options: BlockOptions) {}

  write(message: Message, parts: readonly Part[]): WireBlock[] {
    const { points } = this.options;
    const blocks: WireBlock[] = [];
    for (const part of parts) {
      if (part.kind === 'cache-marker') points.putBehind(blocks, part.ttl);
      else blocks.push(...this.#block(message, part));
    }
    return blocks;
  }

  #block(message: Message, part: Part): readonly WireBlock[] {
    switch (part.kind) {
      case 'text':
        return textBlock(part.text);
      case 'refusal':
        return textBlock(part.text);
      case 'image':
        return this.#image(message, part);
      case 'file':
        return this.#file(message, part);
      case 'audio':
        if (part.data !== null && isAudioFormat(part.format))
          return [{ audio: { format: part.format, source: { bytes: part.data } } }];
        return this.#lost(message, part, { what: 'this audio', leavingOut: 'impossible' });
      case 'reasoning':
        return this.#reasoning(part);
      case 'tool-call': {
        const { id, name, input, custom } = part;
        const toolUseId = portableToolCallId(id, MAX_TOOL_CALL_ID_CHARACTERS);
        return [{ toolUse: { toolUseId, name, input: toolInput(input, custom) } }];
      }
      case 'tool-result':
        return [this.#toolResult(message, part)];
      case 'opaque': {
        const what = `content of type '${String(part.wire['type'])}'`;
        return this.#lost(message, part, { what, leavingOut: 'other-answer' });
      }
      case 'cache-marker': // inside of a result, which is kept as a whole
        return [];
    }
  }

  #toolResult(message: Message, part: ToolResultPart): WireBlock {
    const { target } = this.options;
    const content = part.content.flatMap((inner) => this.#block(message, inner));
    // only Claude and Nova are told that a tool failed; to others the content has to say it
    const saysStatus = !target.refuses.has('toolResult.status');
    const said = part.isError && !saysStatus ? [{ text: 'Error:' }, ...content] : content;
    const result = {
      toolUseId: portableToolCallId(part.toolCallId, MAX_TOOL_CALL_ID_CHARACTERS),
      content: said.length === 0 ? [NO_CONTENT] : said,
    };
    return { toolResult: saysStatus ? { ...result, status: part.isError ? 'error' : 'success' } : result };
  }

  /** Thoughts without a proof are refused: those that another provider's model had, and those of models that do not sign. */
  #reasoning(part: ReasoningPart): readonly WireBlock[] {
    const { dialect, family, losses } = this.options;
    const { text, signature, redacted } = part;
    if (family !== 'claude' || !isProvenTo('bedrock-converse', part, dialect)) {
      losses.unsupported(PARAMETER_NAMES[dialect].thoughts, 'harmless');
      return [];
    }
    return redacted === null
      ? [{ reasoningContent: { reasoningText: { text, signature } } }]
      : [{ reasoningContent: { redactedContent: redacted } }];
  }

  /**
   * Only bytes: Converse fetches nothing but objects of S3, with the rights of the operator's own account, into which no
   * client may look.
   */
  #image(message: Message, part: Extract<Part, { kind: 'image' }>): readonly WireBlock[] {
    if (part.detail !== null && part.detail !== 'auto') {
      this.options.losses.unsupported('messages[].content[].image_url.detail', 'harmless');
    }
    const data = part.url === null ? null : base64Of(part.url, null);
    if (data === null) {
      const what = part.url === null ? 'an image that another provider keeps' : 'images by their address';
      return this.#lost(message, part, { what, leavingOut: 'impossible' });
    }
    return this.#media(message, part, { data, filename: null });
  }

  #file(message: Message, part: FilePart): readonly WireBlock[] {
    const { source, filename } = part;
    switch (source.kind) {
      case 'text': {
        if (source.text.trim() === '') return [];
        const data = { type: 'text/plain', bytes: Buffer.from(source.text).toString('base64') };
        return this.#media(message, part, { data, filename });
      }
      case 'parts':
        return source.parts.flatMap((inner) => this.#block(message, inner));
      case 'data': {
        const data = base64Of(source.data, 'application/pdf');
        if (data !== null) return this.#media(message, part, { data, filename });
        return this.#lost(message, part, { what: 'a file in this form', leavingOut: 'impossible' });
      }
      case 'url':
        return this.#lost(message, part, { what: 'files by their address', leavingOut: 'impossible' });
      case 'id':
        return this.#lost(message, part, { what: 'a file that another provider keeps', leavingOut: 'impossible' });
    }
  }

  #media(message: Message, part: Part, { data, filename }: NamedData): readonly WireBlock[] {
    const media = mediaOf(data);
    if (media === null) {
      return this.#lost(message, part, {
        what: `files of type '${data.type.slice(0, 100)}'`,
        leavingOut: 'impossible',
      });
    }
    const { kind, format, bytes } = media;
    const name = kind === 'document' ? { name: this.#names.nameFor(filename) } : {};
    return [{ [kind]: { format, ...name, source: { bytes } } }];
  }

  #lost(message: Message, part: Part, { what, leavingOut }: { what: string; leavingOut: LeavingOut }): readonly [] {
    const path = pathOfPart(message, part);
    this.options.losses.add(path, `The target model does not take ${what} ('${path}').`, leavingOut);
    return [];
  }
}

interface NamedData {
  readonly data: { readonly type: string; readonly bytes: string };
  readonly filename: string | null;
}

/** Texts of nothing but white space are refused. */
function textBlock(text: string): readonly WireBlock[] {
  return text.trim() === '' ? [] : [{ text }];
}

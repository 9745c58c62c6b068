import type { Extensions, Message, Part, ReasoningPart, ToolCallPart, ToolResultPart } from '../../conversation.js';
import type { ClientDialectId } from '../../dialect-id.js';
import type { Losses } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';
import { PARAMETER_NAMES } from '../../parameter-names.js';
import { isProvenTo } from '../../reasoning-proof.js';
import { portableToolCallId } from '../../tool-call-ids.js';
import { asError } from '../openai-chat/build-messages.js';
import { ContentWriter } from './build-content.js';

const DIALECT = 'openai-responses';
const MAX_CALL_ID_CHARACTERS = 64;

export interface InputOptions {
  readonly dialect: ClientDialectId;
  readonly losses: Losses;
}

export interface BuiltInput {
  readonly instructions: string | null;
  readonly input: readonly JsonRecord[];
}

/** The items of a request. Instructions stand apart only where the client has put them there. */
export function buildInput(messages: readonly Message[], options: InputOptions): BuiltInput {
  const [first, ...others] = messages;
  const [part] = first?.parts ?? [];
  const apart = options.dialect === DIALECT && first?.path === 'instructions' && part?.kind === 'text';
  const writer = new ItemWriter(options);
  return {
    instructions: apart ? part.text : null,
    input: (apart ? others : messages).flatMap((message) => writer.write(message)),
  };
}

class ItemWriter {
  readonly #own: boolean;
  readonly #content: ContentWriter;
  readonly #customCalls = new Set<string>();

  constructor(private readonly options: InputOptions) {
    this.#own = options.dialect === DIALECT;
    this.#content = new ContentWriter(this.#own, options.losses);
  }

  /** Results of tools, calls and thoughts are items of their own; the content between them is a message each time. */
  write(message: Message): readonly JsonRecord[] {
    const items: JsonRecord[] = [];
    let said: Part[] = [];
    const flush = (): void => {
      const item = said.length === 0 ? null : this.#message(message, said);
      if (item !== null) items.push(item);
      said = [];
    };
    for (const part of message.parts) {
      const item = this.#item(message, part);
      if (item === undefined) {
        if (part.kind === 'text' && this.#itemOf(part) !== undefined) flush();
        said.push(part);
      } else {
        flush();
        if (item !== null) items.push(item);
      }
    }
    flush();
    return items;
  }

  /** The part as an item; `null` when nothing of it can be said, `undefined` when it is content of a message. */
  #item(message: Message, part: Part): JsonRecord | null | undefined {
    switch (part.kind) {
      case 'tool-call':
        return this.#toolCall(part);
      case 'tool-result':
        return this.#toolResult(message, part);
      case 'reasoning':
        return this.#reasoning(part);
      case 'opaque':
        return part.dialect === DIALECT ? part.wire : undefined;
      case 'cache-marker':
        this.options.losses.unsupported('cache_control', 'harmless');
        return null;
      default:
        return undefined;
    }
  }

  #message(message: Message, parts: readonly Part[]): JsonRecord | null {
    const { role } = message;
    const asked = role === 'assistant' ? 'output_text' : 'input_text';
    const content = parts.flatMap((part) => this.#content.write(message, part, asked));
    if (content.length === 0) return null;
    const [only] = content;
    const item = parts[0] === undefined ? undefined : this.#itemOf(parts[0]);
    const own = this.#own ? { ...(role === 'assistant' ? item : message.extensions) } : {};
    // a plain text goes as a string
    const plain = content.length === 1 && only?.['type'] === asked && Object.keys(only).length === 2;
    const written = plain && item === undefined ? only['text'] : content;
    const type = Array.isArray(written) ? { type: 'message' } : {};
    return { ...own, ...type, role: role === 'tool' ? 'user' : role, content: written };
  }

  /** The fields of the item to which the text was the first, where the client sent some. */
  #itemOf(part: Part): Extensions | undefined {
    if (!this.#own || part.kind !== 'text') return undefined;
    return part.extensions?.['item'] as Extensions | undefined;
  }

  #toolCall({ id, name, input, custom, extensions }: ToolCallPart): JsonRecord {
    const call_id = this.#callId(id);
    if (custom) this.#customCalls.add(id);
    const rest = this.#own ? extensions : {};
    if (custom) return { ...rest, type: 'custom_tool_call', call_id, name, input };
    return { ...rest, type: 'function_call', call_id, name, arguments: input === '' && !this.#own ? '{}' : input };
  }

  #toolResult(message: Message, { toolCallId, content, isError, extensions }: ToolResultPart): JsonRecord {
    const parts = content.flatMap((part) => this.#content.write(message, part, 'input_text'));
    const [only] = parts;
    const plain = parts.length === 1 && only?.['type'] === 'input_text' && Object.keys(only).length === 2;
    const output = plain ? only['text'] : parts.length === 0 ? '' : parts;
    const type = this.#customCalls.has(toolCallId) ? 'custom_tool_call_output' : 'function_call_output';
    const said = isError ? asError(output, 'input_text') : output;
    return { type, ...(this.#own && extensions), call_id: this.#callId(toolCallId), output: said };
  }

  /**
   * Thoughts are taken back with OpenAI's own proof only. The ids of their items are left out: by them nothing is found,
   * since nothing is stored, and the proof has to be that of the id.
   */
  #reasoning(part: ReasoningPart): JsonRecord | null {
    const { dialect, losses } = this.options;
    const { text, signature } = part;
    if (signature === null || !isProvenTo(DIALECT, part, dialect)) {
      losses.unsupported(PARAMETER_NAMES[dialect].thoughts, 'harmless');
      return null;
    }
    const summary = text === '' ? [] : [{ type: 'summary_text', text }];
    return { type: 'reasoning', summary, encrypted_content: signature };
  }

  #callId(id: string): string {
    return this.#own ? id : portableToolCallId(id, MAX_CALL_ID_CHARACTERS);
  }
}

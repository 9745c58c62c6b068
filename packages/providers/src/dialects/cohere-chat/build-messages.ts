import type { FilePart, ImagePart, Message, Part, ToolResultPart } from '../../conversation.js';
import type { ClientDialectId } from '../../dialect-id.js';
import type { LeavingOut, Losses } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';
import { PARAMETER_NAMES } from '../../parameter-names.js';
import { pathOfPart } from '../../part-paths.js';
import type { TargetModel } from '../../target-model.js';

interface MessageOptions {
  /** The client's. */
  readonly dialect: ClientDialectId;
  readonly target: TargetModel;
  readonly losses: Losses;
}

interface BuiltMessages {
  readonly messages: readonly JsonRecord[];
  /** Texts that the answer may cite: they stand apart from the messages. */
  readonly documents: readonly JsonRecord[];
}

export function buildMessages(messages: readonly Message[], options: MessageOptions): BuiltMessages {
  const writer = new MessageWriter(options);
  for (const message of messages) writer.add(message);
  return writer.finish();
}

class MessageWriter {
  readonly #messages: JsonRecord[] = [];
  readonly #documents: JsonRecord[] = [];
  /** What stands behind the results of a turn: results have to follow the calls. */
  #behindResults: JsonRecord[] = [];

  constructor(private readonly options: MessageOptions) {}

  finish(): BuiltMessages {
    this.#flush();
    return { messages: this.#messages, documents: this.#documents };
  }

  add(message: Message): void {
    const results = message.parts.filter((part) => part.kind === 'tool-result');
    if (message.role !== 'tool' && (message.role !== 'user' || results.length === 0)) this.#flush();
    for (const result of results) this.#toolResult(message, result);
    const others = message.parts.filter((part) => part.kind !== 'tool-result');
    const written = message.role === 'assistant' ? this.#assistant(message, others) : this.#plain(message, others);
    if (written === null) return;
    if (results.length > 0) this.#behindResults.push(written);
    else this.#messages.push(written);
  }

  #flush(): void {
    this.#messages.push(...this.#behindResults);
    this.#behindResults = [];
  }

  #plain(message: Message, parts: readonly Part[]): JsonRecord | null {
    const role = message.role === 'system' || message.role === 'developer' ? 'system' : 'user';
    const content = this.#content(message, parts);
    return content.length === 0 ? null : { role, content: withoutList(content) };
  }

  /** What the model said before it called tools was its plan. */
  #assistant(message: Message, parts: readonly Part[]): JsonRecord | null {
    const calls = parts.flatMap((part) =>
      part.kind === 'tool-call'
        ? [{ id: part.id, type: 'function', function: { name: part.name, arguments: part.input || '{}' } }]
        : [],
    );
    const content = this.#content(
      message,
      parts.filter((part) => part.kind !== 'tool-call'),
    );
    if (calls.length === 0) {
      return content.length === 0 ? null : { role: 'assistant', content: withoutList(content) };
    }
    const plan = content.flatMap((block) => (typeof block['text'] === 'string' ? [block['text']] : [])).join('\n');
    const thoughts = content.filter((block) => block['type'] === 'thinking');
    return {
      role: 'assistant',
      ...(thoughts.length > 0 && { content: thoughts }),
      ...(plan !== '' && { tool_plan: plan }),
      tool_calls: calls,
    };
  }

  /** Results hold texts and documents; images follow in a message of the user that says whose they are. */
  #toolResult(message: Message, { toolCallId, content, isError }: ToolResultPart): void {
    const images = content.filter((part) => part.kind === 'image');
    const written = content.flatMap((part) => {
      if (part.kind === 'image') return [];
      if (part.kind !== 'file' || part.source.kind !== 'text') return this.#block(message, part);
      return [{ type: 'document', document: { data: documentData(part.source.text, part.filename) } }];
    });
    const [only] = written;
    const plain = written.length === 0 ? '' : written.length === 1 && only ? only['text'] : undefined;
    // there is no flag for failed tools here, so the text has to say it
    const failed = isError && !(typeof plain === 'string' && /^\W*error/i.test(plain));
    const blocks = failed ? [{ type: 'text', text: 'Error:' }, ...written] : written;
    const text = failed && typeof plain === 'string' ? `Error: ${plain}`.trimEnd() : plain;
    this.#messages.push({
      role: 'tool',
      tool_call_id: toolCallId,
      content: typeof text === 'string' ? text : blocks,
    });
    if (images.length === 0) return;
    const intro = { type: 'text', text: `What the tool call ${toolCallId} returned:` };
    this.#behindResults.push({
      role: 'user',
      content: [intro, ...images.flatMap((image) => this.#image(message, image))],
    });
  }

  #content(message: Message, parts: readonly Part[]): readonly JsonRecord[] {
    return parts.flatMap((part) => this.#block(message, part));
  }

  #block(message: Message, part: Part): readonly JsonRecord[] {
    const { losses } = this.options;
    switch (part.kind) {
      case 'text':
        return part.text === '' ? [] : [{ type: 'text', text: part.text }];
      case 'refusal':
        return part.text === '' ? [] : [{ type: 'text', text: part.text }];
      case 'image':
        return this.#image(message, part);
      case 'file':
        return this.#file(message, part);
      case 'audio':
        return this.#lost(message, part, { what: 'audio', leavingOut: 'impossible' });
      case 'reasoning':
        // what other models thought is a text like any other to a model that thinks itself
        if (part.text !== '' && this.options.target.thinking === 'budget')
          return [{ type: 'thinking', thinking: part.text }];
        losses.unsupported(PARAMETER_NAMES[this.options.dialect].thoughts, 'harmless');
        return [];
      case 'cache-marker':
        losses.unsupported('cache_control', 'harmless');
        return [];
      case 'opaque': {
        const what = `content of type '${String(part.wire['type'])}'`;
        return this.#lost(message, part, { what, leavingOut: 'other-answer' });
      }
      case 'tool-call':
      case 'tool-result': // written by themselves; where they are not expected they say nothing
        return [];
    }
  }

  #image(message: Message, part: ImagePart): readonly JsonRecord[] {
    if (part.url === null) {
      return this.#lost(message, part, { what: 'an image that another provider keeps', leavingOut: 'impossible' });
    }
    if (this.options.target.refuses.has('image_url')) {
      return this.#lost(message, part, { what: 'images', leavingOut: 'impossible' });
    }
    const detail = part.detail === null ? {} : { detail: part.detail };
    return [{ type: 'image_url', image_url: { url: part.url, ...detail } }];
  }

  /** Texts go to the documents, which can be cited; other files are not taken. */
  #file(message: Message, part: FilePart): readonly JsonRecord[] {
    const { source, filename } = part;
    switch (source.kind) {
      case 'text':
        this.#documents.push({ data: documentData(source.text, filename) });
        return [];
      case 'parts':
        return this.#content(message, source.parts);
      case 'data': {
        const text = textOf(source.data);
        if (text === null) return this.#lost(message, part, { what: 'files', leavingOut: 'impossible' });
        this.#documents.push({ data: documentData(text, filename) });
        return [];
      }
      case 'url':
      case 'id':
        return this.#lost(message, part, { what: 'files', leavingOut: 'impossible' });
    }
  }

  #lost(message: Message, part: Part, { what, leavingOut }: { what: string; leavingOut: LeavingOut }): readonly [] {
    const path = pathOfPart(message, part);
    this.options.losses.add(path, `The target model does not take ${what} ('${path}').`, leavingOut);
    return [];
  }
}

const TEXT_DATA_URL = /^data:(?:text\/[^;,]*|application\/json)(?:;[^;,]*)*;base64,/i;

function textOf(data: string): string | null {
  const head = TEXT_DATA_URL.exec(data.slice(0, 200));
  return head === null ? null : Buffer.from(data.slice(head[0].length), 'base64').toString();
}

function documentData(text: string, filename: string | null): JsonRecord {
  return filename === null ? { text } : { title: filename, text };
}

/** A single plain text is written as such. */
function withoutList(content: readonly JsonRecord[]): readonly JsonRecord[] | string {
  const [only] = content;
  return content.length === 1 && only?.['type'] === 'text' ? String(only['text']) : content;
}

import type { Choice, Completion, Part } from '../../conversation.js';
import type { AnswerOptions } from '../../dialect.js';
import { isRecord, type JsonRecord } from '../../json.js';
import {
  annotations,
  callItem,
  citationsOf,
  ItemIds,
  messageItem,
  pictureItem,
  reasoningItem,
  refusalContent,
  responseName,
  textContent,
} from './output-items.js';
import { ended, responseBase, tierOf } from './response-object.js';
import { writeUsage } from './write-usage.js';

const DIALECT = 'openai-responses';

/** Writes an answer that is not streamed. A response holds one choice: requests of this dialect never ask for more. */
export function writeResponse(completion: Completion, options: AnswerOptions): JsonRecord {
  const [choice] = completion.choices;
  const named = { ...completion, ...responseName(completion, options) };
  const output = choice === undefined ? [] : new OutputWriter(named).write(choice);
  const state = ended(choice?.finish ?? 'stop', output, writeUsage(completion.usage));
  if (state.status === 'incomplete') cutLast(output);
  return { ...responseBase(named, options), ...tierOf(completion.serviceTier), ...state };
}

const CUTTABLE = new Set<unknown>(['message', 'function_call', 'custom_tool_call']);

/** What was being written when the answer ended. */
function cutLast(items: JsonRecord[]): void {
  const last = items.pop();
  if (last !== undefined) items.push(CUTTABLE.has(last['type']) ? { ...last, status: 'incomplete' } : last);
}

class OutputWriter {
  readonly #ids: ItemIds;
  readonly #items: JsonRecord[] = [];
  /** Of the message that is being written: texts that follow each other are one. */
  #content: JsonRecord[] = [];

  constructor(private readonly completion: Completion) {
    this.#ids = new ItemIds(completion.id);
  }

  write(choice: Choice): JsonRecord[] {
    const lastText = choice.parts.findLast((part) => part.kind === 'text');
    for (const part of choice.parts) {
      const content = writeContent(part, part === lastText ? choice : null);
      if (content === null) this.#item(part);
      else this.#content.push(content);
    }
    this.#flush();
    return this.#items;
  }

  #flush(): void {
    if (this.#content.length > 0) this.#items.push(messageItem(this.#ids.next('msg'), 'completed', this.#content));
    this.#content = [];
  }

  #item(part: Part): void {
    switch (part.kind) {
      case 'reasoning':
        this.#flush();
        this.#items.push(reasoningItem(this.#ids.next('rs'), part, this.completion.dialect));
        break;
      case 'tool-call':
        this.#flush();
        this.#items.push(callItem(this.#ids.next(part.custom ? 'ctc' : 'fc'), 'completed', part));
        break;
      case 'image': {
        const item = pictureItem(this.#ids.next('ig'), part.url);
        if (item === null) return;
        this.#flush();
        this.#items.push(item);
        break;
      }
      case 'opaque':
        if (part.dialect !== DIALECT) return;
        this.#flush();
        this.#items.push(part.wire);
        break;
      default: // answers hold no files, results or markers
    }
  }
}

/** The part as content of a message, or `null` when it is none. What is told of the whole choice stands with its last text. */
function writeContent(part: Part, choice: Choice | null): JsonRecord | null {
  switch (part.kind) {
    case 'text': {
      const citations = [...citationsOf(part), ...(choice?.annotations ?? []).filter(isRecord)];
      const told = citations.flatMap((citation) => annotations(citation, part.text.length));
      return textContent(part.text, told, choice?.logprobs?.content ?? []);
    }
    case 'refusal':
      return refusalContent(part.text);
    case 'audio':
      return part.transcript === null ? null : textContent(part.transcript);
    default:
      return null;
  }
}

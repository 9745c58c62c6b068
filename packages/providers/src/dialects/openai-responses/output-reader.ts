import type { StreamPart } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';
import { records, string } from '../openai-chat/read-answer-fields.js';

/** A response has one choice. */
const choice = 0;

/** What has been told of a piece of text, and of what belongs to it. */
interface Told {
  characters: number;
  citations: number;
}

interface Item {
  /** The number of the call, of items that are one. */
  readonly call: number | null;
  /** By the number of the content part, or of the part of a summary. */
  readonly texts: Map<number, Told>;
  /** Of thoughts, which may come whole and as a summary: what came first is told. */
  thoughts: 'summary' | 'content' | null;
  done: boolean;
}

/**
 * Tells the items of a response, whole or as they grow. What deltas have told is not told again by what completes them, and
 * what they lacked is: servers of this dialect leave out now the ones and now the others.
 */
export class OutputReader {
  readonly #items = new Map<number, Item>();
  #parts: StreamPart[] = [];
  #calls = 0;
  /** What was told of last. */
  #growing: Told | null = null;

  take(): readonly StreamPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  /** What was told of last has grown by another piece, which is told elsewhere. */
  grew(characters: number): void {
    if (this.#growing !== null) this.#growing.characters += characters;
  }

  get hasCalls(): boolean {
    return this.#calls > 0;
  }

  begin(index: number, wire: JsonRecord): Item {
    const begun = this.#items.get(index);
    if (begun !== undefined) return begun;
    const { type } = wire;
    const isCall = type === 'function_call' || type === 'custom_tool_call';
    const call = isCall ? this.#calls++ : null;
    const item: Item = { call, texts: new Map(), thoughts: null, done: false };
    this.#items.set(index, item);
    if (call !== null) {
      const [id, name] = [string(wire['call_id']) ?? '', string(wire['name']) ?? ''];
      this.#parts.push({ kind: 'part', choice });
      this.#parts.push({ kind: 'tool-call', choice, index: call, id, name, custom: type === 'custom_tool_call' });
    }
    return item;
  }

  /** More of a text or a refusal. */
  addText(
    index: number,
    at: number,
    { kind, text }: { readonly kind: 'text' | 'refusal'; readonly text: string },
  ): void {
    const told = this.#content(this.begin(index, MESSAGE), at);
    told.characters += text.length;
    if (text !== '') this.#parts.push({ kind, choice, text });
  }

  /** More of the input of a call; of one that nobody announced, all of it comes with the item. */
  addInput(index: number, text: string): void {
    const item = this.#items.get(index);
    if (item?.call == null || text === '') return;
    this.#told(item, 0).characters += text.length;
    this.#parts.push({ kind: 'tool-input', choice, index: item.call, text });
  }

  addThought(
    index: number,
    at: number,
    { kind, text }: { readonly kind: 'summary' | 'content'; readonly text: string },
  ): void {
    const item = this.begin(index, REASONING);
    item.thoughts ??= kind;
    if (item.thoughts !== kind || text === '') return;
    const isNew = !item.texts.has(at);
    if (isNew && item.texts.size === 0) this.#parts.push({ kind: 'part', choice });
    else if (isNew) this.#think('\n\n');
    this.#told(item, at).characters += text.length;
    this.#think(text);
  }

  cite(index: number, at: number, annotation: JsonRecord): void {
    this.#content(this.begin(index, MESSAGE), at).citations++;
    this.#parts.push({ kind: 'citation', choice, citation: annotation });
  }

  /** A text as it came to be. */
  completeText(index: number, at: number, wire: JsonRecord): void {
    const item = this.begin(index, MESSAGE);
    const kind = wire['type'] === 'refusal' ? 'refusal' : 'text';
    const told = this.#content(item, at);
    const text = string(wire[kind]) ?? '';
    if (text.length > told.characters) this.addText(index, at, { kind, text: text.slice(told.characters) });
    const annotations = records(wire['annotations']);
    for (const annotation of annotations.slice(told.citations)) this.cite(index, at, annotation);
  }

  /** An item as it came to be. */
  complete(index: number, wire: JsonRecord): void {
    const item = this.begin(index, wire);
    if (item.done) return;
    item.done = true;
    switch (wire['type']) {
      case 'message':
        for (const [at, content] of records(wire['content']).entries()) {
          this.completeText(index, at, content);
          this.#logprobs(content['logprobs']);
        }
        return;
      case 'reasoning':
        return this.#completeThoughts(index, item, wire);
      case 'function_call':
      case 'custom_tool_call':
        return this.completeInput(index, wire);
      case 'image_generation_call':
        return this.#picture(wire);
      case undefined:
        return;
      default:
        this.#parts.push({ kind: 'opaque', choice, part: { kind: 'opaque', dialect: 'openai-responses', wire } });
    }
  }

  completeInput(index: number, wire: JsonRecord): void {
    const item = this.#items.get(index);
    if (item?.call == null) return;
    const text = string(wire['input'] ?? wire['arguments']) ?? '';
    const told = this.#told(item, 0);
    if (text.length > told.characters) this.addInput(index, text.slice(told.characters));
  }

  /** A thought as it came to be. */
  completeThought(
    index: number,
    at: number,
    { kind, text }: { readonly kind: 'summary' | 'content'; readonly text: string },
  ): void {
    const item = this.begin(index, REASONING);
    const told = item.thoughts === kind ? (item.texts.get(at)?.characters ?? 0) : 0;
    if (text.length > told) this.addThought(index, at, { kind, text: text.slice(told) });
  }

  #completeThoughts(index: number, item: Item, wire: JsonRecord): void {
    // whole thoughts first: where both are there, streams bring them before the summary
    for (const kind of ['content', 'summary'] as const) {
      for (const [at, thought] of records(wire[kind]).entries()) {
        this.completeThought(index, at, { kind, text: string(thought['text']) ?? '' });
      }
    }
    const signature = string(wire['encrypted_content']);
    if (signature === null || signature === '') return;
    if (item.thoughts === null) this.#parts.push({ kind: 'part', choice });
    this.#parts.push({ kind: 'reasoning', choice, text: '', signature, redacted: null });
  }

  #think(text: string): void {
    this.#parts.push({ kind: 'reasoning', choice, text, signature: null, redacted: null });
  }

  /** OpenAI's pictures come as items of their own. */
  #picture(wire: JsonRecord): void {
    const data = string(wire['result']);
    if (data === null) return;
    const format = string(wire['output_format']) ?? 'png';
    const url = `data:image/${format};base64,${data}`;
    this.#parts.push({ kind: 'image', choice, image: { kind: 'image', url, fileId: null, detail: null } });
  }

  #logprobs(wire: unknown): void {
    if (!Array.isArray(wire) || wire.length === 0) return;
    const content = wire.filter(isRecord);
    this.#parts.push({ kind: 'logprobs', choice, logprobs: { content, refusal: null } });
  }

  #content(item: Item, at: number): Told {
    if (!item.texts.has(at)) this.#parts.push({ kind: 'part', choice });
    return this.#told(item, at);
  }

  #told(item: Item, at: number): Told {
    const told = item.texts.get(at) ?? { characters: 0, citations: 0 };
    item.texts.set(at, told);
    this.#growing = told;
    return told;
  }
}

const MESSAGE: JsonRecord = { type: 'message' };
const REASONING: JsonRecord = { type: 'reasoning' };

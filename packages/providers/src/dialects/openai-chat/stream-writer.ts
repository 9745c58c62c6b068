import { answerName } from '../../answer-name.js';
import type { Extensions, StreamPart } from '../../conversation.js';
import type { StreamWriterOptions } from '../../dialect.js';
import type { JsonRecord } from '../../json.js';
import { ContentFrame } from '../../streaming/content-frame.js';
import type { ContentPiece } from '../../streaming/content-piece.js';
import { writeFinishReason } from './finish-reasons.js';
import { urlCitation } from './write-annotations.js';
import { writeErrorBody } from './write-error.js';
import { ID_PREFIX, writeAudio, writeServiceTier } from './write-response.js';
import { writeUsage } from './write-usage.js';

type ChoicePart = Exclude<
  StreamPart,
  { kind: 'start' | 'part' | 'opaque' | 'service-tier' | 'usage' | 'error' | 'done' | 'extensions' }
>;

/**
 * Writes the parts of an answer as the events of a streamed chat completion. What every frame repeats is made into text
 * once, since it is longer than what most frames say.
 */
export class StreamWriter {
  readonly #options: StreamWriterOptions;
  readonly #end: string;
  readonly #lastFieldsOfChunk: string;
  #head: JsonRecord = { id: '', object: 'chat.completion.chunk', created: 0, model: '' };
  #open = '';
  #own = true;
  readonly #begun = new Set<number>();
  readonly #customCalls = new Set<string>();
  /** Where the text that is being written begins, in the text as a whole, and how long that is: citations mean all of it. */
  #partStart = 0;
  #textLength = 0;
  #citations: Extensions[] = [];
  /** The frame of pieces like the last one. */
  #frame: { readonly of: ContentPiece; readonly frame: ContentFrame } | null = null;

  constructor(options: StreamWriterOptions) {
    this.#options = options;
    this.#lastFieldsOfChunk = options.includeUsage ? ',"usage":null}\n\n' : '}\n\n';
    this.#end = `},"logprobs":null,"finish_reason":null}]${this.#lastFieldsOfChunk}`;
    const nobody = answerName({ id: '', model: '' }, options, ID_PREFIX);
    this.#setHead({ ...this.#head, ...nobody, created: options.createdAt });
  }

  /** The events for one part; empty when the part says nothing that this dialect sends. */
  write(part: StreamPart): string {
    switch (part.kind) {
      case 'start': {
        const { dialect } = part;
        const { id, model } = answerName(part, this.#options, ID_PREFIX);
        const created = part.created === 0 ? this.#options.createdAt : part.created;
        this.#own = dialect === 'openai-chat';
        this.#setHead({ ...this.#head, id, object: 'chat.completion.chunk', created, model });
        return '';
      }
      case 'service-tier': {
        const tier = writeServiceTier(part.serviceTier);
        if (tier !== null) this.#setHead({ ...this.#head, service_tier: tier });
        return '';
      }
      case 'usage':
        return this.#options.includeUsage ? frame({ ...this.#head, choices: [], usage: writeUsage(part.usage) }) : '';
      case 'error':
        return frame(writeErrorBody(part.error));
      case 'done':
        return 'data: [DONE]\n\n';
      case 'extensions':
        return this.#own ? this.#extensions(part.choice, part.extensions) : '';
      case 'part': {
        const annotations = this.#annotations(part.choice);
        this.#partStart = this.#textLength;
        return annotations;
      }
      case 'opaque':
        return '';
      default:
        return this.#choice(part);
    }
  }

  writePiece(piece: ContentPiece): Buffer | null {
    const isKnown = this.#frame !== null && isLike(this.#frame.of, piece);
    if (piece.text === '' || (!isKnown && !this.#begun.has(piece.choice))) return null;
    if (piece.kind === 'text') this.#textLength += piece.text.length;
    if (this.#frame === null || !isKnown) {
      const [ahead, behind] = this.#around(piece);
      this.#frame = { of: piece, frame: new ContentFrame(this.#begin(piece.choice) + ahead, behind + this.#end) };
    }
    return this.#frame.frame.bytes(piece.text);
  }

  /** What stands in the delta around the text of a piece. */
  #around(piece: ContentPiece): readonly [string, string] {
    if (piece.kind !== 'tool-input') return [DELTA_FIELD[piece.kind], ''];
    const { choice, index } = piece;
    const custom = this.#customCalls.size > 0 && this.#customCalls.has(`${choice} ${index}`);
    return [`"tool_calls":[{"index":${index},${custom ? '"custom":{"input":' : '"function":{"arguments":'}`, '}}]'];
  }

  #choice(part: ChoicePart): string {
    const { choice } = part;
    switch (part.kind) {
      case 'text':
        this.#textLength += part.text.length;
        return this.#piece(part);
      case 'refusal':
        return this.#piece(part);
      case 'reasoning':
        return this.#reasoning(part);
      case 'image':
        return this.#delta(choice, { images: [{ type: 'image_url', image_url: { url: part.image.url } }] });
      case 'audio':
        return this.#delta(choice, { audio: writeAudio(part.audio) });
      case 'annotations':
        return this.#delta(choice, { annotations: part.annotations });
      case 'citation':
        this.#citations.push(part.citation);
        return '';
      case 'tool-call': {
        const { index, id, name, custom } = part;
        const call = custom
          ? { type: 'custom', custom: { name, input: '' } }
          : { type: 'function', function: { name, arguments: '' } };
        if (custom) this.#customCalls.add(`${choice} ${index}`);
        this.#frame = null;
        return this.#delta(choice, { tool_calls: [{ index, id, ...call }] });
      }
      case 'tool-input':
        return this.#piece(part);
      case 'logprobs':
        return this.#choiceFrame(choice, { logprobs: part.logprobs, finish_reason: null });
      case 'finish':
        return (
          this.#annotations(choice) +
          this.#choiceFrame(choice, { logprobs: null, finish_reason: writeFinishReason(part.reason) })
        );
    }
  }

  /** Proofs of other providers stay where they can be used: clients of this dialect have no place to keep them. */
  #reasoning(part: Extract<StreamPart, { kind: 'reasoning' }>): string {
    const { choice, text, signature } = part;
    if (signature === null || !this.#own) return text === '' ? '' : this.#piece(part);
    return this.#delta(choice, { reasoning_content: text, reasoning_signature: signature });
  }

  /** Only dialects with one choice cite. */
  #annotations(choice: number): string {
    if (this.#citations.length === 0) return '';
    const [start, end] = [this.#partStart, this.#textLength];
    const annotations = this.#citations.flatMap((citation) => urlCitation(citation, start, end) ?? []);
    this.#citations = [];
    return annotations.length === 0 ? '' : this.#delta(choice, { annotations });
  }

  #setHead(head: JsonRecord): void {
    this.#head = head;
    this.#frame = null;
    this.#open = `data: ${JSON.stringify(head).slice(0, -1)},"choices":[{"index":`;
  }

  /** The frame up to the inside of its delta. A choice opens with the role, as OpenAI's own streams do. */
  #begin(choice: number): string {
    const open = `${this.#open}${choice},"delta":{`;
    if (this.#begun.has(choice)) return open;
    this.#begun.add(choice);
    return `${open}"role":"assistant","content":"","refusal":null${this.#end}${open}`;
  }

  #piece(piece: ContentPiece): string {
    const [ahead, behind] = this.#around(piece);
    return this.#begin(piece.choice) + ahead + JSON.stringify(piece.text) + behind + this.#end;
  }

  #delta(choice: number, delta: JsonRecord): string {
    return this.#begin(choice) + JSON.stringify(delta).slice(1, -1) + this.#end;
  }

  /** A frame that says something of a choice beside its delta. */
  #choiceFrame(choice: number, fields: JsonRecord): string {
    return `${this.#begin(choice)}},${JSON.stringify(fields).slice(1)}]${this.#lastFieldsOfChunk}`;
  }

  /** What concerns the whole answer is said in every frame from now on; what concerns a choice, once. */
  #extensions(choice: number | null, extensions: Extensions): string {
    if (choice === null) {
      this.#setHead({ ...extensions, ...this.#head });
      return '';
    }
    const { message, ...outer } = extensions;
    const delta = JSON.stringify((message as Extensions | undefined) ?? {}).slice(1, -1);
    const fields = JSON.stringify({ ...outer, logprobs: null, finish_reason: null }).slice(1);
    return `${this.#begin(choice)}${delta}},${fields}]${this.#lastFieldsOfChunk}`;
  }
}

const DELTA_FIELD = { text: '"content":', refusal: '"refusal":', reasoning: '"reasoning_content":' } as const;

function isLike(one: ContentPiece, other: ContentPiece): boolean {
  if (one.kind !== other.kind || one.choice !== other.choice) return false;
  return one.kind !== 'tool-input' || other.kind !== 'tool-input' || one.index === other.index;
}

function frame(data: JsonRecord): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

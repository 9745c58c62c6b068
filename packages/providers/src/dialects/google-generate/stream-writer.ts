import { answerName } from '../../answer-name.js';
import type { Part, ReasoningPart, StreamPart, ToolCallPart } from '../../conversation.js';
import type { StreamWriterOptions } from '../../dialect.js';
import type { DialectId } from '../../dialect-id.js';
import type { JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';
import { ContentFrame } from '../../streaming/content-frame.js';
import type { ContentPiece } from '../../streaming/content-piece.js';
import { urlCitation } from '../openai-chat/write-annotations.js';
import { writeFinishReason } from './finish-reasons.js';
import { writeLogprobs } from './logprobs.js';
import { writeGrounding } from './read-grounding.js';
import { proofOf } from './sealed-thoughts.js';
import { writeErrorBody } from './write-error.js';
import { writeOwnParts } from './write-parts.js';
import { writeTime } from './write-response.js';
import { writeUsage } from './write-usage.js';

const DIALECT = 'google-generate';
const TEXT_AHEAD = 'data: {"candidates":[{"content":{"parts":[{"text":';

/** What of a candidate waits to be written. */
interface Running {
  /** Calls are written whole: clients of this dialect do not put them together. By the number of the call. */
  readonly calls: Map<number, ToolCallPart>;
  /** A proof that waits for the part that it may be of. */
  signature: string | null;
  /** Another dialect's, which the next call carries. */
  thoughts: ReasoningPart[];
  /** The last of the thoughts goes on. */
  isThinking: boolean;
  text: string;
  partStart: number;
  readonly citations: JsonRecord[];
  readonly annotations: unknown[];
  /** For the last object. */
  end: JsonRecord;
  finish: string | null;
}

/** Writes the parts of an answer as Google's events: whole objects, the last of which has the usage. There is no final event. */
export class StreamWriter {
  readonly #options: StreamWriterOptions;
  #own = true;
  #dialect: DialectId = DIALECT;
  #tail = '';
  /** The frames of texts, by candidate. */
  readonly #frames = new Map<number, ContentFrame>();
  #usage: ReadUsage | null = null;
  #serviceTier: string | null = null;
  #extensions: JsonRecord = {};
  readonly #candidates = new Map<number, Running>();

  constructor(options: StreamWriterOptions) {
    this.#options = options;
    this.#setHead({ kind: 'start', dialect: DIALECT, id: '', model: '', created: 0, usage: null });
  }

  /** The events for one part; empty when the part says nothing that is sent now. */
  write(part: StreamPart): string {
    switch (part.kind) {
      case 'start':
        this.#setHead(part);
        return '';
      case 'text':
        return this.#text(part.choice, part.text);
      case 'usage':
        this.#usage = part.usage;
        return '';
      case 'service-tier':
        this.#serviceTier = part.serviceTier;
        return '';
      case 'error':
        return frame(JSON.stringify(writeErrorBody({ ...part.error, requestId: null })));
      case 'done':
        return this.#done();
      case 'extensions':
        if (!this.#own) return '';
        if (part.choice === null) this.#extensions = { ...this.#extensions, ...part.extensions };
        else this.#note(part.choice, part.extensions);
        return '';
      default:
        return this.#seldom(part);
    }
  }

  writePiece({ kind, choice, text }: ContentPiece): Buffer | null {
    const running = this.#candidates.get(choice);
    if (kind !== 'text' || text === '' || running === undefined) return null;
    if (running.calls.size > 0 || running.signature !== null) return null;
    running.text += text;
    let frame = this.#frames.get(choice);
    if (frame === undefined) {
      frame = new ContentFrame(TEXT_AHEAD, this.#behindText(choice));
      this.#frames.set(choice, frame);
    }
    return frame.bytes(text);
  }

  /** What stands behind the text of most objects. */
  #behindText(choice: number): string {
    return `}],"role":"model"},"index":${choice}}]${this.#tail}}\r\n\r\n`;
  }

  #seldom(part: StreamPart & { readonly choice: number }): string {
    const { choice } = part;
    const running = this.#running(choice);
    switch (part.kind) {
      case 'part': {
        const events = this.#flushCalls(choice);
        running.partStart = running.text.length;
        running.isThinking = false;
        return events;
      }
      case 'reasoning':
        return this.#reasoning(part, running);
      case 'refusal':
        return this.#content(choice, [{ kind: 'refusal', text: part.text }]);
      case 'image':
        return this.#content(choice, [part.image]);
      case 'audio':
        return this.#content(choice, [part.audio]);
      case 'opaque':
        return part.part.dialect === DIALECT ? this.#content(choice, [part.part]) : '';
      case 'tool-call': {
        const { index, id, name, custom } = part;
        running.calls.set(index, { kind: 'tool-call', id, name, input: '', custom });
        return '';
      }
      case 'tool-input': {
        const call = running.calls.get(part.index);
        if (call !== undefined) running.calls.set(part.index, { ...call, input: call.input + part.text });
        return '';
      }
      default:
        this.#remember(part, running);
        return '';
    }
  }

  /** What belongs into the last object of a candidate. */
  #remember(part: StreamPart, running: Running): void {
    switch (part.kind) {
      case 'annotations':
        running.annotations.push(...part.annotations.slice(0, 1000));
        return;
      case 'citation': {
        const { text, partStart, citations } = running;
        const citation = urlCitation(part.citation, partStart, Math.max(text.length, partStart));
        if (citation !== null) citations.push(citation);
        return;
      }
      case 'logprobs':
        running.end = { ...running.end, logprobsResult: writeLogprobs(part.logprobs) };
        return;
      case 'finish':
        running.finish = writeFinishReason(part.reason);
        return;
      default:
    }
  }

  #reasoning(part: Extract<StreamPart, { kind: 'reasoning' }>, running: Running): string {
    const { choice, text, signature } = part;
    if (!this.#own) think(running, part);
    const proof = this.#own ? signature : null;
    if (text !== '') return this.#content(choice, [{ kind: 'reasoning', text, signature: proof, redacted: null }]);
    if (proof === null) return '';
    const events = this.#flushCalls(choice) + this.#flushProof(choice);
    running.signature = proof;
    return events;
  }

  /** Most of what is ever written, so that nothing is made but the text. */
  #text(choice: number, text: string): string {
    if (text === '') return '';
    const running = this.#running(choice);
    running.text += text;
    const before = this.#flushCalls(choice) + this.#flushProof(choice);
    return before + TEXT_AHEAD + JSON.stringify(text) + this.#behindText(choice);
  }

  #content(choice: number, parts: readonly Part[]): string {
    const running = this.#running(choice);
    const [first] = parts;
    const takesProof = first?.kind === 'image' || first?.kind === 'audio';
    const before = this.#flushCalls(choice) + (takesProof ? '' : this.#flushProof(choice));
    return before + this.#candidate(choice, { content: this.#written(parts, running) });
  }

  #written(parts: readonly Part[], running: Running): JsonRecord {
    const proof = running.signature;
    running.signature = null;
    const proven: readonly Part[] =
      proof === null ? parts : [{ kind: 'reasoning', text: '', signature: proof, redacted: null }, ...parts];
    return { parts: writeOwnParts(proven), role: 'model' };
  }

  /** The calls that are whole now: all, since a new part has begun or everything is over. */
  #flushCalls(choice: number): string {
    const running = this.#running(choice);
    if (running.calls.size === 0) return '';
    const calls = [...running.calls].sort(([a], [b]) => a - b).map(([, call]) => call);
    running.calls.clear();
    if (running.thoughts.length > 0) running.signature = proofOf(running.thoughts, this.#dialect).signature;
    running.thoughts = [];
    running.isThinking = false;
    return this.#candidate(choice, { content: this.#written(calls, running) });
  }

  #flushProof(choice: number): string {
    const running = this.#running(choice);
    if (running.signature === null) return '';
    return this.#candidate(choice, { content: this.#written([], running) });
  }

  #note(choice: number, extensions: JsonRecord): void {
    const running = this.#running(choice);
    running.end = { ...running.end, ...extensions };
  }

  #running(choice: number): Running {
    let running = this.#candidates.get(choice);
    if (running === undefined) {
      const nothing = { signature: null, isThinking: false, text: '', partStart: 0, end: {}, finish: null };
      running = { ...nothing, thoughts: [], calls: new Map(), citations: [], annotations: [] };
      this.#candidates.set(choice, running);
    }
    return running;
  }

  #setHead(start: Extract<StreamPart, { kind: 'start' }>): void {
    const { dialect, created } = start;
    const { id, model } = answerName(start, this.#options, '');
    this.#dialect = dialect;
    this.#own = dialect === DIALECT;
    const createTime = writeTime(created === 0 ? this.#options.createdAt : created);
    this.#tail = `,${JSON.stringify({ modelVersion: model, createTime, responseId: id }).slice(1, -1)}`;
    this.#frames.clear();
  }

  #candidate(choice: number, fields: JsonRecord): string {
    return frame(`{"candidates":[${JSON.stringify({ ...fields, index: choice })}]${this.#tail}}`);
  }

  /** The last object says of all candidates why they ended, and what it all came to. */
  #done(): string {
    let events = '';
    const ends: JsonRecord[] = [];
    for (const [index, running] of this.#candidates) {
      events += this.#flushCalls(index) + this.#flushProof(index);
      const { annotations, citations, text, end, finish } = running;
      const grounding = this.#own ? null : writeGrounding([...annotations, ...citations], text);
      const content = { parts: [{ text: '' }], role: 'model' };
      const found = grounding === null ? {} : { groundingMetadata: grounding };
      ends.push({ content, ...(finish !== null && { finishReason: finish }), index, ...found, ...end });
    }
    const usage = this.#usage === null ? {} : { usageMetadata: writeUsage(this.#usage, this.#serviceTier) };
    const last = JSON.stringify({ ...this.#extensions, candidates: ends, ...usage }).slice(0, -1);
    return `${events}${frame(`${last}${this.#tail}}`)}`;
  }
}

function think(running: Running, piece: Omit<ReasoningPart, 'kind'>): void {
  const { text, signature, redacted, provenBy } = piece;
  const before = running.isThinking ? running.thoughts.pop() : undefined;
  running.isThinking = true;
  const prover = provenBy ?? before?.provenBy;
  running.thoughts.push({
    kind: 'reasoning',
    text: (before?.text ?? '') + text,
    signature: signature ?? before?.signature ?? null,
    redacted: redacted ?? before?.redacted ?? null,
    ...(prover !== undefined && { provenBy: prover }),
  });
}

/** Google's own lines end so. */
function frame(json: string): string {
  return `data: ${json}\r\n\r\n`;
}

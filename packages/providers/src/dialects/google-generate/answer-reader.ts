import { createHash } from 'node:crypto';

import type { Extensions, FinishReason, StreamPart } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';
import type { ContentPiece } from '../../streaming/content-piece.js';
import { surelyToolCallId } from '../../tool-call-ids.js';
import { readFinishReason } from './finish-reasons.js';
import { readLogprobs } from './logprobs.js';
import { audioFormat, dataUrl } from './media-types.js';
import { billedSearches, collectQueries, urlCitations } from './read-grounding.js';
import { readUsage } from './read-usage.js';
import { readServiceTier } from './service-tiers.js';

const DIALECT = 'google-generate';
const ANSWER_FIELDS = new Set(['candidates', 'usageMetadata', 'modelVersion', 'responseId', 'createTime', 'error']);
const CANDIDATE_FIELDS = new Set(['content', 'finishReason', 'index', 'logprobsResult']);

/** What is known of a candidate so far. */
interface Candidate {
  text: string;
  calls: number;
  /** What the part is that further text would go on with. */
  open: 'text' | 'reasoning' | null;
  finish: FinishReason | null;
  grounding: unknown;
}

/**
 * Reads the objects of an answer into parts, one after the other: a stream sends many of the same form, an answer that is not
 * streamed is one. Usage counts up from object to object, and models of some generations say in each why they stop, so that
 * both are told at the end.
 */
export class AnswerReader {
  #parts: StreamPart[] = [];
  #started = false;
  #id = '';
  #model = '';
  #usage: unknown = null;
  readonly #queries = new Set<string>();
  readonly #candidates = new Map<number, Candidate>();
  /** Extensions as they were last told: most are repeated. */
  readonly #told = new Map<string, string>();

  /** Whether something has said why it is over. */
  get finished(): boolean {
    for (const { finish } of this.#candidates.values()) if (finish !== null) return true;
    return false;
  }

  read(answer: JsonRecord): readonly StreamPart[] {
    this.#start(answer);
    const candidates = Array.isArray(answer['candidates']) ? answer['candidates'].filter(isRecord) : [];
    for (const [position, candidate] of candidates.entries()) this.#candidate(candidate, position);
    const feedback = answer['promptFeedback'];
    if (isRecord(feedback) && typeof feedback['blockReason'] === 'string' && candidates.length === 0) {
      this.#known(0).finish = 'content-filter';
    }
    this.count(answer);
    this.#tell(null, unknownFields(answer, ANSWER_FIELDS));
    return this.#take();
  }

  /** Another object like the last one brought this piece, which is told elsewhere. */
  grew({ kind, choice, text }: ContentPiece): void {
    if (kind === 'text') this.#known(choice).text += text;
  }

  /** Keeps the counts that an object reports. */
  count(answer: JsonRecord): void {
    if (isRecord(answer['usageMetadata'])) this.#usage = answer['usageMetadata'];
  }

  /** What is known only when all has come. */
  end(): readonly StreamPart[] {
    for (const [choice, { finish, grounding, text }] of this.#candidates) {
      const annotations = urlCitations(grounding, text);
      if (annotations.length > 0) this.#parts.push({ kind: 'annotations', choice, annotations });
      if (finish !== null) this.#parts.push({ kind: 'finish', choice, reason: finish, stopSequence: null });
    }
    const usage = readUsage(this.#usage, billedSearches(this.#queries, this.#model));
    if (usage !== null) this.#parts.push({ kind: 'usage', usage });
    const serviceTier = readServiceTier(this.#usage);
    if (serviceTier !== null) this.#parts.push({ kind: 'service-tier', serviceTier });
    return this.#take();
  }

  #take(): readonly StreamPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  #start(answer: JsonRecord): void {
    const { responseId, modelVersion, createTime } = answer;
    if (typeof modelVersion === 'string' && modelVersion !== '') this.#model = modelVersion;
    if (this.#started) return;
    if (typeof responseId === 'string') this.#id = responseId;
    const time = typeof createTime === 'string' ? Date.parse(createTime) : NaN;
    const created = Number.isNaN(time) ? 0 : Math.max(0, Math.floor(time / 1000));
    this.#started = true;
    const head = { dialect: DIALECT, id: this.#id, model: this.#model, created } as const;
    this.#parts.push({ kind: 'start', ...head, usage: null });
  }

  #known(choice: number): Candidate {
    let candidate = this.#candidates.get(choice);
    if (candidate === undefined) {
      candidate = { text: '', calls: 0, open: null, finish: null, grounding: null };
      this.#candidates.set(choice, candidate);
    }
    return candidate;
  }

  #candidate(wire: JsonRecord, position: number): void {
    const index = wire['index'];
    const choice = typeof index === 'number' && Number.isSafeInteger(index) && index >= 0 ? index : position;
    const known = this.#known(choice);
    const content = isRecord(wire['content']) ? wire['content'] : {};
    const parts = Array.isArray(content['parts']) ? content['parts'].filter(isRecord) : [];
    for (const part of parts) this.#part(part, choice, known);
    collectQueries(this.#queries, wire);
    known.grounding = wire['groundingMetadata'] ?? known.grounding;
    const logprobs = readLogprobs(wire['logprobsResult']);
    if (logprobs !== null) this.#parts.push({ kind: 'logprobs', choice, logprobs });
    const reason = readFinishReason(wire['finishReason'], known.calls > 0);
    if (reason !== null) known.finish = reason;
    else if (known.finish === 'stop' && known.calls > 0) known.finish = 'tool-calls';
    this.#tell(choice, this.#beside(wire, reason));
  }

  /** What stands beside the content, and Google's own word for an end that has no word of its own elsewhere. */
  #beside(wire: JsonRecord, reason: FinishReason | null): Extensions | null {
    const extensions = unknownFields(wire, CANDIDATE_FIELDS);
    const plain = reason === null || reason === 'stop' || reason === 'tool-calls' || reason === 'length';
    return plain ? extensions : { ...extensions, finishReason: wire['finishReason'] };
  }

  #part(wire: JsonRecord, choice: number, known: Candidate): void {
    const signature = typeof wire['thoughtSignature'] === 'string' ? wire['thoughtSignature'] : null;
    const text = typeof wire['text'] === 'string' ? wire['text'] : null;
    if (text !== null) {
      if (wire['thought'] === true) this.#think(text, signature, { choice, known });
      else this.#say(text, signature, { choice, known });
      return;
    }
    if (isRecord(wire['functionCall'])) {
      if (signature !== null) this.#prove(signature, { choice, known });
      this.#call(wire['functionCall'], choice, known);
      return;
    }
    if (Object.keys(wire).length === 0) return;
    this.#begin({ choice, known }, null);
    const media = wire['thought'] === true ? null : readMedia(wire, choice);
    if (media === null) this.#parts.push({ kind: 'opaque', choice, part: { kind: 'opaque', dialect: DIALECT, wire } });
    else {
      if (signature !== null) this.#prove(signature, { choice, known });
      this.#begin({ choice, known }, null);
      this.#parts.push(media);
    }
  }

  #begin({ choice, known }: Place, kind: Candidate['open']): void {
    if (kind !== null && known.open === kind) return;
    known.open = kind;
    this.#parts.push({ kind: 'part', choice });
  }

  #think(text: string, signature: string | null, place: Place): void {
    if (text === '' && signature === null) return;
    this.#begin(place, 'reasoning');
    this.#parts.push({ kind: 'reasoning', choice: place.choice, text, signature, redacted: null });
    if (signature !== null) place.known.open = null;
  }

  /** The proof of a text comes behind it: in a stream it comes with the last piece, or with an empty one. */
  #say(text: string, signature: string | null, place: Place): void {
    if (text !== '') {
      this.#begin(place, 'text');
      this.#parts.push({ kind: 'text', choice: place.choice, text });
      place.known.text += text;
    }
    if (signature !== null) this.#prove(signature, place);
  }

  #prove(signature: string, place: Place): void {
    this.#begin(place, null);
    this.#parts.push({ kind: 'reasoning', choice: place.choice, text: '', signature, redacted: null });
  }

  /** The Gemini API gives ids to calls since its third generation only. */
  #call({ id, name, args }: JsonRecord, choice: number, known: Candidate): void {
    const index = known.calls++;
    this.#begin({ choice, known }, null);
    const given = typeof id === 'string' && id !== '' ? id : this.#callId(choice, index);
    const call = { id: given, name: typeof name === 'string' ? name : '', custom: false };
    this.#parts.push({ kind: 'tool-call', choice, index, ...call });
    this.#parts.push({ kind: 'tool-input', choice, index, text: JSON.stringify(isRecord(args) ? args : {}) });
  }

  /** The same one however the answer is cut; what has no id itself cannot give one. */
  #callId(choice: number, index: number): string {
    if (this.#id === '') return surelyToolCallId('');
    const hash = createHash('sha256').update(`${this.#id} ${choice} ${index}`).digest('hex');
    return `call_${hash.slice(0, 24)}`;
  }

  #tell(choice: number | null, extensions: Extensions | null): void {
    if (extensions === null) return;
    const news: Record<string, unknown> = {};
    for (const name in extensions) {
      const key = `${choice ?? ''} ${name}`;
      const value = JSON.stringify(extensions[name]);
      if (this.#told.get(key) === value) continue;
      this.#told.set(key, value);
      news[name] = extensions[name];
    }
    if (Object.keys(news).length > 0) this.#parts.push({ kind: 'extensions', choice, extensions: news });
  }
}

interface Place {
  readonly choice: number;
  readonly known: Candidate;
}

/** Pictures and sound; `null` for what has no name elsewhere. */
function readMedia(wire: JsonRecord, choice: number): StreamPart | null {
  const blob = isRecord(wire['inlineData']) ? wire['inlineData'] : {};
  const { mimeType, data } = blob;
  if (typeof mimeType !== 'string' || typeof data !== 'string') return null;
  if (mimeType.startsWith('image/')) {
    const image = { kind: 'image', url: dataUrl(mimeType, data), fileId: null, detail: null } as const;
    return { kind: 'image', choice, image };
  }
  if (!mimeType.startsWith('audio/')) return null;
  const sound = { id: null, data, format: audioFormat(mimeType), transcript: null, expiresAt: null };
  return { kind: 'audio', choice, audio: { kind: 'audio', ...sound } };
}

/** `null` when there are none, as in most objects of a stream. */
function unknownFields(from: JsonRecord, known: ReadonlySet<string>): Extensions | null {
  let rest: Record<string, unknown> | null = null;
  for (const name in from) {
    if (known.has(name) || from[name] === null) continue;
    rest ??= {};
    rest[name] = from[name];
  }
  return rest;
}

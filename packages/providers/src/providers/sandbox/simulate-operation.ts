import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import { floatsToBase64 } from '../../operations/embeddings/vector-bytes.js';
import { answer, failure, type SandboxAnswer } from './sandbox-response.js';
import { tokensOf } from './sandbox-usage.js';
import { simulatedNearness, simulatedPicture, simulatedSpeech, simulatedVector } from './simulated-media.js';

type Simulate = (body: Buffer, document: JsonRecord, nowMs: number) => SandboxAnswer;

/** What the sandbox does that is no conversation, by path. */
const OPERATIONS: ReadonlyMap<string, { readonly model: string; readonly simulate: Simulate }> = new Map([
  ['/v1/embeddings', { model: 'sandbox/embedding', simulate: embed }],
  ['/v1/rerank', { model: 'sandbox/rerank', simulate: rerank }],
  ['/v1/moderations', { model: 'sandbox/moderation', simulate: moderate }],
  ['/v1/images/generations', { model: 'sandbox/image', simulate: paint }],
  ['/v1/audio/speech', { model: 'sandbox/speech', simulate: speak }],
  ['/v1/audio/transcriptions', { model: 'sandbox/transcription', simulate: transcribe }],
  ['/v1/audio/translations', { model: 'sandbox/transcription', simulate: transcribe }],
]);

export function isOperationPath(path: string): boolean {
  return OPERATIONS.has(path);
}

/** Simulates an operation: the same request has the same answer. */
export function simulateOperation(path: string, body: Buffer, nowMs: number): SandboxAnswer {
  const operation = OPERATIONS.get(path);
  if (operation === undefined) throw new Error(`${path} is no operation`);
  const isForm = path.includes('/trans');
  const document = isForm ? formFields(body) : parseJson(body.toString());
  if (!isRecord(document)) {
    return failure(400, { message: 'The body is not valid JSON.', param: null, code: null });
  }
  if (document['model'] !== operation.model) {
    const message = `The model \`${String(document['model'])}\` does not exist or you do not have access to it.`;
    return failure(404, { message, param: null, code: 'model_not_found' });
  }
  return operation.simulate(body, document, nowMs);
}

/** Its small fields only; what the files hold makes no difference. */
function formFields(body: Buffer): JsonRecord {
  const fields = body.toString('latin1').matchAll(/name="([\w[\]]+)"\r\n\r\n([^\r\n]{0,200})\r\n/g);
  return Object.fromEntries(Array.from(fields, ([, name = '', value = '']) => [name, value]));
}

function textsOf(input: unknown): readonly string[] {
  const list = Array.isArray(input) ? (input as readonly unknown[]) : [input];
  return list.map((item) => {
    if (typeof item === 'string') return item;
    return isRecord(item) && typeof item['text'] === 'string' ? item['text'] : JSON.stringify(item);
  });
}

function sumOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + tokensOf(text), 0);
}

function embed(_body: Buffer, { input, model, dimensions, encoding_format: format }: JsonRecord): SandboxAnswer {
  const texts = textsOf(input);
  const size = typeof dimensions === 'number' ? Math.min(Math.max(dimensions, 1), 4096) : undefined;
  const data = texts.map((text, index) => {
    const vector = simulatedVector(text, size);
    return { object: 'embedding', index, embedding: format === 'base64' ? floatsToBase64(vector) : vector };
  });
  const tokens = sumOf(texts);
  return answer(200, { object: 'list', model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } });
}

function rerank(_body: Buffer, { documents, query, model, top_n: top }: JsonRecord): SandboxAnswer {
  const texts = textsOf(documents);
  const results = texts
    .map((text, index) => ({ index, relevance_score: simulatedNearness(String(query), text) }))
    .sort((a, b) => b.relevance_score - a.relevance_score || a.index - b.index)
    .slice(0, typeof top === 'number' ? top : texts.length);
  const usage = { total_tokens: sumOf(texts) + texts.length * tokensOf(String(query)) };
  return answer(200, { model, results, usage });
}

/** Flags what asks for it, so that a client can be tried. */
function moderate(body: Buffer, { input, model }: JsonRecord): SandboxAnswer {
  const parts = Array.isArray(input) && isRecord((input as readonly unknown[])[0]);
  const texts = parts ? [textsOf(input).join('\n')] : textsOf(input);
  const results = texts.map((text) => {
    const flagged = /\bflag me\b/i.test(text);
    return { flagged, categories: { violence: flagged }, category_scores: { violence: flagged ? 0.99 : 0.01 } };
  });
  return answer(200, { id: `modr-sandbox-${body.length}`, model, results });
}

const TOKENS_PER_PICTURE = 272;

function paint(_body: Buffer, { prompt, n }: JsonRecord, nowMs: number): SandboxAnswer {
  const count = typeof n === 'number' ? Math.min(Math.max(n, 1), 10) : 1;
  const pictures = Array.from({ length: count }, (_, i) => simulatedPicture(`${String(prompt)} ${i}`));
  const input = tokensOf(String(prompt));
  const output = count * TOKENS_PER_PICTURE;
  return answer(200, {
    created: Math.floor(nowMs / 1000),
    data: pictures.map((picture) => ({ b64_json: picture.toString('base64') })),
    usage: {
      input_tokens: input,
      input_tokens_details: { text_tokens: input, image_tokens: 0 },
      output_tokens: output,
      total_tokens: input + output,
    },
  });
}

function speak(_body: Buffer, { input }: JsonRecord): SandboxAnswer {
  const sound = simulatedSpeech(String(input));
  return { kind: 'answer', status: 200, headers: { 'content-type': 'audio/wav' }, body: sound, delayMs: 0, cut: false };
}

const BYTES_PER_SECOND = 16_000;

function transcribe(body: Buffer): SandboxAnswer {
  const seconds = Math.max(1, Math.ceil(body.length / BYTES_PER_SECOND));
  const text = `This is a simulated transcript of ${seconds} seconds of sound.`;
  const usage = { type: 'duration', seconds };
  const segments = [{ id: 0, start: 0, end: seconds, text }];
  return answer(200, { text, language: 'english', duration: seconds, segments, usage });
}

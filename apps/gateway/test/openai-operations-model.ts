import type { ReceivedRequest, Script } from './fake-openai.js';
import { Refusal, sendFrames, sendJson } from './fake-vendor.js';
import { pixel } from './pixel.js';
import { pieces } from './stand-in-model.js';

type Json = Readonly<Record<string, unknown>>;

/** An endpoint of OpenAI's beside chat completions. */
export interface OpenAiEndpoint {
  readonly parameters: readonly string[];
  /** Where requests are forms, the field that brings the file; it has to be there. */
  readonly file?: string;
  readonly answer: Script;
}

export const IMAGE_USAGE = {
  input_tokens: 50,
  input_tokens_details: { text_tokens: 10, image_tokens: 40 },
  output_tokens: 272,
  total_tokens: 322,
};
export const TRANSCRIPT = 'Tolls are metered, priced and booked.';
export const TRANSCRIPT_USAGE = {
  type: 'tokens',
  input_tokens: 14,
  input_token_details: { text_tokens: 0, audio_tokens: 14 },
  output_tokens: 45,
  total_tokens: 59,
};
export const AUDIO = Buffer.from(Array.from({ length: 20_000 }, (_, i) => i % 251));

/** The fields of a form, in their order; files as `File`. */
export async function formOf({
  body,
  headers,
}: ReceivedRequest): Promise<readonly (readonly [string, string | File])[]> {
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) throw new Refusal(400, 'a form was expected');
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  return [...form.entries()];
}

/** The fields that are no files. */
async function fieldsOf(request: ReceivedRequest): Promise<Readonly<Record<string, string>>> {
  const fields = await formOf(request);
  return Object.fromEntries(fields.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

const completeText: Script = ({ json }, response) => {
  const base = { id: 'cmpl-fake', object: 'text_completion', created: 1_700_000_000, model: json['model'] };
  const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
  const choice = (text: string, finish: string | null): Json => ({
    text,
    index: 0,
    logprobs: null,
    finish_reason: finish,
  });
  const text = `You said: ${String(json['prompt'])}.`;
  if (json['stream'] !== true) return sendJson(response, { ...base, choices: [choice(text, 'stop')], usage });
  const frame = (fields: Json): string => `data: ${JSON.stringify({ ...base, ...fields })}\n\n`;
  const asked = (json['stream_options'] as Json | undefined)?.['include_usage'] === true;
  sendFrames(response, [
    ...pieces(text).map((piece) => frame({ choices: [choice(piece, null)] })),
    frame({ choices: [choice('', 'stop')] }),
    ...(asked ? [frame({ choices: [], usage })] : []),
    'data: [DONE]\n\n',
  ]);
};

const embed: Script = ({ json }, response) => {
  const { input, dimensions, encoding_format: format } = json;
  const inputs: readonly unknown[] = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input];
  if (inputs.length === 0 || inputs.includes('')) throw new Refusal(400, "'$.input' is invalid.");
  const numbers = Float32Array.from({ length: Number(dimensions ?? 6) }, (_, i) => 0.1 * (i + 1));
  const embedding = format === 'base64' ? Buffer.from(numbers.buffer).toString('base64') : [...numbers];
  const tokens = 4 * inputs.length;
  sendJson(response, {
    object: 'list',
    data: inputs.map((_, index) => ({ object: 'embedding', index, embedding })),
    model: json['model'],
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
};

const CATEGORIES = (
  'harassment harassment/threatening sexual hate hate/threatening illicit illicit/violent self-harm/intent ' +
  'self-harm/instructions self-harm sexual/minors violence violence/graphic'
).split(' ');

const moderate: Script = ({ json }, response) => {
  const { input } = json;
  const list: readonly unknown[] = Array.isArray(input) && typeof input[0] === 'string' ? input : [input];
  const of = <Value>(value: (name: string) => Value): Json =>
    Object.fromEntries(CATEGORIES.map((name) => [name, value(name)]));
  const results = list.map((item) => {
    const bad = JSON.stringify(item).includes('violence');
    return {
      flagged: bad,
      categories: of((name) => bad && name === 'violence'),
      category_scores: of((name) => (bad && name === 'violence' ? 0.9 : 0.01)),
      category_applied_input_types: of(() => ['text']),
    };
  });
  sendJson(response, { id: 'modr-fake', model: json['model'], results });
};

function picture(streamed: boolean, type: string, response: Parameters<Script>[1]): void {
  const about = { size: '1024x1024', quality: 'low', background: 'opaque', output_format: 'png' };
  if (!streamed) {
    return sendJson(response, { created: 1_700_000_000, ...about, data: [{ b64_json: pixel }], usage: IMAGE_USAGE });
  }
  const frame = (kind: string, fields: Json): string => {
    const event = `${type}.${kind}`;
    const data = { type: event, b64_json: pixel, created_at: 1_700_000_000, ...about, ...fields };
    return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  };
  sendFrames(response, [
    frame('partial_image', { partial_image_index: 0 }),
    frame('completed', { usage: IMAGE_USAGE }),
  ]);
}

const draw: Script = ({ json }, response) => {
  if (String(json['model']).startsWith('dall-e')) {
    const item =
      json['response_format'] === 'b64_json' ? { b64_json: pixel } : { url: 'https://example.com/picture.png' };
    const data = Array.from({ length: Number(json['n'] ?? 1) }, () => ({ ...item, revised_prompt: 'A pelican.' }));
    return sendJson(response, { created: 1_700_000_000, data });
  }
  if (json['response_format'] !== undefined) throw new Refusal(400, "Unknown parameter: 'response_format'.");
  picture(json['stream'] === true, 'image_generation', response);
};

const edit: Script = async (request, response) =>
  picture((await fieldsOf(request))['stream'] === 'true', 'image_edit', response);

const speak: Script = async ({ json }, response) => {
  const usage = { input_tokens: 14, output_tokens: 101, total_tokens: 115 };
  if (json['stream_format'] === 'sse') {
    if (String(json['model']).startsWith('tts-1')) throw new Refusal(400, 'sse is not supported for this model');
    const cut = [AUDIO.subarray(0, 7_000), AUDIO.subarray(7_000)];
    const frame = (data: Json): string => `data: ${JSON.stringify(data)}\n\n`;
    return sendFrames(response, [
      ...cut.map((audio) => frame({ type: 'speech.audio.delta', audio: audio.toString('base64') })),
      frame({ type: 'speech.audio.done', usage }),
    ]);
  }
  response.writeHead(200, { 'content-type': 'audio/mpeg' });
  for (let at = 0; at < AUDIO.length; at += 5_000) {
    response.write(AUDIO.subarray(at, at + 5_000));
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  response.end();
};

const transcribe: Script = async (request, response) => {
  const fields = await fieldsOf(request);
  const { model = '' } = fields;
  const format = fields['response_format'] ?? 'json';
  const whisper = model === 'whisper-1';
  const task = request.path.endsWith('translations') ? 'translate' : 'transcribe';
  if (!whisper && format !== 'json' && format !== 'text')
    throw new Refusal(400, `response_format '${format}' is not compatible with model '${model}'.`);
  if (fields['stream'] === 'true') {
    if (whisper) throw new Refusal(400, 'streaming is not supported for this model');
    const frame = (data: Json): string => `data: ${JSON.stringify(data)}\n\n`;
    return sendFrames(response, [
      ...pieces(TRANSCRIPT).map((delta) => frame({ type: 'transcript.text.delta', delta, logprobs: [] })),
      frame({ type: 'transcript.text.done', text: TRANSCRIPT, logprobs: [], usage: TRANSCRIPT_USAGE }),
    ]);
  }
  const usage = whisper ? { type: 'duration', seconds: 3 } : TRANSCRIPT_USAGE;
  const plain = (text: string): void => {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(text);
  };
  switch (format) {
    case 'text':
      return plain(`${TRANSCRIPT}\n`);
    case 'srt':
      return plain(`1\n00:00:00,000 --> 00:00:02,500\n${TRANSCRIPT}\n\n`);
    case 'vtt':
      return plain(`WEBVTT\n\n00:00:00.000 --> 00:00:02.500\n${TRANSCRIPT}\n\n`);
    case 'verbose_json': {
      const at = { id: 0, seek: 0, start: 0, end: 2.5, tokens: [1], temperature: 0, avg_logprob: -0.2 };
      const segments = [{ ...at, text: TRANSCRIPT, compression_ratio: 1, no_speech_prob: 0 }];
      return sendJson(response, { task, language: 'english', duration: 2.5, text: TRANSCRIPT, segments, usage });
    }
    default:
      return sendJson(response, { text: TRANSCRIPT, usage });
  }
};

const words = (text: string): readonly string[] => text.split(' ');
const IMAGE = 'prompt model n size quality user background output_format output_compression stream partial_images';
const SOUND = 'file model prompt response_format temperature';

export const OPENAI_OPERATIONS: Readonly<Record<string, OpenAiEndpoint>> = {
  '/v1/completions': {
    parameters: words(
      'model prompt best_of echo frequency_penalty logit_bias logprobs max_tokens n presence_penalty seed stop stream stream_options suffix temperature top_p user',
    ),
    answer: completeText,
  },
  '/v1/embeddings': { parameters: words('model input dimensions encoding_format user'), answer: embed },
  '/v1/moderations': { parameters: words('model input'), answer: moderate },
  '/v1/images/generations': { parameters: words(`${IMAGE} response_format style moderation`), answer: draw },
  '/v1/images/edits': {
    parameters: words(`${IMAGE} image image[] mask input_fidelity response_format`),
    file: 'image',
    answer: edit,
  },
  '/v1/audio/speech': {
    parameters: words('model input voice instructions response_format speed stream_format'),
    answer: speak,
  },
  '/v1/audio/transcriptions': {
    parameters: words(`${SOUND} language timestamp_granularities[] include[] chunking_strategy stream`),
    file: 'file',
    answer: transcribe,
  },
  '/v1/audio/translations': { parameters: words(SOUND), file: 'file', answer: transcribe },
};

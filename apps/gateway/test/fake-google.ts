import type { ReceivedRequest } from './fake-openai.js';
import { FakeVendor, httpServer, Refusal, sendFrames, sendJson, unknownName } from './fake-vendor.js';
import { checkGoogle, type Content, proofOf } from './google-rules.js';
import { pieces, type Said, say } from './stand-in-model.js';

type Json = Readonly<Record<string, unknown>>;

const GOOGLE_USAGE = {
  promptTokenCount: 1200,
  cachedContentTokenCount: 1000,
  candidatesTokenCount: 40,
  thoughtsTokenCount: 60,
  totalTokenCount: 1300,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 1200 }],
  cacheTokensDetails: [{ modality: 'TEXT', tokenCount: 1000 }],
};

const MODELS = ['gemini-2.5-flash', 'gemini-3-pro-preview', 'gemini-embedding-001'];

/** Stands for the Gemini API. */
export class FakeGoogle extends FakeVendor {
  static async start(apiKey = 'AIzaFake0123456789abcdefghijklmnopqrstu'): Promise<FakeGoogle> {
    const fake = new FakeGoogle(httpServer(), apiKey);
    return fake.listen({
      isAuthorized: ({ headers, url }) => headers['x-goog-api-key'] === apiKey && !/[?&]key=/.test(url ?? ''),
      refuse(response, status, message) {
        // a wrong key is an invalid argument here
        sendJson(response, errorBody(status === 401 ? 400 : status, message), status === 401 ? 400 : status);
      },
      answer: (received, response, method) => {
        const [path = '', query = ''] = received.path.split('?');
        if (method === 'GET' && path === '/v1beta/models') return sendJson(response, { models: MODELS.map(listed) });
        const [, model = '', action] = /^\/v1beta\/models\/([^/:]+):(\w+)$/.exec(decodeURIComponent(path)) ?? [];
        if (method !== 'POST' || action === undefined) throw new Refusal(404, `Not found: ${path}`);
        if (!MODELS.includes(model)) throw new Refusal(404, `models/${model} is not found for API version v1beta.`);
        const { json } = received;
        switch (action) {
          case 'generateContent':
            checkGoogle(json, model);
            return sendJson(response, { ...answerOf(json), ...headOf(model) });
          case 'streamGenerateContent':
            if (query !== 'alt=sse') throw new Refusal(400, 'the gateway reads events only');
            checkGoogle(json, model);
            return sendFrames(response, googleFrames(received));
          case 'countTokens':
            return sendJson(response, {
              totalTokens: 2_095,
              promptTokensDetails: [{ modality: 'TEXT', tokenCount: 2_095 }],
            });
          case 'batchEmbedContents':
            return sendJson(response, { embeddings: embeddingsOf(json, model) });
          default:
            throw new Refusal(404, `Not found: ${path}`);
        }
      },
    });
  }

  private constructor(
    server: ReturnType<typeof httpServer>,
    readonly apiKey: string,
  ) {
    super(server);
  }

  get baseUrl(): string {
    return `${this.origin}/v1beta`;
  }
}

function errorBody(code: number, message: string): Json {
  const status = code === 404 ? 'NOT_FOUND' : code === 429 ? 'RESOURCE_EXHAUSTED' : 'INVALID_ARGUMENT';
  return { error: { code, message, status } };
}

function listed(name: string): Json {
  return { name: `models/${name}`, supportedGenerationMethods: ['generateContent', 'countTokens', 'embedContent'] };
}

function headOf(model: string): Json {
  return { modelVersion: model, responseId: 'fake_-google' };
}

function askedOf({ contents, tools, toolConfig }: Json): Parameters<typeof say>[0] {
  const turns = contents as readonly Content[];
  const turn = turns.slice(turns.findLastIndex(({ role }) => role === 'model') + 1).flatMap(({ parts }) => parts);
  const declared = ((tools ?? []) as readonly Json[]).flatMap(
    (tool) => (tool['functionDeclarations'] ?? []) as readonly Json[],
  );
  const config = (toolConfig as Json | undefined)?.['functionCallingConfig'] as Json | undefined;
  return {
    text: turn
      .flatMap((part) => (typeof part['text'] === 'string' ? [part['text']] : []))
      .join(' ')
      .trim(),
    results: turn.flatMap((part) => resultOf(part['functionResponse'] as Json | undefined)),
    tools: declared.map(({ name }) => String(name)),
    mayCall: config?.['mode'] !== 'NONE',
    images: turn.filter((part) => part['inlineData'] !== undefined || part['fileData'] !== undefined).length,
  };
}

function resultOf(functionResponse: Json | undefined): readonly string[] {
  if (functionResponse === undefined) return [];
  const values = Object.values(functionResponse['response'] as Json);
  return [values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ')];
}

let calls = 0;

/** Thoughts only when they are to be included; a proof stands on the first call, or on the text's last part. */
function partsOf(json: Json): readonly Json[] {
  const config = json['generationConfig'] as Json | undefined;
  const asked = askedOf(json);
  const said: Said = say(asked);
  const includes = ((config?.['thinkingConfig'] ?? {}) as Json)['includeThoughts'] === true;
  const thought = includes ? [{ text: said.thought, thought: true }] : [];
  const text = config?.['responseMimeType'] === 'application/json' ? '{"value":"Paris"}' : said.text;
  const thoughtSignature = proofOf(said.thought);
  if (said.calls.length === 0) return [...thought, { text, thoughtSignature }];
  const called = said.calls.map(({ name, input }, i) => ({
    functionCall: { ...(++calls % 2 === 0 && { id: `fc_${calls}` }), name, args: input },
    ...(i === 0 && { thoughtSignature }),
  }));
  return [...thought, { text }, ...called];
}

function answerOf(json: Json): Json {
  const candidate = { content: { parts: partsOf(json), role: 'model' }, finishReason: 'STOP', index: 0 };
  return { candidates: [candidate], usageMetadata: GOOGLE_USAGE };
}

/** Texts come in pieces, calls whole, usage cumulative on every object; there is no final event. */
export function googleFrames({ json, path }: ReceivedRequest): readonly string[] {
  const model = /models\/([^:]+):/.exec(path)?.[1] ?? '';
  const split = partsOf(json).flatMap((part): readonly Json[] => {
    const { text, thoughtSignature, ...rest } = part;
    if (typeof text !== 'string') return [part];
    const cut: Json[] = pieces(text).map((piece) => ({ text: piece, ...rest }));
    return thoughtSignature === undefined ? cut : [...cut, { text: '', thoughtSignature }];
  });
  return split.map((part, i) => {
    const last = i === split.length - 1;
    const { promptTokenCount } = GOOGLE_USAGE;
    const usageMetadata = last ? GOOGLE_USAGE : { promptTokenCount, totalTokenCount: promptTokenCount };
    const candidate = { content: { parts: [part], role: 'model' }, ...(last && { finishReason: 'STOP' }), index: 0 };
    return `data: ${JSON.stringify({ candidates: [candidate], usageMetadata, ...headOf(model) })}\r\n\r\n`;
  });
}

function embeddingsOf({ requests }: Json, model: string): readonly Json[] {
  const list = requests as readonly Json[];
  if (!Array.isArray(requests) || list.length === 0 || list.length > 100) throw new Refusal(400, 'requests: 1 to 100');
  return list.map((request) => {
    const unknown = unknownName(request, ['model', 'content', 'taskType', 'title', 'outputDimensionality']);
    if (unknown !== undefined) throw new Refusal(400, `Unknown name "${unknown}"`);
    if (request['model'] !== `models/${model}`)
      throw new Refusal(400, 'the model of each request is that of the address');
    const size = Number(request['outputDimensionality'] ?? 4);
    return { values: Array.from({ length: size }, (_, i) => Math.fround(0.1 * (i + 1))) };
  });
}

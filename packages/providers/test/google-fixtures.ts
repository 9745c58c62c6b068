/**
 * Answers as Google publishes their format (ai.google.dev/api/generate-content), each whole and as the stream that it would
 * come in.
 */
export interface GoogleFixture {
  readonly name: string;
  readonly answer: Record<string, unknown>;
  readonly sse: string;
}

type Wire = Record<string, unknown>;

const TEXT: Wire = { text: 'Grüße aus dem Süden 🌞, sagte sie — "ja".' };
const THOUGHT: Wire = { text: '**Plan**\n\nFirst …', thought: true };
const USAGE = {
  promptTokenCount: 1200,
  cachedContentTokenCount: 1000,
  candidatesTokenCount: 40,
  thoughtsTokenCount: 60,
  totalTokenCount: 1300,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 1200 }],
  cacheTokensDetails: [{ modality: 'TEXT', tokenCount: 1000 }],
};
const GROUNDING = {
  webSearchQueries: ['pelicans', 'pelican size', '', 'pelicans'],
  searchEntryPoint: { renderedContent: '<div></div>' },
  groundingChunks: [{ web: { uri: 'https://example.com/p', title: 'Pelicans' } }],
  groundingSupports: [{ segment: { startIndex: 7, endIndex: 21, text: 'Pelicans fish.' }, groundingChunkIndices: [0] }],
};

interface Made {
  readonly parts: readonly Wire[];
  readonly candidate?: Wire;
  readonly usage?: Wire;
  readonly more?: Wire;
}

function fixture(name: string, { parts, candidate = {}, usage = USAGE, more = {} }: Made): GoogleFixture {
  const head = { modelVersion: 'gemini-3-pro-preview', responseId: 'abc_-123', ...more };
  const end = { finishReason: 'STOP', index: 0, ...candidate };
  const answer = { candidates: [{ content: { parts, role: 'model' }, ...end }], usageMetadata: usage, ...head };
  return { name, answer, sse: streamed(parts, end, { usage, head }) };
}

function streamed(parts: readonly Wire[], end: Wire, { usage, head }: { usage: Wire; head: Wire }): string {
  const pieces = parts.flatMap(split);
  return pieces
    .map((part, i) => {
      const last = i === pieces.length - 1;
      const candidate = { content: { parts: [part], role: 'model' }, ...(last ? end : { index: 0 }) };
      const counted = { promptTokenCount: usage['promptTokenCount'], totalTokenCount: usage['promptTokenCount'] };
      return `data: ${JSON.stringify({ candidates: [candidate], usageMetadata: last ? usage : counted, ...head })}\r\n\r\n`;
    })
    .join('');
}

/** Texts come in pieces, the proof with the last of them; everything else comes whole. */
function split(part: Wire): readonly Wire[] {
  const { text, thoughtSignature, ...rest } = part;
  if (typeof text !== 'string') return [part];
  const pieces: Wire[] = (text.match(/[^]{1,9}/gu) ?? []).map((piece) => ({ text: piece, ...rest }));
  return thoughtSignature === undefined ? pieces : [...pieces, { text: '', thoughtSignature }];
}

const call = (name: string, args: Wire, more: Wire = {}): Wire => ({ functionCall: { name, args }, ...more });
const PNG = { mimeType: 'image/png', data: 'iVBORw0KGgo=' };

export const GOOGLE_FIXTURES: readonly GoogleFixture[] = [
  fixture('text', { parts: [TEXT] }),
  fixture('thoughts, and a text with its proof', {
    parts: [THOUGHT, { ...TEXT, thoughtSignature: 'CiQBjz1rX+z7/A==' }],
  }),
  fixture('parallel calls, the first with a proof', {
    parts: [
      THOUGHT,
      call('get_weather', { city: 'Köln', days: [1, 2] }, { thoughtSignature: 'EqQB+/==' }),
      call('get_weather', { city: 'Rom' }),
      call('get_time', {}),
    ],
  }),
  fixture('a call with an id behind a text', {
    parts: [TEXT, { functionCall: { id: 'fc-1', name: 'f', args: { a: null } } }],
  }),
  fixture('a picture', {
    parts: [{ text: 'Here:' }, { inlineData: PNG, thoughtSignature: 'SIG' }],
    usage: {
      promptTokenCount: 10,
      candidatesTokenCount: 1300,
      totalTokenCount: 1310,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 10 }],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
    },
  }),
  fixture('speech for sound', {
    parts: [{ inlineData: { mimeType: 'audio/L16;codec=pcm;rate=24000', data: 'AAAA' } }],
    usage: {
      promptTokenCount: 110,
      candidatesTokenCount: 25,
      totalTokenCount: 135,
      cachedContentTokenCount: 50,
      cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 30 }],
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 30 },
        { modality: 'AUDIO', tokenCount: 80 },
      ],
      candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 25 }],
    },
  }),
  fixture('code that was run', {
    parts: [
      { text: 'Let me see.' },
      { executableCode: { language: 'PYTHON', code: 'print(6*7)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '42\n' } },
      { text: 'It is 42.' },
    ],
    usage: {
      promptTokenCount: 10,
      toolUsePromptTokenCount: 90,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 5,
      totalTokenCount: 125,
      serviceTier: 'flex',
    },
  }),
  fixture('a search', {
    parts: [{ text: 'Grüß! Pelicans fish.' }],
    candidate: { groundingMetadata: GROUNDING, safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT' }] },
  }),
  fixture('too long', { parts: [TEXT], candidate: { finishReason: 'MAX_TOKENS' } }),
  fixture('recited', { parts: [TEXT], candidate: { finishReason: 'RECITATION', finishMessage: 'no' } }),
  fixture('a call that is none', {
    parts: [{ text: 'x' }],
    candidate: { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'Malformed function call: f(' },
  }),
];

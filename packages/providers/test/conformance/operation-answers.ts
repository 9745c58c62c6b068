import type { OperationKind } from '../../src/operations/registry.js';

interface Asked {
  readonly kind: OperationKind;
  readonly feature: string;
  /** What the provider was sent: servers answer by it. */
  readonly built: object;
}

const FLOATS = [0.5, 0.25];
const BASE64 = Buffer.from(Float32Array.from(FLOATS).buffer).toString('base64');
const SOUND_USAGE = {
  type: 'tokens',
  input_tokens: 3,
  input_token_details: { text_tokens: 0, audio_tokens: 3 },
  output_tokens: 2,
  total_tokens: 5,
};

/** What the vendor of an operation's format answers, as it is published; `null` for formats of which nothing is written here. */
export function operationAnswer(operation: string, asked: Asked): Buffer | null {
  const { kind, feature, built } = asked;
  const sent = JSON.stringify(built);
  const texts = feature === 'batch' ? 2 : 1;
  const each = <Value>(value: Value): Value[] => Array.from({ length: texts }, () => value);
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  switch (operation) {
    case 'openai-embeddings': {
      const embedding = /"(?:encoding_format|embedding_type)":"base64"/.test(sent) ? BASE64 : FLOATS;
      const data = each(embedding).map((vector, index) => ({ object: 'embedding', index, embedding: vector }));
      return json({ object: 'list', data, model: 'm', usage: { prompt_tokens: 3, total_tokens: 3 } });
    }
    case 'cohere-embed':
    case 'bedrock-cohere-embed': {
      const type = sent.includes('base64') ? 'base64' : 'float';
      const meta = { billed_units: { input_tokens: 3 } };
      return json({ id: 'e', embeddings: { [type]: each(type === 'base64' ? BASE64 : FLOATS) }, meta });
    }
    case 'gemini-embed':
      return json({ embeddings: each({ values: FLOATS }) });
    case 'vertex-embed':
      return json({
        predictions: each({ embeddings: { values: FLOATS, statistics: { token_count: 3, truncated: false } } }),
      });
    case 'bedrock-titan-embed':
      return json({ embedding: FLOATS, inputTextTokenCount: 3 });
    case 'rerank': {
      const results = [
        { index: 1, relevance_score: 0.9 },
        { index: 0, relevance_score: 0.1 },
      ];
      return json({ id: 'r', results, meta: { billed_units: { search_units: 1 } } });
    }
    case 'openai-images':
    case 'openai-image-edits':
      return json({ created: 1, data: [{ b64_json: 'UE5H' }] });
    case 'imagen':
      return json({ predictions: [{ bytesBase64Encoded: 'UE5H', mimeType: 'image/png' }] });
    case 'openai-speech':
      return Buffer.from('sound');
    case 'openai-transcription': {
      const text = 'Tolls.';
      if (feature === 'text' && sent.includes('"value":"text"')) return Buffer.from(`${text}\n`);
      if (feature === 'subtitles' && sent.includes('"value":"srt"'))
        return Buffer.from(`1\n00:00:00,000 --> 00:00:01,000\n${text}\n\n`);
      const segments = [{ id: 0, start: 0, end: 1, text }];
      return json({
        text,
        ...(feature === 'subtitles' && { segments, duration: 1, language: 'en' }),
        usage: SOUND_USAGE,
      });
    }
    case 'openai-moderations': {
      const results = [{ flagged: true, categories: { violence: true }, category_scores: { violence: 0.9 } }];
      return json({
        id: 'modr',
        model: 'm',
        results,
        ...(kind === 'moderations' && { usage: { prompt_tokens: 2, total_tokens: 2 } }),
      });
    }
    default:
      return null;
  }
}

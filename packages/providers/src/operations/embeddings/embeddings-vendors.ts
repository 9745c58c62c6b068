/** A field for what vectors are for, and the vendor's words for the two purposes that all have. */
interface InputTypeField {
  readonly field: string;
  readonly query: string;
  readonly document: string;
  /** It refuses requests that do not say. Who does not say fills an index more often than asking it. */
  readonly required?: true;
}

/** How a vendor's embeddings differ from OpenAI's, whose format they speak. `null`: it cannot be told. */
export interface EmbeddingsVendor {
  readonly dimensions: string | null;
  /** The field for `encoding`, and whether the plain word `float` may stand in it. */
  readonly encoding: { readonly field: string; readonly saysFloat: boolean } | null;
  readonly outputType: string | null;
  /** The field for what the vectors are for. */
  readonly inputType: InputTypeField | null;
  readonly endUser: boolean;
  /** Whether inputs may be tokens. */
  readonly tokens: boolean;
  /** The most inputs of one request; `null` where none is published. */
  readonly maxInputs: number | null;
  /** Fields of its own that clients may send. */
  readonly own: readonly string[];
  /** OpenAI's own bytes mean the same to it. */
  readonly passesThrough: boolean;
}

const OPENAI: EmbeddingsVendor = {
  dimensions: 'dimensions',
  encoding: { field: 'encoding_format', saysFloat: true },
  outputType: null,
  inputType: null,
  endUser: true,
  tokens: true,
  maxInputs: 2048,
  own: [],
  passesThrough: true,
};

/** OpenAI's format, of which only what all servers know is used: base64 is made here. */
const PLAIN: EmbeddingsVendor = { ...OPENAI, encoding: null, endUser: false, passesThrough: false };
const TEXTS: EmbeddingsVendor = { ...PLAIN, tokens: false, maxInputs: null };

/**
 * From the vendors' references of `POST /v1/embeddings` (2026). Where a vendor does not document base64, floats are asked
 * for, and base64 is made of them here: that is exact, because their floats are of 32 bits. The limits of Zhipu and
 * Cloudflare, and what SambaNova, Cloudflare and OpenRouter are told, were not proven by requests.
 */
export const EMBEDDINGS_VENDORS = {
  openai: OPENAI,
  azure: OPENAI,
  mistral: {
    ...OPENAI,
    dimensions: 'output_dimension',
    outputType: 'output_dtype',
    endUser: false,
    tokens: false,
    maxInputs: null,
    own: ['metadata'],
    passesThrough: false,
  },
  voyage: {
    ...TEXTS,
    dimensions: 'output_dimension',
    encoding: { field: 'encoding_format', saysFloat: false },
    outputType: 'output_dtype',
    inputType: { field: 'input_type', query: 'query', document: 'document' },
    maxInputs: 1000,
    own: ['truncation'],
  },
  jina: {
    ...TEXTS,
    encoding: { field: 'embedding_type', saysFloat: true },
    inputType: { field: 'task', query: 'retrieval.query', document: 'retrieval.passage' },
    maxInputs: 2048,
    own: ['normalized', 'late_chunking', 'truncate', 'embedding_type'],
  },
  nvidia: {
    ...TEXTS,
    encoding: { field: 'encoding_format', saysFloat: true },
    inputType: { field: 'input_type', query: 'query', document: 'passage', required: true },
    own: ['truncate', 'modality'],
  },
  together: { ...TEXTS, dimensions: null },
  fireworks: { ...TEXTS, own: ['prompt_template', 'return_logits', 'normalize'] },
  deepinfra: { ...TEXTS, maxInputs: 1024, own: ['service_tier', 'normalize'] },
  nebius: { ...TEXTS },
  dashscope: { ...TEXTS, encoding: { field: 'encoding_format', saysFloat: true }, maxInputs: 10 },
  /** Versions 1 and 2 of DashScope's embeddings. */
  'dashscope-older': { ...TEXTS, dimensions: null, maxInputs: 25 },
  zhipu: { ...TEXTS, maxInputs: 64 },
  sambanova: { ...TEXTS, dimensions: null },
  cloudflare: { ...TEXTS, dimensions: null, maxInputs: 100 },
  openrouter: { ...TEXTS, inputType: { field: 'input_type', query: 'search_query', document: 'search_document' } },
  ollama: { ...TEXTS, own: ['truncate', 'keep_alive', 'options'] },
  vllm: {
    ...OPENAI,
    maxInputs: null,
    own: ['truncate_prompt_tokens', 'add_special_tokens', 'priority', 'normalize', 'embed_dtype', 'endianness'],
  },
  'llama.cpp': { ...PLAIN, dimensions: null, maxInputs: null },
  'lm-studio': { ...TEXTS, dimensions: null },
  compatible: { ...PLAIN, maxInputs: null },
} as const satisfies Readonly<Record<string, EmbeddingsVendor>>;

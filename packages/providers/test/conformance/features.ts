/** What a conversation can ask for and get, in the order of the page. */
export const CONVERSATION_FEATURES = [
  'text',
  'stream',
  'tools',
  'parallel tools',
  'tool results',
  'structured output',
  'images in',
  'audio in',
  'PDF in',
  'reasoning asked',
  'reasoning shown',
  'reasoning carried back',
  'stop reasons',
  'usage',
  'cache tokens',
  'error 400',
  'error 401',
  'error 403',
  'error 404',
  'error 408',
  'error 413',
  'error 429 and Retry-After',
  'error 500',
  'error 503',
  'error 529',
  'content filter',
  'context overflow',
] as const;
export type ConversationFeature = (typeof CONVERSATION_FEATURES)[number];

export const OPERATION_FEATURES = {
  embeddings: ['floats', 'base64', 'dimensions', 'batch', 'usage', 'errors'],
  rerank: ['version 1', 'version 2', 'documents returned', 'usage', 'errors'],
  images: ['picture', 'usage', 'errors'],
  imageEdits: ['picture', 'usage', 'errors'],
  speech: ['bytes', 'usage', 'errors'],
  transcription: ['json', 'text', 'subtitles', 'usage', 'errors'],
  translation: ['json', 'text', 'subtitles', 'usage', 'errors'],
  moderations: ['result', 'usage', 'errors'],
} as const;

/**
 * `proven`: a test passed in every client dialect. `part`: in those that `clients` names, and in no other. `refused`: the
 * target cannot be told, and the client is told so by the name of its parameter. `not proven`: no test passed.
 */
export interface Cell {
  readonly status: 'proven' | 'part' | 'refused' | 'not proven';
  /** A recorded exchange of that very provider passed as well. */
  readonly recorded: boolean;
  readonly clients?: readonly string[];
  /** Where it is `part`: the target cannot be told what all other clients ask for, and they are told so. */
  readonly othersRefused?: true;
}

export interface Row {
  readonly provider: string;
  /** Dialect of the provider, or operation. */
  readonly endpoint: string;
  /** By whose name the declaration was asked what the model takes. */
  readonly model: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

export const NOT_PROVEN: Cell = { status: 'not proven', recorded: false };

/** What of each client came to: `null` where it failed or does not apply. */
export function cellOf(results: ReadonlyMap<string, 'proven' | 'refused' | null>, recorded: boolean): Cell {
  const of = (wanted: string): string[] =>
    [...results].flatMap(([client, result]) => (result === wanted ? [client] : []));
  const [proven, refused] = [of('proven'), of('refused')];
  if (results.size > 0 && proven.length === results.size) return { status: 'proven', recorded };
  if (results.size > 0 && refused.length === results.size) return { status: 'refused', recorded };
  if (proven.length === 0) return { status: 'not proven', recorded };
  const othersRefused = proven.length + refused.length === results.size;
  return { status: 'part', recorded, clients: proven, ...(othersRefused && { othersRefused }) };
}

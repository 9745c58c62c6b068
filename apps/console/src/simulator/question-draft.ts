import type { RequestOf } from '../api/call-operation.js';
import { type ConstraintFields, constraintsOf, NO_CONSTRAINTS } from '../routing/constraint-draft.js';
import type { UrlState } from '../url/use-url-state.js';

export const SURFACES = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'google-generate',
  'openai-embeddings',
  'rerank-v2',
  'openai-images',
  'openai-speech',
  'openai-transcription',
  'openai-moderations',
] as const;

/** The request that is asked about, as it is filled in. */
export interface QuestionFields {
  readonly model: string;
  /** Empty: a key that may use everything. */
  readonly key: string;
  readonly surface: string;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly tags: string[];
  readonly constraints: ConstraintFields;
}

const COMMA = ',';
const listOf = (text: string | null): string[] => (text ?? '').split(COMMA).filter((each) => each !== '');

/** The question stands in the address: it can be sent to a colleague. */
export function questionIn({ get }: Pick<UrlState, 'get'>): QuestionFields {
  return {
    model: get('model') ?? '',
    key: get('key') ?? '',
    surface: get('surface') ?? SURFACES[0],
    inputTokens: get('input') ?? '1000',
    outputTokens: get('output') ?? '500',
    tags: listOf(get('tags')),
    constraints: {
      ...NO_CONSTRAINTS,
      providers: listOf(get('providers')),
      regions: listOf(get('regions')),
      localOnly: get('local') === 'true',
      maxInputPrice: get('maxInput') ?? '',
      maxOutputPrice: get('maxOutput') ?? '',
    },
  };
}

export function addressOf({ constraints, ...fields }: QuestionFields): Readonly<Record<string, string | null>> {
  return {
    model: fields.model,
    key: fields.key,
    surface: fields.surface,
    input: fields.inputTokens,
    output: fields.outputTokens,
    tags: fields.tags.join(COMMA),
    providers: constraints.providers.join(COMMA),
    regions: constraints.regions.join(COMMA),
    local: constraints.localOnly ? 'true' : null,
    maxInput: constraints.maxInputPrice,
    maxOutput: constraints.maxOutputPrice,
  };
}

export function bodyOf(fields: QuestionFields, organizationId: string): RequestOf<'simulateRoute'>['body'] {
  return {
    organizationId,
    apiKeyId: fields.key === '' ? null : fields.key,
    model: fields.model,
    surface: fields.surface,
    inputTokens: Number(fields.inputTokens),
    outputTokens: Number(fields.outputTokens),
    tags: fields.tags,
    constraints: constraintsOf(fields.constraints),
  };
}

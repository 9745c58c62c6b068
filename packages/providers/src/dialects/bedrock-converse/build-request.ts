import { isHarmless } from '../../harmless-extensions.js';
import { loseExtensions } from '../../extension-losses.js';
import type { Conversation } from '../../conversation.js';
import type { BuiltRequest } from '../../dialect.js';
import { Losses, type LeavingOut } from '../../inexpressible.js';
import { isRecord, type JsonRecord, withoutEmpty } from '../../json.js';
import { type ParameterName, PARAMETER_NAMES } from '../../parameter-names.js';
import type { TargetModel } from '../../target-model.js';
import { constrainedSchema } from '../anthropic-messages/constrained-schema.js';
import { buildMessages } from './build-messages.js';
import { buildThinking } from './build-thinking.js';
import { buildTools, forcesTool } from './build-tools.js';
import { CachePoints } from './cache-points.js';
import { type ModelFamily, modelFamily } from './model-family.js';

/** Where nothing is known of the model: every model writes so much. */
const DEFAULT_MAX_TOKENS = 4096;
/** Fields of Converse that clients of other dialects may send by their own name; each changes nothing of the price. */
const OWN_FIELDS = new Set(['guardrailConfig', 'additionalModelRequestFields', 'requestMetadata', 'promptVariables']);
/** What the maker of a model calls the number of tokens to choose among. */
const TOP_K: Readonly<Partial<Record<ModelFamily, (k: number) => JsonRecord>>> = {
  claude: (k) => ({ top_k: k }),
  nova: (k) => ({ inferenceConfig: { topK: k } }),
  mistral: (k) => ({ top_k: k }),
  cohere: (k) => ({ k }),
};
/** OpenAI's words for tiers in AWS's; who says `auto` is not asked for one. */
const SERVICE_TIERS: Readonly<Record<string, string>> = {
  default: 'default',
  standard: 'default',
  standard_only: 'default',
  flex: 'flex',
  priority: 'priority',
};
/** Source: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, requestMetadata. */
const METADATA_TEXT = /^[a-zA-Z0-9\s:_@$#=/+,\-.]{0,256}$/;
const MAX_METADATA = 16;

/** Writes a conversation as a request of Converse; its model and whether it streams stand in the address. */
export function buildRequest(conversation: Conversation, target: TargetModel): BuiltRequest {
  const losses = new Losses();
  const body = new RequestWriter(conversation, target, losses).write();
  return { body, inexpressible: losses.list() };
}

class RequestWriter {
  readonly #family: ModelFamily;
  readonly #own: JsonRecord;

  constructor(
    private readonly conversation: Conversation,
    private readonly target: TargetModel,
    private readonly losses: Losses,
  ) {
    this.#family = modelFamily(conversation.model);
    this.#own = this.#ownFields();
  }

  write(): JsonRecord {
    const { conversation, target, losses } = this;
    const points = new CachePoints(target, losses);
    const options = { dialect: conversation.dialect, family: this.#family, target, points, losses };
    const toolConfig = buildTools(conversation, options);
    const { system, messages } = buildMessages(conversation, options);
    points.keepAllowed();
    const forced = toolConfig !== null && forcesTool(conversation.toolChoice);
    const cap = this.#cap();
    const maxTokens = cap ?? target.maxOutputTokens ?? DEFAULT_MAX_TOKENS;
    const { fields, thinks } = buildThinking(conversation, { target, family: this.#family, maxTokens, forced, losses });
    // a budget has to be below a cap that is said
    const needsCap = fields['thinking'] !== undefined && target.thinking === 'budget';
    const { topK, ...sampling } = this.#sampling(thinks);
    const { additionalModelRequestFields: given, requestMetadata, ...own } = this.#own;
    this.#unsupported();
    return withoutEmpty({
      ...own,
      messages,
      system: system.length === 0 ? null : system,
      inferenceConfig: withoutEmpty({
        maxTokens: this.#family === 'nova' && thinks ? null : needsCap ? maxTokens : cap,
        ...sampling,
        stopSequences: this.#stop(),
      }),
      toolConfig,
      outputConfig: this.#outputConfig(),
      additionalModelRequestFields: { ...(isRecord(given) && given), ...topK, ...fields },
      serviceTier: this.#serviceTier(),
      requestMetadata: this.#metadata(requestMetadata),
    });
  }

  #ownFields(): JsonRecord {
    const own: Record<string, unknown> = {};
    const { extensions } = this.conversation;
    for (const name in extensions) {
      const value = extensions[name];
      if (OWN_FIELDS.has(name) && isRecord(value)) own[name] = value;
      else if (name !== 'metadata') {
        this.losses.unsupported(name, isHarmless(this.conversation.dialect, name) ? 'harmless' : 'other-answer');
      }
    }
    return own;
  }

  /** A cap above what the model ever writes caps nothing, and is refused. */
  #cap(): number | null {
    const { maxOutputTokens: wanted } = this.conversation;
    const most = this.target.maxOutputTokens;
    return wanted === null || most === null ? wanted : Math.min(wanted, most);
  }

  /** What clients say and Converse has no word for; values that mean nothing are no loss. */
  #unsupported(): void {
    const { conversation, losses } = this;
    const { sampling, verbosity, outputModalities } = conversation;
    loseExtensions(conversation, losses);
    if (conversation.choices > 1) this.#lose('choices', 'other-answer');
    if (conversation.topLogprobs !== null) this.#lose('logprobs', 'other-answer');
    if ((conversation.topLogprobs ?? 0) > 0) this.#lose('topLogprobs', 'other-answer');
    if ((sampling.presencePenalty ?? 0) !== 0) this.#lose('presencePenalty', 'other-answer');
    if ((sampling.frequencyPenalty ?? 0) !== 0) this.#lose('frequencyPenalty', 'other-answer');
    if (sampling.seed !== null) this.#lose('seed', 'other-answer');
    if (Object.keys(sampling.logitBias ?? {}).length > 0) this.#lose('logitBias', 'other-answer');
    if (verbosity !== null && verbosity !== 'medium') this.#lose('verbosity', 'other-answer');
    if (outputModalities?.some((modality) => modality !== 'text') === true)
      this.#lose('outputModalities', 'other-answer');
    if (conversation.outputAudio !== null) this.#lose('outputAudio', 'other-answer');
    if (conversation.endUser !== null) this.#lose('endUser', 'harmless');
  }

  /** Models that think, or newer ones always, take no sampling but the one that they have anyway. */
  #sampling(thinks: boolean): { temperature: number | null; topP: number | null; topK: JsonRecord } {
    const { sampling } = this.conversation;
    const k = this.#sampled('topK', sampling.topK, thinks);
    const writeTopK = TOP_K[this.#family];
    if (k !== null && writeTopK === undefined) this.#lose('topK', 'other-answer');
    const topK = k === null || writeTopK === undefined ? {} : writeTopK(k);
    let temperature = this.#sampled('temperature', sampling.temperature, thinks);
    const topP = this.#sampled('topP', sampling.topP, thinks);
    if ((temperature ?? 0) > 1) {
      this.losses.add('temperature', "The target model takes a 'temperature' of at most 1.", 'other-answer');
      temperature = 1;
    }
    if (!this.target.oneSamplingParameter || temperature === null || topP === null) return { temperature, topP, topK };
    if (topP === 1) return { temperature, topP: null, topK };
    if (temperature === 1) return { temperature: null, topP, topK };
    const { temperature: first, topP: second } = PARAMETER_NAMES[this.conversation.dialect];
    this.losses.add(second, `The target model takes '${first}' or '${second}', not both.`, 'other-answer');
    return { temperature, topP: null, topK };
  }

  #sampled(name: 'temperature' | 'topP' | 'topK', value: number | null, thinks: boolean): number | null {
    // the traits of Claude's models are in the words of Anthropic's own API
    const refused = thinks || this.target.refuses.has(PARAMETER_NAMES['anthropic-messages'][name]);
    if (value === null || !refused) return value;
    if (value !== 1 || name === 'topK') this.#lose(name, 'other-answer');
    return null;
  }

  /** Empty sequences are refused by all, and those of white space by Claude. */
  #stop(): readonly string[] | null {
    const { stop } = this.conversation;
    const name = PARAMETER_NAMES[this.conversation.dialect].stop;
    const written = stop.filter((text) => text !== '' && (this.#family !== 'claude' || text.trim() !== ''));
    if (written.length < stop.length) {
      this.losses.add(name, `The target model takes no '${name}' of white space alone.`, 'other-answer');
    }
    return written.length === 0 ? null : written;
  }

  /** A schema that decoding is bound to. JSON without a schema has no counterpart. */
  #outputConfig(): JsonRecord | null {
    const format = this.conversation.responseFormat;
    if (format === null || format.kind === 'text') return null;
    const schema = format.kind === 'json-schema' && format.schema !== null ? constrainedSchema(format.schema) : null;
    const { refuses } = this.target;
    if (schema === null || format.kind !== 'json-schema' || refuses.has('output_config.format')) {
      this.#lose('responseFormat', 'other-answer');
      return null;
    }
    const { name, description } = format;
    const jsonSchema = { schema: JSON.stringify(schema), name, ...(description !== null && { description }) };
    return { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
  }

  #serviceTier(): JsonRecord | null {
    const { serviceTier } = this.conversation;
    if (serviceTier === null || serviceTier === 'auto') return null;
    const type = Object.hasOwn(SERVICE_TIERS, serviceTier) ? SERVICE_TIERS[serviceTier] : undefined;
    if (type === undefined) this.#lose('serviceTier', 'harmless');
    return type === undefined ? null : { type };
  }

  /** Labels for the operator's own logs at AWS. */
  #metadata(own: unknown): JsonRecord {
    const given = this.conversation.extensions['metadata'];
    const labels = Object.entries({ ...(isRecord(given) && given), ...(isRecord(own) && own) });
    const taken = labels.filter(
      ([name, value]) =>
        name !== '' && METADATA_TEXT.test(name) && typeof value === 'string' && METADATA_TEXT.test(value),
    );
    if (taken.length < labels.length || taken.length > MAX_METADATA) this.losses.unsupported('metadata', 'harmless');
    return Object.fromEntries(taken.slice(0, MAX_METADATA));
  }

  #lose(name: ParameterName, leavingOut: LeavingOut): void {
    this.losses.unsupported(PARAMETER_NAMES[this.conversation.dialect][name], leavingOut);
  }
}

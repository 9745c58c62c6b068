import { isHarmless } from '../../harmless-extensions.js';
import { loseExtensions } from '../../extension-losses.js';
import type { Conversation } from '../../conversation.js';
import type { BuiltRequest } from '../../dialect.js';
import { type LeavingOut, Losses } from '../../inexpressible.js';
import { type JsonRecord, withoutEmpty } from '../../json.js';
import { type ParameterName, PARAMETER_NAMES } from '../../parameter-names.js';
import type { TargetModel } from '../../target-model.js';
import { buildContents } from './build-contents.js';
import { buildThinking } from './build-thinking.js';
import { buildToolChoice, buildTools } from './build-tools.js';
import { restUnder } from './proto-fields.js';
import { writeRequestedTier } from './service-tiers.js';

const DIALECT = 'google-generate';
/** Google takes no more; source: ai.google.dev/api/generate-content#GenerationConfig. */
const MAX_STOP_SEQUENCES = 5;
const MAX_CANDIDATES = 8;
const MAX_LOGPROBS = 20;
const CALLING = 'toolConfig.functionCallingConfig';
const THINKING = 'generationConfig.thinkingConfig';
/** Among what a model refuses: schemas for the answer where it has tools as well. */
export const SCHEMA_WITH_TOOLS = 'generationConfig.responseSchema with tools';

/** Writes a conversation as a request to generate content; model and stream are said by the address. */
export function buildRequest(conversation: Conversation, target: TargetModel): BuiltRequest {
  const losses = new Losses();
  const body = new RequestWriter(conversation, target, losses).write();
  return { body, inexpressible: losses.list() };
}

class RequestWriter {
  /** It is the client's own dialect: what it says without a neutral name is said again. */
  readonly #own: boolean;

  constructor(
    private readonly conversation: Conversation,
    private readonly target: TargetModel,
    private readonly losses: Losses,
  ) {
    this.#own = conversation.dialect === DIALECT;
  }

  write(): JsonRecord {
    const { conversation, target, losses } = this;
    const options = { dialect: conversation.dialect, own: this.#own, losses };
    const extensions = this.#extensions();
    const tools = buildTools(conversation, options);
    const { systemInstruction, contents } = buildContents(conversation, target, options);
    if (!this.#own) this.#unsupported();
    const calling = tools.length === 0 && !this.#own ? null : buildToolChoice(conversation.toolChoice);
    const topLevel = Object.entries(extensions).filter(([name]) => !name.includes('.'));
    return withoutEmpty({
      ...Object.fromEntries(topLevel),
      contents,
      systemInstruction,
      tools: tools.length === 0 ? null : tools,
      toolConfig: withoutEmpty({
        ...withoutPaths(restUnder(extensions, 'toolConfig')),
        functionCallingConfig: withoutEmpty({ ...calling, ...restUnder(extensions, CALLING) }),
      }),
      generationConfig: this.#generationConfig(extensions, tools.length > 0),
      serviceTier: this.#serviceTier(),
    });
  }

  #generationConfig(extensions: JsonRecord, hasTools: boolean): JsonRecord {
    const { conversation, target, losses } = this;
    const { sampling } = conversation;
    const thinking = buildThinking(conversation, target, { own: this.#own, losses });
    return withoutEmpty({
      ...withoutPaths(restUnder(extensions, 'generationConfig')),
      temperature: this.#sampled('temperature', sampling.temperature, 1),
      topP: this.#sampled('topP', sampling.topP, 1),
      topK: this.#sampled('topK', sampling.topK, null),
      presencePenalty: this.#sampled('presencePenalty', sampling.presencePenalty, 0),
      frequencyPenalty: this.#sampled('frequencyPenalty', sampling.frequencyPenalty, 0),
      seed: sampling.seed,
      maxOutputTokens: this.#maxOutputTokens(),
      stopSequences: this.#stop(),
      candidateCount: this.#candidates(),
      ...this.#logprobs(),
      ...this.#responseFormat(hasTools),
      responseModalities: this.#modalities(),
      thinkingConfig: withoutEmpty({ ...thinking, ...restUnder(extensions, THINKING) }),
    });
  }

  #extensions(): JsonRecord {
    const { extensions } = this.conversation;
    if (this.#own) return extensions;
    for (const name in extensions) {
      this.losses.unsupported(name, isHarmless(this.conversation.dialect, name) ? 'harmless' : 'other-answer');
    }
    return {};
  }

  /** What other clients say and Google has no word for; values that mean nothing are no loss. */
  #unsupported(): void {
    const { sampling, verbosity, outputAudio, parallelToolCalls, endUser, tools } = this.conversation;
    loseExtensions(this.conversation, this.losses);
    if (Object.keys(sampling.logitBias ?? {}).length > 0) this.#lose('logitBias', 'other-answer');
    if (verbosity !== null && verbosity !== 'medium') this.#lose('verbosity', 'other-answer');
    // voices have other names there
    if (outputAudio !== null) this.#lose('outputAudio', 'other-answer');
    if (parallelToolCalls === false && tools.length > 0) this.#lose('parallelToolCalls', 'other-answer');
    if (endUser !== null) this.#lose('endUser', 'harmless');
  }

  #maxOutputTokens(): number | null {
    const { maxOutputTokens: wanted } = this.conversation;
    const most = this.target.maxOutputTokens;
    return this.#own || wanted === null || most === null ? wanted : Math.min(wanted, most);
  }

  /** A parameter that the model refuses can still be left out where the wanted value is what it has anyway. */
  #sampled(name: ParameterName, value: number | null, ordinary: number | null): number | null {
    if (value === null || this.#own || !this.target.refuses.has(PARAMETER_NAMES[DIALECT][name])) return value;
    if (value !== ordinary) this.#lose(name, 'other-answer');
    return null;
  }

  #stop(): readonly string[] | null {
    const { stop, dialect } = this.conversation;
    if (stop.length === 0) return null;
    const written = this.#own ? stop : stop.filter((sequence) => sequence !== '').slice(0, MAX_STOP_SEQUENCES);
    if (written.length < stop.length) {
      const name = PARAMETER_NAMES[dialect].stop;
      this.losses.add(name, `The target model takes at most ${MAX_STOP_SEQUENCES} of '${name}'.`, 'other-answer');
    }
    return written.length === 0 ? null : written;
  }

  #candidates(): number | null {
    const { choices } = this.conversation;
    if (choices === 1) return null;
    if (choices > MAX_CANDIDATES && !this.#own) this.#lose('choices', 'other-answer');
    return this.#own ? choices : Math.min(choices, MAX_CANDIDATES);
  }

  #logprobs(): JsonRecord {
    const { topLogprobs } = this.conversation;
    if (topLogprobs === null) return {};
    const top = this.#own ? topLogprobs : Math.min(topLogprobs, MAX_LOGPROBS);
    return { responseLogprobs: true, ...(top > 0 && { logprobs: top }) };
  }

  #responseFormat(hasTools: boolean): JsonRecord {
    const format = this.conversation.responseFormat;
    if (format === null || (format.kind === 'text' && !this.#own)) return {};
    if (format.kind === 'text') return { responseMimeType: 'text/plain' };
    if (hasTools && !this.#own && this.target.refuses.has(SCHEMA_WITH_TOOLS)) {
      this.#lose('responseFormat', 'other-answer');
      return {};
    }
    const schema = format.kind === 'json-schema' ? format.schema : null;
    const described = schema === null ? {} : { responseJsonSchema: schema };
    return { responseMimeType: 'application/json', ...described };
  }

  #modalities(): readonly string[] | null {
    const { outputModalities } = this.conversation;
    if (outputModalities === null || (!this.#own && outputModalities.every((modality) => modality === 'text'))) {
      return outputModalities === null || !this.#own ? null : outputModalities.map((word) => word.toUpperCase());
    }
    // Google speaks or writes, never both; OpenAI's clients have to ask for both
    const speaks = !this.#own && outputModalities.includes('audio');
    return speaks ? ['AUDIO'] : outputModalities.map((modality) => modality.toUpperCase());
  }

  #serviceTier(): string | null {
    const { serviceTier } = this.conversation;
    if (serviceTier === null || (serviceTier === 'auto' && !this.#own)) return null;
    const written = writeRequestedTier(serviceTier);
    if (written !== null || this.#own) return written ?? serviceTier;
    this.#lose('serviceTier', 'harmless');
    return null;
  }

  #lose(name: ParameterName, leavingOut: LeavingOut): void {
    this.losses.unsupported(PARAMETER_NAMES[this.conversation.dialect][name], leavingOut);
  }
}

/** What lies deeper has its own place. */
function withoutPaths(record: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !name.includes('.')));
}

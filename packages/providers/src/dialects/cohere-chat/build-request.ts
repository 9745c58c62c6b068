import { withoutNulls } from '../openai-chat/wire-objects.js';
import { isHarmless } from '../../harmless-extensions.js';
import { allowedToolNames } from '../../allowed-tools.js';
import { loseExtensions } from '../../extension-losses.js';
import type { Conversation, Tool } from '../../conversation.js';
import type { BuiltRequest } from '../../dialect.js';
import { Losses, type LeavingOut } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';
import { type ParameterName, PARAMETER_NAMES } from '../../parameter-names.js';
import { budgetOfEffort, budgetUnderCap, wantedEffort } from '../../reasoning-control.js';
import type { TargetModel } from '../../target-model.js';
import { buildMessages } from './build-messages.js';

/** Source of the limits: docs.cohere.com/reference/chat. */
const MAX_STOP_SEQUENCES = 5;
const MAX_K = 500;
const [LEAST_P, MOST_P] = [0.01, 0.99];
/** Fields of Cohere that clients of other dialects may send by their own name; none changes the price. */
const OWN_FIELDS = new Set(['documents', 'citation_options', 'safety_mode', 'priority']);

/** Writes a conversation as a request of Cohere's chat. */
export function buildRequest(conversation: Conversation, target: TargetModel): BuiltRequest {
  const losses = new Losses();
  const body = new RequestWriter(conversation, target, losses).write();
  return { body, inexpressible: losses.list() };
}

class RequestWriter {
  constructor(
    private readonly conversation: Conversation,
    private readonly target: TargetModel,
    private readonly losses: Losses,
  ) {}

  write(): JsonRecord {
    const { conversation, target, losses } = this;
    const { sampling } = conversation;
    const { documents: given, ...own } = this.#ownFields();
    const { messages, documents: found } = buildMessages(this.#messages(), {
      dialect: conversation.dialect,
      target,
      losses,
    });
    const documents = [...(Array.isArray(given) ? (given as unknown[]) : []), ...found];
    const tools = this.#tools();
    this.#unsupported();
    return withoutNulls({
      ...own,
      model: conversation.model,
      messages,
      documents: documents.length === 0 ? null : documents,
      tools: tools.length === 0 ? null : tools.map(writeTool),
      strict_tools: this.#isStrict(tools) ? true : null,
      tool_choice: tools.length === 0 ? null : this.#toolChoice(),
      response_format: this.#responseFormat(tools.length > 0 || documents.length > 0),
      temperature: sampling.temperature,
      p: sampling.topP === null ? null : within(sampling.topP, LEAST_P, MOST_P),
      k: this.#k(),
      presence_penalty: this.#penalty('presencePenalty', sampling.presencePenalty),
      frequency_penalty: this.#penalty('frequencyPenalty', sampling.frequencyPenalty),
      seed: sampling.seed,
      max_tokens: this.#maxTokens(),
      stop_sequences: this.#stop(),
      logprobs: conversation.topLogprobs === null ? null : true,
      thinking: this.#thinking(),
      stream: conversation.stream,
    });
  }

  #ownFields(): JsonRecord {
    const own: Record<string, unknown> = {};
    const { extensions } = this.conversation;
    for (const name in extensions) {
      if (OWN_FIELDS.has(name)) own[name] = extensions[name];
      else this.losses.unsupported(name, isHarmless(this.conversation.dialect, name) ? 'harmless' : 'other-answer');
    }
    return own;
  }

  /** A last message of the assistant would be answered here, not continued. */
  #messages(): Conversation['messages'] {
    const { messages } = this.conversation;
    const last = messages.at(-1);
    if (last?.role !== 'assistant') return messages;
    const message = 'The target model cannot continue a last message of the assistant.';
    this.losses.add(last.path, message, messages.length === 1 ? 'impossible' : 'other-answer');
    return messages.slice(0, -1);
  }

  /** What clients say and Cohere has no word for; values that mean nothing are no loss. */
  #unsupported(): void {
    const { conversation, losses } = this;
    loseExtensions(conversation, losses);
    const { sampling, verbosity, outputModalities, serviceTier } = conversation;
    if (conversation.choices > 1) this.#lose('choices', 'other-answer');
    if ((conversation.topLogprobs ?? 0) > 0) this.#lose('topLogprobs', 'other-answer');
    if (Object.keys(sampling.logitBias ?? {}).length > 0) this.#lose('logitBias', 'other-answer');
    if (verbosity !== null && verbosity !== 'medium') this.#lose('verbosity', 'other-answer');
    if (outputModalities?.some((modality) => modality !== 'text') === true)
      this.#lose('outputModalities', 'other-answer');
    if (conversation.outputAudio !== null) this.#lose('outputAudio', 'other-answer');
    if (serviceTier !== null && serviceTier !== 'auto' && serviceTier !== 'default' && serviceTier !== 'standard_only')
      this.#lose('serviceTier', 'harmless');
    if (conversation.parallelToolCalls === false && conversation.tools.length > 0)
      this.#lose('parallelToolCalls', 'other-answer');
    if (conversation.endUser !== null) this.#lose('endUser', 'harmless');
  }

  /** Which of the tools may or must be called is said by leaving out the others: there is no other way here. */
  #tools(): readonly Tool[] {
    const { tools, toolChoice } = this.conversation;
    const allowed =
      toolChoice?.kind === 'tool'
        ? new Set([toolChoice.name])
        : toolChoice?.kind === 'allowed'
          ? allowedToolNames(toolChoice.tools)
          : null;
    return tools.filter((tool, i) => {
      const path = `tools[${i}]`;
      if (tool.custom !== null) {
        const message = `The target model has no tools with free text as input, as '${path}' is.`;
        this.losses.add(path, message, 'other-answer');
        return false;
      }
      if (tool.definedBy !== null) {
        this.losses.add(path, `The target model does not have the tool '${tool.name}' ('${path}').`, 'other-answer');
        return false;
      }
      if (tool.cacheMarker !== null) this.losses.unsupported('cache_control', 'harmless');
      for (const name in tool.extensions) this.losses.unsupported(`tools[].${name}`, 'harmless');
      return allowed?.has(tool.name) !== false;
    });
  }

  /** For all tools or for none. */
  #isStrict(tools: readonly Tool[]): boolean {
    const strict = tools.filter((tool) => tool.strict === true);
    if (strict.length > 0 && strict.length < tools.length) this.losses.unsupported('tools[].strict', 'harmless');
    return strict.length > 0 && strict.length === tools.length;
  }

  #toolChoice(): string | null {
    const { toolChoice } = this.conversation;
    if (toolChoice === null || toolChoice.kind === 'auto') return null;
    if (toolChoice.kind === 'allowed' && toolChoice.mode === 'auto') return null;
    if (!this.target.forcedToolChoice) {
      this.#lose('toolChoice', 'other-answer');
      return null;
    }
    return toolChoice.kind === 'none' ? 'NONE' : 'REQUIRED';
  }

  /** Cohere binds an answer to JSON only where it neither calls tools nor cites. */
  #responseFormat(hasOthers: boolean): JsonRecord | null {
    const format = this.conversation.responseFormat;
    if (format === null || format.kind === 'text') return null;
    if (hasOthers || this.target.refuses.has('response_format')) {
      this.#lose('responseFormat', 'other-answer');
      return null;
    }
    const schema = format.kind === 'json-schema' ? format.schema : null;
    return { type: 'json_object', ...(schema !== null && { json_schema: schema }) };
  }

  #k(): number | null {
    const { topK } = this.conversation.sampling;
    if (topK === null || topK <= MAX_K) return topK;
    this.#lose('topK', 'other-answer');
    return MAX_K;
  }

  /** Between 0 and 1 here, and between -2 and 2 at OpenAI; 0 is said by saying nothing. */
  #penalty(name: 'presencePenalty' | 'frequencyPenalty', value: number | null): number | null {
    if (value === null || value === 0) return null;
    if (value < 0 || value > 1) this.#lose(name, 'other-answer');
    return within(value, 0, 1);
  }

  /** A cap above what the model ever writes caps nothing, and is refused. */
  #maxTokens(): number | null {
    const { maxOutputTokens: wanted } = this.conversation;
    const most = this.target.maxOutputTokens;
    return wanted === null || most === null ? wanted : Math.min(wanted, most);
  }

  #stop(): readonly string[] | null {
    const { stop } = this.conversation;
    if (stop.length === 0) return null;
    if (stop.length > MAX_STOP_SEQUENCES) {
      const name = PARAMETER_NAMES[this.conversation.dialect].stop;
      this.losses.add(name, `The target model takes at most ${MAX_STOP_SEQUENCES} of '${name}'.`, 'other-answer');
    }
    return stop.slice(0, MAX_STOP_SEQUENCES);
  }

  #thinking(): JsonRecord | null {
    const { reasoning, dialect } = this.conversation;
    const wanted = wantedEffort(reasoning);
    if (wanted === null && reasoning.thinking === null) return null;
    if (this.target.thinking !== 'budget') {
      const { effort, thinking } = PARAMETER_NAMES[dialect];
      if (wanted !== 'none') this.losses.unsupported(reasoning.effort === null ? thinking : effort, 'harmless');
      return null;
    }
    if (wanted === 'none') return { type: 'disabled' };
    const tokens = reasoning.thinking?.kind === 'budget' ? reasoning.thinking.tokens : budgetOfEffort(wanted ?? '');
    const cap = this.#maxTokens() ?? this.target.maxOutputTokens;
    const budget = tokens === null || cap === null ? tokens : budgetUnderCap(tokens, cap);
    return { type: 'enabled', ...(budget !== null && { token_budget: budget }) };
  }

  #lose(name: ParameterName, leavingOut: LeavingOut): void {
    this.losses.unsupported(PARAMETER_NAMES[this.conversation.dialect][name], leavingOut);
  }
}

function writeTool({ name, description, parameters }: Tool): JsonRecord {
  const schema = { type: 'object', properties: {}, ...parameters };
  return { type: 'function', function: { name, ...(description !== null && { description }), parameters: schema } };
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

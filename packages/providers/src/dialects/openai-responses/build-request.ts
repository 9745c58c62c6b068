import { loseExtensions } from '../../extension-losses.js';
import type { Conversation, Message } from '../../conversation.js';
import type { BuiltRequest } from '../../dialect.js';
import { isHarmless } from '../../harmless-extensions.js';
import { type LeavingOut, Losses } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';
import { type ParameterName, PARAMETER_NAMES } from '../../parameter-names.js';
import { nearestEffort, wantedEffort } from '../../reasoning-control.js';
import type { TargetModel } from '../../target-model.js';
import { boundedUser } from '../openai-chat/bounded-user.js';
import { withoutNulls } from '../openai-chat/wire-objects.js';
import { buildInput } from './build-input.js';
import { writeTextFormat, writeTool, writeToolChoice } from './write-tools.js';

const DIALECT = 'openai-responses';
const LOGPROBS = 'message.output_text.logprobs';
const THOUGHTS = 'reasoning.encrypted_content';
/** OpenAI refuses lower caps; source: the API's own answer ("integer below minimum value"). */
const LEAST_OUTPUT_TOKENS = 16;
/** Parameters of chat completions that mean the same here. */
const SAME_IN_CHAT = ['metadata', 'prompt_cache_key', 'prompt_cache_retention', 'safety_identifier'];

/** Writes a conversation as a request for a response that is not stored. */
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
    const { conversation, losses } = this;
    const { dialect, toolChoice, sampling, topLogprobs } = conversation;
    const { include, text, reasoning, ...others } = this.#extensions();
    const tools = this.#tools();
    const hasTools = tools.length > 0 || this.#own;
    const { instructions, input } = buildInput(this.#messages(), { dialect, losses });
    if (!this.#own) this.#unsupported();
    return withoutNulls({
      ...others,
      model: conversation.model,
      instructions,
      input,
      tools: tools.length === 0 ? null : tools,
      tool_choice: toolChoice === null || !hasTools ? null : writeToolChoice(toolChoice),
      parallel_tool_calls: hasTools ? this.#parallelToolCalls() : null,
      text: unlessEmpty({ ...(text as JsonRecord | undefined), ...this.#text() }),
      reasoning: unlessEmpty({ ...(reasoning as JsonRecord | undefined), ...this.#reasoning() }),
      temperature: this.#unlessRefused('temperature', sampling.temperature),
      top_p: this.#unlessRefused('topP', sampling.topP),
      max_output_tokens: this.#maxOutputTokens(),
      top_logprobs: topLogprobs === 0 ? null : topLogprobs,
      include: this.#include(include),
      service_tier: conversation.serviceTier,
      user: this.#own ? conversation.endUser : boundedUser(conversation.endUser),
      // each request brings all of its conversation, and what is kept at a provider belongs to nobody here
      store: false,
      stream: conversation.stream ? true : null,
    });
  }

  #extensions(): JsonRecord {
    const { dialect, extensions } = this.conversation;
    if (this.#own) return extensions;
    const same: Record<string, unknown> = {};
    for (const name in extensions) {
      if (dialect === 'openai-chat' && SAME_IN_CHAT.includes(name)) same[name] = extensions[name];
      else this.losses.unsupported(name, isHarmless(dialect, name) ? 'harmless' : 'other-answer');
    }
    return same;
  }

  /** What clients of other dialects say and this one has no word for; values that mean nothing are no loss. */
  #unsupported(): void {
    const { conversation } = this;
    loseExtensions(conversation, this.losses);
    const { sampling, outputModalities } = conversation;
    if (conversation.choices > 1) this.#lose('choices', 'other-answer');
    if (conversation.stop.length > 0) this.#lose('stop', 'other-answer');
    if (sampling.topK !== null) this.#lose('topK', 'other-answer');
    if ((sampling.presencePenalty ?? 0) !== 0) this.#lose('presencePenalty', 'other-answer');
    if ((sampling.frequencyPenalty ?? 0) !== 0) this.#lose('frequencyPenalty', 'other-answer');
    if (sampling.seed !== null) this.#lose('seed', 'other-answer');
    if (Object.keys(sampling.logitBias ?? {}).length > 0) this.#lose('logitBias', 'other-answer');
    if (outputModalities?.some((modality) => modality !== 'text') === true) {
      this.#lose('outputModalities', 'other-answer');
    }
    if (conversation.outputAudio !== null) this.#lose('outputAudio', 'other-answer');
  }

  /** A last message of the assistant would be answered here, not continued. */
  #messages(): readonly Message[] {
    const { messages } = this.conversation;
    const last = messages.at(-1);
    if (this.#own || last?.role !== 'assistant' || this.target.prefill) return messages;
    this.losses.add(
      last.path,
      'The target model cannot continue a last message of the assistant.',
      messages.length === 1 ? 'impossible' : 'other-answer',
    );
    return messages.slice(0, -1);
  }

  #tools(): readonly JsonRecord[] {
    const written: JsonRecord[] = [];
    for (const [i, tool] of this.conversation.tools.entries()) {
      if (tool.definedBy === DIALECT) {
        written.push(tool.extensions);
        continue;
      }
      if (tool.definedBy !== null) {
        const message = `The target model does not have the tool '${tool.name}' ('tools[${i}]').`;
        this.losses.add(`tools[${i}]`, message, 'other-answer');
        continue;
      }
      if (tool.cacheMarker !== null) this.losses.unsupported('cache_control', 'harmless');
      if (!this.#own) for (const name in tool.extensions) this.losses.unsupported(`tools[].${name}`, 'harmless');
      written.push(writeTool(tool, this.#own));
    }
    return written;
  }

  #parallelToolCalls(): boolean | null {
    const { parallelToolCalls } = this.conversation;
    if (this.#own || !this.target.refuses.has('parallel_tool_calls')) return parallelToolCalls;
    if (parallelToolCalls === false) this.#lose('parallelToolCalls', 'other-answer');
    return null;
  }

  #text(): JsonRecord {
    const { responseFormat, verbosity } = this.conversation;
    const format = responseFormat === null ? null : writeTextFormat(responseFormat);
    return withoutNulls({ format, verbosity });
  }

  #reasoning(): JsonRecord {
    const { reasoning } = this.conversation;
    if (this.#own) return withoutNulls({ effort: reasoning.effort });
    const wanted = wantedEffort(reasoning);
    const { thinking, leastThinking } = this.target;
    if (wanted === null || (wanted === 'none' && thinking === 'none')) return {};
    if (thinking !== 'effort' || (wanted === 'none' && leastThinking !== 'nothing')) {
      this.#lose(reasoning.effort === null ? 'thinking' : 'effort', 'harmless');
      if (thinking !== 'effort') return {};
    }
    return withoutNulls({ effort: nearestEffort(wanted, this.target) });
  }

  /** Thoughts come back to models that think only if they leave with their proof. */
  #include(given: unknown): readonly unknown[] | null {
    const include = new Set<unknown>(Array.isArray(given) ? (given as unknown[]) : []);
    if (this.conversation.topLogprobs !== null) include.add(LOGPROBS);
    if (!this.#own && this.target.thinking === 'effort') include.add(THOUGHTS);
    return include.size === 0 ? null : [...include];
  }

  /** A parameter that the model refuses can still be left out where the wanted value is its only one. */
  #unlessRefused(name: 'temperature' | 'topP', value: number | null): number | null {
    if (value === null || this.#own || !this.target.refuses.has(PARAMETER_NAMES[DIALECT][name])) return value;
    if (value !== 1) this.#lose(name, 'other-answer');
    return null;
  }

  /** A cap above what the model ever writes is refused. Who asks for hardly anything only looks whether it answers. */
  #maxOutputTokens(): number | null {
    const { maxOutputTokens: wanted } = this.conversation;
    const most = this.target.maxOutputTokens;
    if (this.#own || wanted === null) return wanted;
    if (wanted < LEAST_OUTPUT_TOKENS) this.#lose('maxOutputTokens', 'harmless');
    return Math.max(most === null ? wanted : Math.min(wanted, most), LEAST_OUTPUT_TOKENS);
  }

  #lose(name: ParameterName, leavingOut: LeavingOut): void {
    this.losses.unsupported(PARAMETER_NAMES[this.conversation.dialect][name], leavingOut);
  }
}

function unlessEmpty(record: JsonRecord): JsonRecord | null {
  return Object.keys(record).length === 0 ? null : record;
}

import { loseExtensions } from '../../extension-losses.js';
import type { Conversation, Message, ResponseFormat, Tool, ToolChoice } from '../../conversation.js';
import type { BuiltRequest } from '../../dialect.js';
import { isHarmless } from '../../harmless-extensions.js';
import { Losses } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';
import { type ParameterName, PARAMETER_NAMES } from '../../parameter-names.js';
import type { TargetModel } from '../../target-model.js';
import { boundedUser } from './bounded-user.js';
import { buildMessages } from './build-messages.js';
import { buildThinking } from './build-thinking.js';
import { cacheControl, withoutNulls, wrapped } from './wire-objects.js';

const DIALECT = 'openai-chat';
/** OpenAI takes no more; source: platform.openai.com/docs/api-reference/chat/create. */
const MAX_STOP_SEQUENCES = 4;

/** Writes a conversation as a chat completion request. */
export function buildRequest(conversation: Conversation, target: TargetModel): BuiltRequest {
  const losses = new Losses();
  const writer = new RequestWriter(conversation, target, losses);
  const body = writer.write();
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
    const { conversation, target } = this;
    const { sampling } = conversation;
    const { stream_options: otherOptions, ...others } = this.#extensions();
    if (!this.#own) loseExtensions(conversation, this.losses, true);
    const tools = this.#tools();
    const topLogprobs = this.#orLost('logprobs', conversation.topLogprobs, 'other-answer');
    return withoutNulls({
      ...others,
      model: conversation.model,
      messages: buildMessages(this.#messages(), {
        dialect: conversation.dialect,
        own: this.#own,
        losses: this.losses,
        thoughtsBetweenTools: target.thoughtsBetweenTools === true,
      }),
      tools: tools.length === 0 ? null : tools,
      tool_choice: tools.length === 0 && !this.#own ? null : this.#toolChoice(this.#unforced(conversation.toolChoice)),
      parallel_tool_calls: tools.length === 0 && !this.#own ? null : this.#parallelToolCalls(),
      response_format: this.#responseFormat(),
      temperature: this.#unlessRefused('temperature', sampling.temperature, 1),
      top_p: this.#unlessRefused('topP', sampling.topP, 1),
      top_k: this.#unlessRefused('topK', sampling.topK, null),
      presence_penalty: this.#orLost('presencePenalty', sampling.presencePenalty, 'other-answer'),
      frequency_penalty: this.#orLost('frequencyPenalty', sampling.frequencyPenalty, 'other-answer'),
      seed: this.#orLost('seed', sampling.seed, 'other-answer'),
      logit_bias: this.#orLost('logitBias', sampling.logitBias, 'other-answer'),
      [target.outputCapField]: this.#maxOutputTokens(),
      stop: this.#stop(),
      n: this.#orLost('choices', conversation.choices === 1 ? null : conversation.choices, 'other-answer'),
      logprobs: topLogprobs === null ? null : true,
      top_logprobs: topLogprobs === 0 ? null : topLogprobs,
      ...this.#thinking(),
      verbosity: this.#orLost('verbosity', conversation.verbosity, 'harmless'),
      modalities: conversation.outputModalities,
      audio: conversation.outputAudio,
      service_tier: this.#orLost('serviceTier', conversation.serviceTier, 'harmless'),
      user: this.#user(),
      stream: conversation.stream ? true : null,
      stream_options: streamOptions(conversation, otherOptions),
    });
  }

  #user(): string | null {
    const { endUser } = this.conversation;
    if (this.#own) return endUser;
    return this.target.refuses.has('user') ? null : boundedUser(endUser);
  }

  /** A cap above what the model ever writes caps nothing, and is refused. */
  #maxOutputTokens(): number | null {
    const { maxOutputTokens: wanted } = this.conversation;
    const most = this.target.maxOutputTokens;
    return this.#own || wanted === null || most === null ? wanted : Math.min(wanted, most);
  }

  #extensions(): JsonRecord {
    const { extensions } = this.conversation;
    if (this.#own) return extensions;
    for (const name in extensions) {
      this.losses.unsupported(name, isHarmless(this.conversation.dialect, name) ? 'harmless' : 'other-answer');
    }
    return {};
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
    const { tools } = this.conversation;
    if (!this.#own && tools.length > 0 && this.target.refuses.has('tools')) {
      this.losses.add('tools', 'The target model calls no tools.', 'impossible');
      return [];
    }
    const written: JsonRecord[] = [];
    for (const [i, tool] of tools.entries()) {
      if (tool.definedBy !== null && tool.definedBy !== DIALECT) {
        this.losses.add(
          `tools[${i}]`,
          `The target model does not have the tool '${tool.name}' ('tools[${i}]').`,
          'other-answer',
        );
        continue;
      }
      if (tool.cacheMarker !== null && !this.#own) this.losses.unsupported('cache_control', 'harmless');
      if (!this.#own) for (const name in tool.extensions) this.losses.unsupported(`tools[].${name}`, 'harmless');
      written.push(writeTool(tool, this.#own));
    }
    return written;
  }

  #toolChoice(choice: ToolChoice | null): unknown {
    switch (choice?.kind) {
      case undefined:
        return null;
      case 'tool': {
        const type = choice.custom ? 'custom' : 'function';
        return { type, [type]: { name: choice.name } };
      }
      case 'allowed':
        return { type: 'allowed_tools', allowed_tools: { mode: choice.mode, tools: choice.tools } };
      default:
        return choice?.kind;
    }
  }

  /** Some models decide by themselves whether they call a tool. */
  #unforced(choice: ToolChoice | null): ToolChoice | null {
    const forces = choice?.kind === 'tool' || choice?.kind === 'required';
    if (this.#own || this.target.forcedToolChoice || !forces) return choice;
    this.#lose('toolChoice', 'other-answer');
    return null;
  }

  #parallelToolCalls(): boolean | null {
    const { parallelToolCalls } = this.conversation;
    if (this.#own || !this.target.refuses.has('parallel_tool_calls')) return parallelToolCalls;
    if (parallelToolCalls === false) this.#lose('parallelToolCalls', 'other-answer');
    return null;
  }

  /** A parameter that the model refuses can still be left out where the wanted value is its only one. */
  #unlessRefused(name: 'temperature' | 'topP' | 'topK', value: number | null, only: number | null): number | null {
    const wireName = PARAMETER_NAMES[DIALECT][name];
    if (value === null || this.#own || !this.target.refuses.has(wireName)) return value;
    if (value !== only) this.#lose(name, 'other-answer');
    return null;
  }

  #stop(): readonly string[] | null {
    const { stop } = this.conversation;
    if (stop.length === 0) return null;
    if (this.#own) return stop;
    if (this.target.refuses.has('stop')) {
      this.#lose('stop', 'other-answer');
      return null;
    }
    if (stop.length > MAX_STOP_SEQUENCES) {
      const name = PARAMETER_NAMES[this.conversation.dialect].stop;
      this.losses.add(name, `The target model takes at most ${MAX_STOP_SEQUENCES} of '${name}'.`, 'other-answer');
    }
    return stop.slice(0, MAX_STOP_SEQUENCES);
  }

  #thinking(): JsonRecord {
    const { conversation, target } = this;
    if (this.#own) return { reasoning_effort: conversation.reasoning.effort };
    return buildThinking(conversation, target, (name, leavingOut) => this.#lose(name, leavingOut));
  }

  /** A parameter that the target refuses is left out, unless it is the client's own dialect: then the target may say so. */
  #orLost<Value>(name: ParameterName, value: Value | null, leavingOut: 'harmless' | 'other-answer'): Value | null {
    if (value === null || this.#own || !this.target.refuses.has(PARAMETER_NAMES[DIALECT][name])) return value;
    this.#lose(name, leavingOut);
    return null;
  }

  /** Where schemas are refused, valid JSON is the nearest that can be had. */
  #responseFormat(): JsonRecord | null {
    const { responseFormat: format } = this.conversation;
    if (format === null || this.#own) return writeFormat(format);
    const { refuses } = this.target;
    const takesJson = !refuses.has('response_format.json_object');
    if (format.kind === 'json-schema' && refuses.has('response_format.json_schema')) {
      this.#lose('responseFormat', 'other-answer');
      return takesJson ? { type: 'json_object' } : null;
    }
    if (format.kind !== 'text' && format.kind !== 'json-schema' && !takesJson) {
      this.#lose('responseFormat', 'other-answer');
      return null;
    }
    return writeFormat(format);
  }

  #lose(name: ParameterName, leavingOut: 'harmless' | 'other-answer'): void {
    this.losses.unsupported(PARAMETER_NAMES[this.conversation.dialect][name], leavingOut);
  }
}

function streamOptions(conversation: Conversation, others: unknown): JsonRecord | null {
  if (!conversation.stream || (!conversation.includeUsage && others === undefined)) return null;
  return { ...(others as JsonRecord | undefined), ...(conversation.includeUsage && { include_usage: true }) };
}

function writeTool(
  { name, description, parameters, strict, custom, cacheMarker, extensions }: Tool,
  own: boolean,
): JsonRecord {
  const rest = own ? extensions : {};
  if (custom !== null) return wrapped('custom', { name, description, format: custom.format }, rest);
  const schema = parameters === null || own ? parameters : withProperties(parameters);
  const marker = cacheMarker === null || !own ? {} : { cache_control: cacheControl(cacheMarker.ttl) };
  return { ...wrapped('function', { name, description, parameters: schema, strict }, rest), ...marker };
}

/** OpenAI refuses an object's schema that lists no properties, not even none. */
function withProperties(schema: JsonRecord): JsonRecord {
  return schema['type'] === 'object' && schema['properties'] === undefined ? { ...schema, properties: {} } : schema;
}

function writeFormat(format: ResponseFormat | null): JsonRecord | null {
  if (format === null) return null;
  if (format.kind !== 'json-schema') return { type: format.kind === 'text' ? 'text' : 'json_object' };
  const { name, description, schema, strict } = format;
  return { type: 'json_schema', json_schema: withoutNulls({ name, description, schema, strict }) };
}

import { loseExtensions } from '../../extension-losses.js';
import { allowedToolNames } from '../../allowed-tools.js';
import type { Conversation, Tool } from '../../conversation.js';
import type { BuiltRequest } from '../../dialect.js';
import { isHarmless } from '../../harmless-extensions.js';
import { Losses, type LeavingOut } from '../../inexpressible.js';
import { type JsonRecord, withoutEmpty } from '../../json.js';
import { type ParameterName, PARAMETER_NAMES } from '../../parameter-names.js';
import type { TargetModel } from '../../target-model.js';
import { buildMessages } from './build-messages.js';
import { CacheMarkers } from './cache-markers.js';
import { constrainedSchema } from './constrained-schema.js';
import { buildThinking } from './build-thinking.js';

const DIALECT = 'anthropic-messages';
/** Where nothing is known of the model: every model writes so much. */
const DEFAULT_MAX_TOKENS = 4096;
const STRUCTURED_OUTPUT = 'output_config.format';

/** Writes a conversation as a request for a message. */
export function buildRequest(conversation: Conversation, target: TargetModel): BuiltRequest {
  const losses = new Losses();
  const body = new RequestWriter(conversation, target, losses).write();
  return { body, inexpressible: losses.list() };
}

class RequestWriter {
  /** It is the client's own dialect: what it says without a neutral name is said again. */
  readonly #own: boolean;
  readonly #markers = new CacheMarkers();

  constructor(
    private readonly conversation: Conversation,
    private readonly target: TargetModel,
    private readonly losses: Losses,
  ) {
    this.#own = conversation.dialect === DIALECT;
  }

  write(): JsonRecord {
    const { conversation, target, losses } = this;
    const { metadata, output_config: otherConfig, ...others } = this.#extensions();
    const maxTokens = this.#maxTokens();
    const tools = this.#tools();
    const forced = tools.length > 0 && this.#forcesTool();
    const { thinking, effort } = buildThinking(conversation, target, { own: this.#own, maxTokens, forced, losses });
    const samples = this.#sampling(thinking !== null && thinking['type'] !== 'disabled');
    const outputConfig = { ...(otherConfig as JsonRecord | undefined), ...effort, ...this.#outputFormat() };
    const lastPath = conversation.messages.at(-1)?.path ?? 'messages';
    const { dialect } = conversation;
    const options = { own: this.#own, dialect, lastPath, markers: this.#markers, losses };
    const { system, messages } = buildMessages(conversation, target, options);
    const user = conversation.endUser === null ? {} : { user_id: conversation.endUser };
    if (!this.#own) this.#unsupported();
    this.#markers.keepAllowed(losses);
    return withoutEmpty({
      ...others,
      model: conversation.model,
      max_tokens: maxTokens,
      system,
      messages,
      tools: tools.length > 0 ? tools : this.#toolsOfHistory(),
      tool_choice: this.#toolChoice(tools.length > 0),
      stop_sequences: conversation.stop.length === 0 ? null : this.#stop(),
      ...samples,
      thinking,
      output_config: outputConfig,
      metadata: { ...(metadata as JsonRecord | undefined), ...user },
      service_tier: this.#serviceTier(),
      stream: conversation.stream ? true : null,
    });
  }

  /** A cap above what the model ever writes caps nothing, and is refused. */
  #maxTokens(): number {
    const { maxOutputTokens: wanted } = this.conversation;
    const most = this.target.maxOutputTokens;
    if (wanted === null) return most ?? DEFAULT_MAX_TOKENS;
    return this.#own || most === null ? wanted : Math.min(wanted, most);
  }

  #extensions(): JsonRecord {
    const { extensions } = this.conversation;
    if (this.#own) return extensions;
    for (const name in extensions) {
      this.losses.unsupported(name, isHarmless(this.conversation.dialect, name) ? 'harmless' : 'other-answer');
    }
    return {};
  }

  /** What OpenAI's clients say and Anthropic's models have no word for; values that mean nothing are no loss. */
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
  }

  /** Which of the tools may be called is said by leaving out the others: there is no other way here. */
  #tools(): readonly JsonRecord[] {
    const { tools, toolChoice } = this.conversation;
    const allowed = toolChoice?.kind === 'allowed' ? allowedToolNames(toolChoice.tools) : null;
    const written: JsonRecord[] = [];
    for (const [i, tool] of tools.entries()) {
      if (tool.custom !== null) {
        const message = `The target model has no tools with free text as input, as 'tools[${i}]' is.`;
        this.losses.add(`tools[${i}]`, message, 'other-answer');
      } else if (tool.definedBy !== null && tool.definedBy !== DIALECT) {
        this.losses.add(
          `tools[${i}]`,
          `The target model does not have the tool '${tool.name}' ('tools[${i}]').`,
          'other-answer',
        );
      } else if (allowed?.has(tool.name) !== false) {
        written.push(this.#tool(tool));
      }
    }
    return written;
  }

  #tool({ name, description, parameters, strict, definedBy, cacheMarker, extensions }: Tool): JsonRecord {
    const wire: Record<string, unknown> = this.#own ? { ...extensions } : {};
    if (!this.#own) for (const word in extensions) this.losses.unsupported(`tools[].${word}`, 'harmless');
    if (definedBy === null) {
      wire['name'] = name;
      if (description !== null) wire['description'] = description;
      wire['input_schema'] = parameters === null ? { type: 'object' } : objectSchema(parameters);
      if (strict === true || (strict !== null && this.#own)) wire['strict'] = strict;
    }
    if (cacheMarker !== null) this.#markers.put(wire, cacheMarker.ttl);
    return wire;
  }

  /** Anthropic refuses calls of tools in the history of a request that defines none. */
  #toolsOfHistory(): readonly JsonRecord[] | null {
    if (this.#own) return null;
    const names = new Set<string>();
    for (const { parts } of this.conversation.messages) {
      for (const part of parts) if (part.kind === 'tool-call') names.add(part.name);
    }
    return names.size === 0 ? null : [...names].map((name) => ({ name, input_schema: { type: 'object' } }));
  }

  #forcesTool(): boolean {
    const { toolChoice } = this.conversation;
    return toolChoice?.kind === 'tool' || toolChoice?.kind === 'required' || isRequired(toolChoice);
  }

  #toolChoice(hasTools: boolean): JsonRecord | null {
    const { toolChoice, parallelToolCalls } = this.conversation;
    if (!hasTools && !this.#own) return this.#toolsOfHistory() === null ? null : { type: 'none' };
    const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
    const said = parallelToolCalls === true && this.#own ? { disable_parallel_tool_use: false } : single;
    if (this.#forcesTool() && !this.target.forcedToolChoice && !this.#own) {
      this.#lose('toolChoice', 'other-answer');
      return { type: 'auto', ...single };
    }
    switch (toolChoice?.kind) {
      case undefined:
        return parallelToolCalls === false ? { type: 'auto', ...single } : null;
      case 'none':
        return { type: 'none' };
      case 'auto':
        return { type: 'auto', ...said };
      case 'tool':
        return { type: 'tool', name: toolChoice?.kind === 'tool' ? toolChoice.name : '', ...said };
      default:
        return { type: isRequired(toolChoice) || toolChoice?.kind === 'required' ? 'any' : 'auto', ...said };
    }
  }

  /** Models that think, or newer ones always, take no sampling but the one that they have anyway. */
  #sampling(thinks: boolean): JsonRecord {
    const { temperature, topP, topK } = this.conversation.sampling;
    if (this.#own) return { temperature, top_p: topP, top_k: topK };
    const wanted = {
      temperature: this.#sampled('temperature', temperature, thinks),
      top_p: this.#sampled('topP', topP, thinks),
      top_k: this.#sampled('topK', topK, thinks),
    };
    if ((wanted.temperature ?? 0) > 1) {
      this.losses.add('temperature', "The target model takes a 'temperature' of at most 1.", 'other-answer');
      wanted.temperature = 1;
    }
    if (!this.target.oneSamplingParameter || wanted.temperature === null || wanted.top_p === null) return wanted;
    if (wanted.top_p === 1) return { ...wanted, top_p: null };
    if (wanted.temperature === 1) return { ...wanted, temperature: null };
    this.losses.add('top_p', "The target model takes 'temperature' or 'top_p', not both.", 'other-answer');
    return { ...wanted, top_p: null };
  }

  #sampled(name: 'temperature' | 'topP' | 'topK', value: number | null, thinks: boolean): number | null {
    const refused = thinks || this.target.refuses.has(PARAMETER_NAMES[DIALECT][name]);
    if (value === null || !refused) return value;
    if (value !== 1 || name === 'topK') this.#lose(name, 'other-answer');
    return null;
  }

  /** Sequences of white space alone are refused. */
  #stop(): readonly string[] {
    const { stop } = this.conversation;
    if (this.#own) return stop;
    const written = stop.filter((sequence) => sequence.trim() !== '');
    if (written.length < stop.length) {
      this.losses.add('stop', "The target model takes no 'stop' of white space alone.", 'other-answer');
    }
    return written;
  }

  /**
   * A schema that decoding is bound to. JSON without a schema (`json_object`) has no counterpart: an object without listed
   * properties would have to be empty.
   */
  #outputFormat(): JsonRecord {
    const format = this.conversation.responseFormat;
    if (format === null || format.kind === 'text') return {};
    const schema = format.kind === 'json-schema' ? format.schema : null;
    if (this.#own && schema !== null) return { format: { type: 'json_schema', schema } };
    const constrained = schema === null ? null : constrainedSchema(schema);
    if (constrained !== null && !this.target.refuses.has(STRUCTURED_OUTPUT)) {
      return { format: { type: 'json_schema', schema: constrained } };
    }
    this.#lose('responseFormat', 'other-answer');
    return {};
  }

  #serviceTier(): string | null {
    const { serviceTier } = this.conversation;
    if (serviceTier === 'default') return 'standard_only';
    if (serviceTier === null || serviceTier === 'auto' || this.#own) return serviceTier;
    if (serviceTier === 'priority') return 'auto'; // priority where the account has it
    this.#lose('serviceTier', 'harmless');
    return null;
  }

  #lose(name: ParameterName, leavingOut: LeavingOut): void {
    this.losses.unsupported(PARAMETER_NAMES[this.conversation.dialect][name], leavingOut);
  }
}

function isRequired(choice: Conversation['toolChoice']): boolean {
  return choice?.kind === 'allowed' && choice.mode === 'required';
}

/** The input of a tool is an object, and has to say so. */
function objectSchema(schema: JsonRecord): JsonRecord {
  return schema['type'] === undefined ? { ...schema, type: 'object' } : schema;
}

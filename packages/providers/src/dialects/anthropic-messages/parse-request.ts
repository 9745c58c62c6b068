import type {
  Conversation,
  Message,
  Reasoning,
  ResponseFormat,
  Thinking,
  Tool,
  ToolChoice,
} from '../../conversation.js';
import type { RequestProblem } from '../../request-problem.js';
import { RequestRefusal, WireReader } from '../../wire-reader.js';
import { contentParts, parseMessage } from './parse-message.js';

const DIALECT = 'anthropic-messages';

/** Reads a request for a message; what is wrong with it is named by its path, as Anthropic's API does. */
export function parseRequest(body: unknown): Conversation | RequestProblem {
  return read(body, true);
}

/** Reads a request to count its tokens: a cap on the output has no meaning there. */
export function parseCountRequest(body: unknown): Conversation | RequestProblem {
  return read(body, false);
}

function read(body: unknown, needsCap: boolean): Conversation | RequestProblem {
  try {
    return conversation(WireReader.of(body, ''), needsCap);
  } catch (error) {
    if (error instanceof RequestRefusal) return error.problem;
    throw error;
  }
}

function conversation(wire: WireReader, needsCap: boolean): Conversation {
  const model = wire.requiredString('model');
  const maxOutputTokens = wire.number('max_tokens');
  if (maxOutputTokens === null && needsCap) throw new RequestRefusal('max_tokens: Field required', 'max_tokens');
  const messages = [...systemMessage(wire), ...wire.objects('messages').map(parseMessage)];
  if (!messages.some((message) => message.path !== 'system')) {
    throw new RequestRefusal('messages: at least one message is required', 'messages');
  }
  const choice = wire.object('tool_choice');
  const outputConfig = wire.object('output_config');
  const metadata = wire.object('metadata');
  const stream = wire.boolean('stream') === true;
  const read: Omit<Conversation, 'extensions'> = {
    dialect: DIALECT,
    model,
    messages,
    tools: wire.objects('tools').map(tool),
    toolChoice: toolChoice(choice),
    parallelToolCalls: parallelToolCalls(choice),
    responseFormat: responseFormat(outputConfig?.object('format') ?? wire.object('output_format')),
    sampling: {
      temperature: wire.number('temperature'),
      topP: wire.number('top_p'),
      topK: wire.number('top_k'),
      presencePenalty: null,
      frequencyPenalty: null,
      seed: null,
      logitBias: null,
    },
    maxOutputTokens,
    stop: stopSequences(wire),
    choices: 1,
    topLogprobs: null,
    reasoning: reasoning(outputConfig, wire.object('thinking')),
    verbosity: null,
    outputModalities: null,
    outputAudio: null,
    serviceTier: serviceTier(wire),
    endUser: metadata?.string('user_id') ?? null,
    stream,
    includeUsage: true,
  };
  return { ...read, extensions: extensionsOf(wire, { metadata, output_config: outputConfig }) };
}

/** What was read of the objects inside is told; the rest of them stands under their names. */
function extensionsOf(
  wire: WireReader,
  inner: Readonly<Record<string, WireReader | null>>,
): Conversation['extensions'] {
  const extensions: Record<string, unknown> = { ...wire.rest() };
  for (const [name, reader] of Object.entries(inner)) {
    const rest = reader?.rest() ?? {};
    if (Object.keys(rest).length > 0) extensions[name] = rest;
  }
  return extensions;
}

function systemMessage(wire: WireReader): readonly Message[] {
  const parts = contentParts(wire, 'system');
  return parts.length === 0 ? [] : [{ path: 'system', role: 'system', name: null, parts, extensions: {} }];
}

function tool(wire: WireReader): Tool {
  const type = wire.string('type') ?? 'custom';
  const marker = wire.object('cache_control');
  const cacheMarker = marker === null ? null : { ttl: marker.string('ttl') };
  if (type !== 'custom') {
    const given = wire.string('name');
    const name = given ?? type;
    const extensions = { type, ...(given !== null && { name }), ...wire.rest() };
    const unsaid = { description: null, parameters: null, strict: null, custom: null };
    return { name, ...unsaid, definedBy: DIALECT, cacheMarker, extensions };
  }
  return {
    name: wire.requiredString('name'),
    description: wire.string('description'),
    parameters: wire.requiredObject('input_schema').value,
    strict: wire.boolean('strict'),
    custom: null,
    definedBy: null,
    cacheMarker,
    extensions: wire.rest(),
  };
}

const TOOL_CHOICES = ['auto', 'any', 'tool', 'none'];

function toolChoice(wire: WireReader | null): ToolChoice | null {
  switch (wire?.requiredString('type')) {
    case undefined:
      return null;
    case 'auto':
      return { kind: 'auto' };
    case 'any':
      return { kind: 'required' };
    case 'none':
      return { kind: 'none' };
    case 'tool':
      return { kind: 'tool', name: wire?.requiredString('name') ?? '', custom: false };
    default:
      throw wire?.unsupported('type', TOOL_CHOICES) ?? new Error('no tool choice');
  }
}

function parallelToolCalls(choice: WireReader | null): boolean | null {
  const disabled = choice?.boolean('disable_parallel_tool_use') ?? null;
  return disabled === null ? null : !disabled;
}

function responseFormat(wire: WireReader | null): ResponseFormat | null {
  if (wire === null) return null;
  if (wire.requiredString('type') !== 'json_schema') throw wire.unsupported('type', ['json_schema']);
  const schema = wire.requiredObject('schema').value;
  return { kind: 'json-schema', name: 'output', description: null, schema, strict: true };
}

const THINKING_TYPES = ['enabled', 'adaptive', 'between_tools', 'disabled'];

function reasoning(outputConfig: WireReader | null, wire: WireReader | null): Reasoning {
  return { effort: outputConfig?.string('effort') ?? null, thinking: thinking(wire), lost: false };
}

function thinking(wire: WireReader | null): Thinking | null {
  if (wire === null) return null;
  const type = wire.requiredString('type');
  const display = wire.string('display');
  switch (type) {
    case 'disabled':
      return { kind: 'off' };
    case 'adaptive':
      return { kind: 'adaptive', display };
    case 'between_tools':
      return { kind: 'between-tools', display };
    case 'enabled': {
      const tokens = wire.number('budget_tokens');
      if (tokens !== null) return { kind: 'budget', tokens, display };
      throw new RequestRefusal('thinking.budget_tokens: Field required', 'thinking.budget_tokens');
    }
    default:
      throw wire.unsupported('type', THINKING_TYPES);
  }
}

function serviceTier(wire: WireReader): string | null {
  const tier = wire.string('service_tier');
  return tier === 'standard_only' ? 'default' : tier;
}

function stopSequences(wire: WireReader): readonly string[] {
  return (wire.array('stop_sequences') ?? []).map((item, i) => {
    if (typeof item === 'string') return item;
    const path = `stop_sequences[${i}]`;
    throw new RequestRefusal(`Invalid type for '${path}': expected a string.`, path);
  });
}

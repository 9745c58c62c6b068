import type { Conversation, Extensions, ResponseFormat, Sampling, Tool, ToolChoice } from '../../conversation.js';
import { isRecord } from '../../json.js';
import type { RequestProblem } from '../../request-problem.js';
import { RequestRefusal, restOf, WireReader } from '../../wire-reader.js';
import { parseMessage } from './parse-message.js';

/** Reads a chat completion request; what is wrong with it is named by its path, as OpenAI's API does. */
export function parseRequest(body: unknown): Conversation | RequestProblem {
  try {
    return conversation(WireReader.of(body, ''));
  } catch (error) {
    if (error instanceof RequestRefusal) return error.problem;
    throw error;
  }
}

function conversation(wire: WireReader): Conversation {
  for (const legacy of ['functions', 'function_call']) {
    if (wire.raw(legacy) === null) continue;
    const instead = legacy === 'functions' ? 'tools' : 'tool_choice';
    throw new RequestRefusal(`'${legacy}' is not supported. Use '${instead}'.`, legacy, 'caller_unsupported_parameter');
  }
  const model = wire.requiredString('model');
  const messages = wire.objects('messages').map(parseMessage);
  if (messages.length === 0) throw new RequestRefusal("Invalid 'messages': expected at least one message.", 'messages');
  const streamOptions = wire.object('stream_options');
  const includeUsage = streamOptions?.boolean('include_usage') === true;
  const logprobs = wire.boolean('logprobs') === true;
  const topLogprobs = wire.number('top_logprobs');
  const maxTokens = wire.number('max_tokens');
  const read: Omit<Conversation, 'extensions'> = {
    dialect: 'openai-chat',
    model,
    messages,
    tools: wire.objects('tools').map(tool),
    toolChoice: toolChoice(wire),
    parallelToolCalls: wire.boolean('parallel_tool_calls'),
    responseFormat: responseFormat(wire.object('response_format')),
    sampling: parseSampling(wire),
    maxOutputTokens: wire.number('max_completion_tokens') ?? maxTokens,
    stop: parseStop(wire),
    choices: wire.number('n') ?? 1,
    topLogprobs: logprobs ? (topLogprobs ?? 0) : null,
    reasoning: { effort: wire.string('reasoning_effort'), thinking: null, lost: false },
    verbosity: wire.string('verbosity'),
    outputModalities: strings(wire, 'modalities'),
    outputAudio: wire.record('audio'),
    serviceTier: wire.string('service_tier'),
    endUser: wire.string('user') ?? wire.string('safety_identifier'),
    stream: wire.boolean('stream') === true,
    includeUsage,
  };
  const otherOptions = streamOptions?.rest() ?? {};
  const extensions = { ...wire.rest(), ...(Object.keys(otherOptions).length > 0 && { stream_options: otherOptions }) };
  return { ...read, extensions };
}

export function parseSampling(wire: WireReader): Sampling {
  return {
    temperature: wire.number('temperature'),
    topP: wire.number('top_p'),
    topK: wire.number('top_k'),
    presencePenalty: wire.number('presence_penalty'),
    frequencyPenalty: wire.number('frequency_penalty'),
    seed: wire.number('seed'),
    logitBias: wire.record('logit_bias') as Readonly<Record<string, number>> | null,
  };
}

function tool(wire: WireReader): Tool {
  const type = wire.string('type') ?? 'function';
  if (type !== 'function' && type !== 'custom') throw wire.unsupported('type', ['function', 'custom']);
  const inner = wire.requiredObject(type);
  const name = inner.requiredString('name');
  const description = inner.string('description');
  const marker = wire.object('cache_control') ?? inner.object('cache_control');
  const cacheMarker = marker === null ? null : { ttl: marker.string('ttl') };
  const custom = type === 'custom' ? { format: inner.raw('format') } : null;
  const parameters = custom === null ? inner.record('parameters') : null;
  const strict = custom === null ? inner.boolean('strict') : null;
  const extensions = restOf(wire, inner);
  return { name, description, parameters, strict, custom, definedBy: null, cacheMarker, extensions };
}

function toolChoice(wire: WireReader): ToolChoice | null {
  const choice = wire.raw('tool_choice');
  if (choice === null) return null;
  if (choice === 'none' || choice === 'auto' || choice === 'required') return { kind: choice };
  if (!isRecord(choice)) throw wire.unsupported('tool_choice', ['none', 'auto', 'required']);
  const reader = new WireReader(choice, 'tool_choice');
  const type = reader.requiredString('type');
  if (type === 'function' || type === 'custom') {
    return { kind: 'tool', name: reader.requiredObject(type).requiredString('name'), custom: type === 'custom' };
  }
  if (type !== 'allowed_tools') throw reader.unsupported('type', ['function', 'custom', 'allowed_tools']);
  const allowed = reader.requiredObject('allowed_tools');
  const mode = allowed.requiredString('mode');
  if (mode !== 'auto' && mode !== 'required') throw allowed.unsupported('mode', ['auto', 'required']);
  return { kind: 'allowed', mode, tools: allowed.array('tools') ?? [] };
}

function responseFormat(wire: WireReader | null): ResponseFormat | null {
  if (wire === null) return null;
  const type = wire.requiredString('type');
  if (type === 'text') return { kind: 'text' };
  if (type === 'json_object') return { kind: 'json-object' };
  if (type !== 'json_schema') throw wire.unsupported('type', ['text', 'json_object', 'json_schema']);
  const inner = wire.requiredObject('json_schema');
  return {
    kind: 'json-schema',
    name: inner.requiredString('name'),
    description: inner.string('description'),
    schema: inner.record('schema') satisfies Extensions | null,
    strict: inner.boolean('strict'),
  };
}

export function parseStop(wire: WireReader): readonly string[] {
  const value = wire.raw('stop');
  if (typeof value === 'string') return [value];
  return strings(wire, 'stop') ?? [];
}

function strings(wire: WireReader, name: string): readonly string[] | null {
  const list = wire.array(name);
  if (list === null) return null;
  return list.map((item, i) => {
    if (typeof item !== 'string')
      throw new RequestRefusal(`Invalid type for '${name}[${i}]': expected a string.`, `${name}[${i}]`);
    return item;
  });
}

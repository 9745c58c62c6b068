import type {
  Conversation,
  Extensions,
  Message,
  Part,
  ResponseFormat,
  Tool,
  ToolCallPart,
  ToolChoice,
} from '../../conversation.js';
import type { JsonRecord } from '../../json.js';
import type { MaxOutputField } from '../../passthrough/scanned-request.js';

/** How the target differs from OpenAI itself. */
export interface BuildRequestOptions {
  readonly outputCapField: MaxOutputField;
}

/** Writes a conversation as a chat completion request. */
export function buildRequest(conversation: Conversation, options: BuildRequestOptions): JsonRecord {
  const { sampling, extensions } = conversation;
  const { stream_options: otherOptions, ...others } = extensions;
  return withoutNulls({
    ...others,
    model: conversation.model,
    messages: conversation.messages.map(message),
    tools: conversation.tools.length === 0 ? null : conversation.tools.map(tool),
    tool_choice: toolChoice(conversation.toolChoice),
    parallel_tool_calls: conversation.parallelToolCalls,
    response_format: responseFormat(conversation.responseFormat),
    temperature: sampling.temperature,
    top_p: sampling.topP,
    presence_penalty: sampling.presencePenalty,
    frequency_penalty: sampling.frequencyPenalty,
    seed: sampling.seed,
    logit_bias: sampling.logitBias,
    [options.outputCapField]: conversation.maxOutputTokens,
    stop: conversation.stop.length === 0 ? null : conversation.stop,
    n: conversation.choices === 1 ? null : conversation.choices,
    logprobs: conversation.topLogprobs === null ? null : true,
    top_logprobs: conversation.topLogprobs === 0 ? null : conversation.topLogprobs,
    reasoning_effort: conversation.reasoningEffort,
    verbosity: conversation.verbosity,
    modalities: conversation.outputModalities,
    audio: conversation.outputAudio,
    service_tier: conversation.serviceTier,
    user: conversation.endUser,
    stream: conversation.stream ? true : null,
    stream_options: streamOptions(conversation, otherOptions),
  });
}

function streamOptions(conversation: Conversation, others: unknown): JsonRecord | null {
  if (!conversation.stream || (!conversation.includeUsage && others === undefined)) return null;
  return { ...(others as JsonRecord | undefined), ...(conversation.includeUsage && { include_usage: true }) };
}

function message({ role, name, parts, extensions }: Message): JsonRecord {
  const wire: Record<string, unknown> = { ...extensions, role };
  if (name !== null) wire['name'] = name;
  const result = parts.find((part) => part.kind === 'tool-result');
  if (result !== undefined) return { ...wire, tool_call_id: result.toolCallId, content: content(result.content) };
  const calls = parts.filter((part) => part.kind === 'tool-call');
  for (const part of parts) {
    if (part.kind === 'reasoning') {
      wire['reasoning_content'] = `${(wire['reasoning_content'] as string | undefined) ?? ''}${part.text}`;
      if (part.signature !== null) wire['reasoning_signature'] = part.signature;
    } else if (part.kind === 'refusal' && role === 'assistant') {
      wire['refusal'] = part.text;
    } else if (part.kind === 'audio' && part.id !== null) {
      wire['audio'] = { id: part.id };
    }
  }
  const written = parts.filter((part) => isContent(part, role));
  wire['content'] = written.length > 0 ? content(written) : null;
  if (calls.length > 0) wire['tool_calls'] = calls.map(toolCall);
  return wire;
}

function isContent(part: Part, role: Message['role']): boolean {
  if (part.kind === 'audio') return part.id === null;
  if (part.kind === 'refusal') return role !== 'assistant';
  return part.kind === 'text' || part.kind === 'image' || part.kind === 'file' || part.kind === 'cache-marker';
}

/** Plain text goes as a string: some servers take nothing else. */
function content(parts: readonly Part[]): unknown {
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'text' && only.extensions === undefined) return only.text;
  const wire: Record<string, unknown>[] = [];
  for (const part of parts) {
    const last = wire.at(-1);
    if (part.kind !== 'cache-marker') wire.push(contentPart(part));
    else if (last !== undefined)
      last['cache_control'] = { type: 'ephemeral', ...(part.ttl !== null && { ttl: part.ttl }) };
  }
  return wire;
}

function contentPart(part: Part): Record<string, unknown> {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text, ...part.extensions };
    case 'image':
      return wrapped('image_url', { url: part.url, detail: part.detail }, part.extensions);
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } };
    case 'file': {
      const { fileId, data, filename, extensions } = part;
      return wrapped('file', { file_id: fileId, file_data: data, filename }, extensions);
    }
    case 'refusal':
      return { type: 'refusal', refusal: part.text };
    case 'tool-call':
    case 'tool-result':
    case 'reasoning':
    case 'cache-marker':
      throw new Error(`${part.kind} is no content of a chat completion message`);
  }
}

/** Also how answers hold them. */
export function toolCall({ id, name, input, custom, extensions }: ToolCallPart): JsonRecord {
  return {
    id,
    ...(custom
      ? wrapped('custom', { name, input }, extensions)
      : wrapped('function', { name, arguments: input }, extensions)),
  };
}

function tool({ name, description, parameters, strict, custom, extensions }: Tool): JsonRecord {
  if (custom !== null) return wrapped('custom', { name, description, format: custom.format }, extensions);
  return wrapped('function', { name, description, parameters, strict }, extensions);
}

function toolChoice(choice: ToolChoice | null): unknown {
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

function responseFormat(format: ResponseFormat | null): JsonRecord | null {
  if (format === null) return null;
  if (format.kind !== 'json-schema') return { type: format.kind === 'text' ? 'text' : 'json_object' };
  const { name, description, schema, strict } = format;
  return { type: 'json_schema', json_schema: withoutNulls({ name, description, schema, strict }) };
}

/** `{ type, [type]: fields }`; extensions of the inner object stand under its name. */
function wrapped(type: string, fields: Record<string, unknown>, extensions: Extensions = {}): Record<string, unknown> {
  const { [type]: inner, ...outer } = extensions;
  return { ...outer, type, [type]: withoutNulls({ ...(inner as Extensions | undefined), ...fields }) };
}

function withoutNulls(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
}

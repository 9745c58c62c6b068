type Json = Readonly<Record<string, unknown>>;

const MESSAGE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  system: ['content', 'name'],
  developer: ['content', 'name'],
  user: ['content', 'name'],
  assistant: ['content', 'name', 'refusal', 'tool_calls', 'audio'],
  tool: ['content', 'tool_call_id'],
};
const PARTS: Readonly<Record<string, readonly string[]>> = {
  system: ['text'],
  developer: ['text'],
  user: ['text', 'image_url', 'input_audio', 'file'],
  assistant: ['text', 'refusal'],
  tool: ['text'],
};

/** What OpenAI's API would say is wrong with a conversation; `null` when nothing is. Unknown parameters are told before. */
export function openAiProblem(body: Json): string | null {
  const { messages, tools } = body as { messages?: readonly Json[]; tools?: readonly Json[] };
  if (!Array.isArray(messages) || messages.length === 0) return "Invalid 'messages': empty array.";
  const thinks = /^(o\d|gpt-5)/.test(String(body['model']));
  if (thinks && body['max_tokens'] !== undefined)
    return "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
  if (thinks && body['temperature'] !== undefined && body['temperature'] !== 1)
    return "Unsupported value: 'temperature' does not support this value with this model.";
  if (!thinks && body['reasoning_effort'] !== undefined)
    return 'Unrecognized request argument supplied: reasoning_effort';
  const cap = (body['max_tokens'] ?? body['max_completion_tokens'] ?? 1) as number;
  if (!thinks && cap > 16_384) return `max_tokens is too large: ${cap}. This model supports at most 16384.`;
  if (Array.isArray(body['stop']) && body['stop'].length > 4) return "Invalid 'stop': array too long.";
  if (body['tool_choice'] !== undefined && (tools?.length ?? 0) === 0)
    return "'tool_choice' is only allowed when 'tools' are specified.";
  if (body['parallel_tool_calls'] !== undefined && (tools?.length ?? 0) === 0)
    return "'parallel_tool_calls' is only allowed when 'tools' are specified.";
  return toolsProblem(tools ?? []) ?? messagesProblem(messages);
}

function toolsProblem(tools: readonly Json[]): string | null {
  for (const [i, tool] of tools.entries()) {
    const extra = Object.keys(tool).find((name) => name !== 'type' && name !== 'function');
    if (extra !== undefined) return `Unknown parameter: 'tools[${i}].${extra}'.`;
    const { name } = tool['function'] as { name?: string };
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name ?? '')) return `Invalid 'tools[${i}].function.name'.`;
  }
  return null;
}

function messagesProblem(messages: readonly Json[]): string | null {
  let open = new Set<unknown>();
  for (const [i, message] of messages.entries()) {
    const role = String(message['role']);
    const fields = MESSAGE_FIELDS[role];
    if (fields === undefined) return `Invalid value: '${role}' at messages[${i}].role.`;
    const extra = Object.keys(message).find((name) => name !== 'role' && !fields.includes(name));
    if (extra !== undefined) return `Unknown parameter: 'messages[${i}].${extra}'.`;
    if (role !== 'tool' && open.size > 0)
      return "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.";
    if (role === 'tool' && !open.delete(message['tool_call_id']))
      return "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.";
    const calls = (message['tool_calls'] ?? []) as readonly Json[];
    if (message['tool_calls'] !== undefined && calls.length === 0)
      return `Invalid 'messages[${i}].tool_calls': empty array.`;
    open = role === 'tool' ? open : new Set(calls.map(({ id }) => id));
    const problem = contentProblem(message, role, `messages[${i}]`);
    if (problem !== null) return problem;
  }
  return open.size > 0 ? 'tool calls are left without their results' : null;
}

function contentProblem(message: Json, role: string, at: string): string | null {
  const { content } = message;
  if (content === null || content === undefined) {
    return role === 'assistant' && message['tool_calls'] !== undefined
      ? null
      : `Invalid value for '${at}.content': null.`;
  }
  if (typeof content === 'string') return null;
  if (!Array.isArray(content) || content.length === 0) return `Invalid '${at}.content': empty array.`;
  for (const [i, part] of (content as readonly Json[]).entries()) {
    const type = String(part['type']);
    if (PARTS[role]?.includes(type) !== true) return `Invalid value: '${type}' at ${at}.content[${i}].type.`;
    const extra = Object.keys(part).find((name) => name !== 'type' && name !== type);
    if (extra !== undefined) return `Unknown parameter: '${at}.content[${i}].${extra}'.`;
    const url = (part['image_url'] as { url?: string } | undefined)?.url;
    if (type === 'image_url' && !/^(https:|data:image\/)/.test(url ?? ''))
      return `Invalid '${at}.content[${i}].image_url.url'.`;
  }
  return null;
}

import { createHmac } from 'node:crypto';

export type Block = Readonly<Record<string, unknown>> & { readonly type: string };
export interface Turn {
  readonly role: string;
  readonly content: readonly Block[];
}

const PARAMETERS = new Set(
  (
    'model max_tokens messages system stream temperature top_p top_k stop_sequences metadata service_tier thinking tools ' +
    'tool_choice container output_config cache_control'
  ).split(' '),
);
const BLOCK_FIELDS: Readonly<Record<string, readonly string[]>> = {
  text: ['text', 'citations'],
  image: ['source'],
  document: ['source', 'title', 'context', 'citations'],
  tool_use: ['id', 'name', 'input', 'caller'],
  tool_result: ['tool_use_id', 'content', 'is_error'],
  thinking: ['thinking', 'signature'],
  redacted_thinking: ['data'],
};
const ID = /^[a-zA-Z0-9_-]+$/;

/** The proof that the stand-in wrote a thought itself. */
export function signatureOf(thought: string): string {
  return createHmac('sha256', 'stand-in').update(thought).digest('base64').repeat(6);
}

/** What Anthropic's API would say is wrong with a request, in the order in which it looks; `null` when nothing is. */
export function anthropicProblem(body: Readonly<Record<string, unknown>>): string | null {
  for (const name of Object.keys(body)) if (!PARAMETERS.has(name)) return `${name}: Extra inputs are not permitted`;
  if (typeof body['model'] !== 'string') return 'model: Field required';
  if (!Array.isArray(body['messages']) || body['messages'].length === 0)
    return 'messages: at least one message is required';
  return (
    numbersProblem(body) ??
    thinkingProblem(body) ??
    toolsProblem(body) ??
    messagesProblem(turnsOf(body), body) ??
    markersProblem(body)
  );
}

export function turnsOf(body: Readonly<Record<string, unknown>>): readonly Turn[] {
  return (body['messages'] as readonly Readonly<Record<string, unknown>>[]).map(({ role, content }) => ({
    role: String(role),
    content: typeof content === 'string' ? [{ type: 'text', text: content }] : (content as readonly Block[]),
  }));
}

export function thinks({ thinking }: Readonly<Record<string, unknown>>): boolean {
  const type = (thinking as { type?: string } | undefined)?.type;
  return type === 'enabled' || type === 'adaptive';
}

function numbersProblem(body: Readonly<Record<string, unknown>>): string | null {
  const { max_tokens: maxTokens, temperature, top_p: topP, stop_sequences: stops } = body;
  if (maxTokens === undefined) return 'max_tokens: Field required';
  if (!Number.isInteger(maxTokens) || (maxTokens as number) < 1)
    return 'max_tokens: must be greater than or equal to 1';
  if (Number(maxTokens) > 64_000) return `max_tokens: ${Number(maxTokens)} > 64000, which is the maximum allowed`;
  if (temperature !== undefined && (typeof temperature !== 'number' || temperature < 0 || temperature > 1))
    return 'temperature: range: 0..1';
  if (topP !== undefined && (typeof topP !== 'number' || topP < 0 || topP > 1)) return 'top_p: range: 0..1';
  if (stops !== undefined && (stops as readonly string[]).some((stop) => stop.trim() === ''))
    return 'stop_sequences: each stop sequence must contain non-whitespace';
  return null;
}

function thinkingProblem(body: Readonly<Record<string, unknown>>): string | null {
  const thinking = body['thinking'] as { type?: string; budget_tokens?: number } | undefined;
  if (thinking === undefined || thinking.type === 'disabled') return null;
  if (thinking.type !== 'enabled' && thinking.type !== 'adaptive') return 'thinking.type: unexpected value';
  if (thinking.type === 'enabled') {
    const budget = thinking.budget_tokens;
    if (budget === undefined) return 'thinking.enabled.budget_tokens: Field required';
    if (budget < 1024) return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
    if (budget >= (body['max_tokens'] as number)) return '`max_tokens` must be greater than `thinking.budget_tokens`';
  }
  if (body['temperature'] !== undefined && body['temperature'] !== 1)
    return '`temperature` may only be set to 1 when thinking is enabled';
  if (body['top_k'] !== undefined) return '`top_k` must be unset when thinking is enabled';
  const choice = (body['tool_choice'] as { type?: string } | undefined)?.type;
  if (choice === 'any' || choice === 'tool') return 'Thinking may not be enabled when tool_choice forces tool use.';
  return null;
}

function toolsProblem(body: Readonly<Record<string, unknown>>): string | null {
  const tools = (body['tools'] ?? []) as readonly Readonly<Record<string, unknown>>[];
  const names = new Set<unknown>();
  for (const [i, tool] of tools.entries()) {
    const { name, input_schema: schema, type } = tool;
    if (type !== undefined && type !== 'custom') continue;
    if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,128}$/.test(name)) return `tools.${i}.name: invalid`;
    if ((schema as { type?: string } | undefined)?.type !== 'object')
      return `tools.${i}.custom.input_schema: Field required`;
    if (names.has(name)) return 'tools: Tool names must be unique.';
    names.add(name);
  }
  const choice = body['tool_choice'] as { type?: string; name?: string } | undefined;
  if (choice !== undefined && tools.length === 0) return 'tool_choice: may only be specified while providing `tools`';
  if (choice?.type === 'tool' && !names.has(choice.name))
    return `Tool '${choice.name ?? ''}' not found in provided tools`;
  return null;
}

function messagesProblem(turns: readonly Turn[], body: Readonly<Record<string, unknown>>): string | null {
  for (const [i, { role, content }] of turns.entries()) {
    const at = `messages.${i}`;
    if (role !== 'user' && role !== 'assistant') return `${at}.role: unexpected role "${role}"`;
    if (i === 0 && role !== 'user') return 'messages: first message must use the "user" role';
    if (turns[i - 1]?.role === role) return 'messages: roles must alternate between "user" and "assistant"';
    if (content.length === 0) return `${at}: all messages must have non-empty content`;
    for (const [j, block] of content.entries()) {
      const problem = blockProblem(block, `${at}.content.${j}`);
      if (problem !== null) return problem;
    }
    const problem =
      role === 'user' ? resultsProblem(content, turns[i - 1]?.content ?? [], at) : callsProblem(turns, i, at);
    if (problem !== null) return problem;
  }
  const usesTools = turns.some(({ content }) =>
    content.some(({ type }) => type === 'tool_use' || type === 'tool_result'),
  );
  if (usesTools && body['tools'] === undefined) return 'Requests which include `tool_use` blocks must define tools';
  return thoughtsProblem(turns, body);
}

function blockProblem(block: Block, at: string): string | null {
  const fields = BLOCK_FIELDS[block.type];
  if (fields === undefined)
    return `${at}: Input tag '${block.type}' found using 'type' does not match any of the expected tags`;
  for (const name of Object.keys(block)) {
    if (name !== 'type' && name !== 'cache_control' && !fields.includes(name))
      return `${at}.${name}: Extra inputs are not permitted`;
  }
  switch (block.type) {
    case 'text':
      return String(block['text']).trim() === '' ? `${at}: text content blocks must contain non-whitespace text` : null;
    case 'thinking':
      return block['signature'] === signatureOf(String(block['thinking']))
        ? null
        : `${at}: Invalid \`signature\` in \`thinking\` block`;
    case 'tool_use':
      return ID.test(String(block['id'])) ? null : `${at}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`;
    case 'image': {
      const source = block['source'] as { type?: string; media_type?: string; url?: string };
      if (source.type === 'base64')
        return /^image\/(png|jpeg|gif|webp)$/.test(source.media_type ?? '') ? null : `${at}.source.media_type`;
      return source.type === 'url' || source.type === 'file' ? null : `${at}.source: invalid`;
    }
    default:
      return null;
  }
}

function resultsProblem(content: readonly Block[], before: readonly Block[], at: string): string | null {
  const asked = new Set(before.filter(({ type }) => type === 'tool_use').map(({ id }) => id));
  const answered = content.filter(({ type }) => type === 'tool_result');
  for (const { tool_use_id: id } of answered)
    if (!asked.has(id)) return `${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${String(id)}`;
  if (answered.length < asked.size)
    return `${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after`;
  const firstOther = content.findIndex(({ type }) => type !== 'tool_result');
  const late = firstOther >= 0 && content.slice(firstOther).some(({ type }) => type === 'tool_result');
  return late ? `${at}: tool_result blocks must come first` : null;
}

function callsProblem(turns: readonly Turn[], i: number, at: string): string | null {
  const { content } = turns[i] as Turn;
  const isLast = i === turns.length - 1;
  if (content.some(({ type }) => type === 'tool_use') && isLast) return `${at}: \`tool_use\` without \`tool_result\``;
  const last = content.at(-1);
  if (isLast && last?.type === 'text' && /\s$/.test(String(last['text'])))
    return 'messages: final assistant content cannot end with trailing whitespace';
  return null;
}

/** Inside a running tool loop the thoughts before the calls have to come back. */
function thoughtsProblem(turns: readonly Turn[], body: Readonly<Record<string, unknown>>): string | null {
  if (!thinks(body)) return null;
  if (turns.at(-1)?.role === 'assistant') return 'When thinking is enabled, a final assistant message is no prefill';
  if (turns.at(-1)?.content[0]?.type !== 'tool_result') return null;
  // models that decide for themselves when to think take a loop that began without a thought
  if ((body['thinking'] as { type?: string }).type === 'adaptive') return null;
  const i = turns.length - 2;
  const first = turns[i]?.content[0]?.type ?? '';
  if (first === 'thinking' || first === 'redacted_thinking') return null;
  return `messages.${i}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\``;
}

function markersProblem(body: Readonly<Record<string, unknown>>): string | null {
  const markers = JSON.stringify(body).split('"cache_control"').length - 1;
  return markers > 4 ? `A maximum of 4 blocks with cache_control may be provided. Found ${markers}.` : null;
}

import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';

import { pixel } from './pixel.js';

/** What the agent does in one turn. The last of the three is stopped by its user in the middle. */
type TurnKind = 'talk' | 'tool' | 'parallel tools' | 'picture' | 'abort';

export interface Turn {
  readonly kind: TurnKind;
  readonly prompt: string;
  readonly streamed: boolean;
}

/** Fifty turns as coding agents take them, one of which is aborted. */
export const TURNS: readonly Turn[] = Array.from({ length: 50 }, (_, i): Turn => {
  const kinds: readonly TurnKind[] = ['talk', 'tool', 'parallel tools', 'picture', 'tool'];
  const kind = i === 23 ? 'abort' : (kinds[i % kinds.length] ?? 'talk');
  const calls: Readonly<Partial<Record<TurnKind, string>>> = {
    tool: `call read_file with f${i}`,
    'parallel tools': `call read_file with a${i} and call grep with b${i} and call read_file with c${i}`,
  };
  return { kind, prompt: `Turn ${i}: ${calls[kind] ?? 'go on'}`, streamed: i % 2 === 1 || kind === 'abort' };
});

/** A client library, as the agent uses it. Each answers the text that the turn ended with. */
export interface AgentClient {
  /** Runs a turn to its end, tools included. */
  turn(turn: Turn): Promise<string>;
  /** Begins a turn and leaves in the middle of the answer, which is forgotten. */
  abort(turn: Turn): Promise<void>;
}

const schema = { type: 'object' as const, properties: { value: { type: 'string' } }, required: ['value'] };
const TOOLS = ['read_file', 'grep', 'bash'].map((name) => ({ name, description: `Runs ${name}`, parameters: schema }));
const SYSTEM = 'You are a coding agent. Use the tools that you are given.';
const run = (name: string, { value }: { value: string }): string => `${name}:${value}`;

/** As Claude Code speaks: thinking on, markers on the system prompt, the tools and the latest turn, results as blocks. */
export class AnthropicAgent implements AgentClient {
  private readonly history: Anthropic.MessageParam[] = [];

  constructor(
    private readonly client: Anthropic,
    private readonly model: string,
  ) {}

  async turn({ kind, prompt, streamed }: Turn): Promise<string> {
    this.history.push({ role: 'user', content: promptBlocks(kind, prompt) });
    for (;;) {
      const message = await this.ask(streamed);
      this.history.push({ role: 'assistant', content: message.content });
      const calls = message.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []));
      if (calls.length === 0) {
        return message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
      }
      const results = calls.map(({ id, name, input }): Anthropic.ToolResultBlockParam => {
        const text = run(name, input as { value: string });
        return { type: 'tool_result', tool_use_id: id, content: [{ type: 'text', text }], is_error: false };
      });
      this.history.push({ role: 'user', content: results });
    }
  }

  async abort({ prompt }: Turn): Promise<void> {
    this.history.push({ role: 'user', content: prompt });
    const stream = this.client.messages.stream(this.request());
    stream.on('error', () => undefined);
    stream.on('abort', () => undefined);
    stream.on('text', () => stream.abort());
    await stream.done().catch(() => undefined);
    this.history.pop();
  }

  private ask(streamed: boolean): Promise<Anthropic.Message> {
    if (streamed) return this.client.messages.stream(this.request()).finalMessage();
    return this.client.messages.create(this.request());
  }

  private request(): Anthropic.MessageCreateParamsNonStreaming {
    const marker = { type: 'ephemeral' as const };
    const tools = TOOLS.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters }));
    return {
      model: this.model,
      max_tokens: 16_000,
      system: [{ type: 'text', text: SYSTEM, cache_control: { ...marker, ttl: '1h' } }],
      tools: tools.map((tool, i) => (i === tools.length - 1 ? { ...tool, cache_control: marker } : tool)),
      thinking: { type: 'enabled', budget_tokens: 4_000 },
      metadata: { user_id: 'user_a_account_b_session_c' },
      messages: this.history.map((message, i) => (i === this.history.length - 1 ? marked(message) : message)),
    };
  }
}

/** The last block of a message carries the marker that moves on with the conversation. */
function marked({ role, content }: Anthropic.MessageParam): Anthropic.MessageParam {
  if (typeof content === 'string') return { role, content };
  const last = content.at(-1);
  if (last?.type !== 'text' && last?.type !== 'tool_result' && last?.type !== 'image') return { role, content };
  return { role, content: [...content.slice(0, -1), { ...last, cache_control: { type: 'ephemeral' } }] };
}

function promptBlocks(kind: TurnKind, prompt: string): Anthropic.ContentBlockParam[] {
  const text: Anthropic.TextBlockParam = { type: 'text', text: prompt };
  if (kind !== 'picture') return [text];
  return [text, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } }];
}

/** As agents built on chat completions speak: results as messages of their own, and no place for thoughts. */
export class OpenAiAgent implements AgentClient {
  private readonly history: OpenAI.ChatCompletionMessageParam[] = [{ role: 'system', content: SYSTEM }];

  constructor(
    private readonly client: OpenAI,
    private readonly model: string,
    private readonly effort: 'medium' | null,
  ) {}

  async turn({ kind, prompt, streamed }: Turn): Promise<string> {
    const url = `data:image/png;base64,${pixel}`;
    const text = { type: 'text' as const, text: prompt };
    const content = kind === 'picture' ? [text, { type: 'image_url' as const, image_url: { url } }] : prompt;
    this.history.push({ role: 'user', content });
    for (;;) {
      const { content: said, tool_calls: calls = [] } = await this.ask(streamed);
      this.history.push({ role: 'assistant', content: said, ...(calls.length > 0 && { tool_calls: calls }) });
      if (calls.length === 0) return said ?? '';
      for (const call of calls) {
        if (call.type !== 'function') throw new Error('no function');
        const { name, arguments: input } = call.function;
        const result = run(name, JSON.parse(input) as { value: string });
        this.history.push({ role: 'tool', tool_call_id: call.id, content: result });
      }
    }
  }

  async abort({ prompt }: Turn): Promise<void> {
    this.history.push({ role: 'user', content: prompt });
    const stream = this.client.chat.completions.stream(this.request());
    stream.on('error', () => undefined);
    stream.on('abort', () => undefined);
    stream.on('content', () => stream.abort());
    await stream.done().catch(() => undefined);
    this.history.pop();
  }

  private async ask(streamed: boolean): Promise<OpenAI.ChatCompletionMessage> {
    const answer = streamed
      ? await this.client.chat.completions.stream(this.request()).finalChatCompletion()
      : await this.client.chat.completions.create(this.request());
    const message = answer.choices[0]?.message;
    if (message === undefined) throw new Error('no choice');
    return message;
  }

  private request(): OpenAI.ChatCompletionCreateParamsNonStreaming {
    return {
      model: this.model,
      messages: this.history,
      tools: TOOLS.map((tool) => ({ type: 'function', function: tool })),
      ...(this.effort !== null && { reasoning_effort: this.effort }),
    };
  }
}

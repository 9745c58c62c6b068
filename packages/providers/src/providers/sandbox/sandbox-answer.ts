import type { Choice, Conversation, FinishReason, Part, Tool } from '../../conversation.js';
import type { ReadUsage } from '../../reported-usage.js';
import type { SandboxBehaviour } from './sandbox-behaviour.js';
import { CHARACTERS_PER_TOKEN, inputUsage, tokensOf } from './sandbox-usage.js';
import { valueOfSchema } from './value-of-schema.js';

const LOREM =
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna ' +
  'aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat. ';
const DEFAULT_LOREM_CHARACTERS = 480;
const MAX_LOREM_CHARACTERS = 65_536;
const MAX_HINT_CHARACTERS = 80;

export interface SandboxAnswer {
  readonly choices: readonly Choice[];
  readonly usage: ReadUsage;
}

/** What the simulated model says: always the same for the same conversation. */
export function sandboxAnswer(conversation: Conversation, behaviour: SandboxBehaviour): SandboxAnswer {
  const draft = bounded(draftOf(conversation, behaviour), conversation);
  const choice: Omit<Choice, 'index'> = {
    parts: draft.parts,
    finish: draft.finish,
    stopSequence: null,
    annotations: [],
    logprobs: logprobs(draft, conversation),
    extensions: {},
  };
  const choices = Array.from({ length: conversation.choices }, (_, index): Choice => ({ ...choice, index }));
  const output = choices.length * draft.writtenTokens;
  const reasoning = choices.length * draft.reasoningTokens;
  const usage = { ...inputUsage(conversation), output, output_reasoning: reasoning };
  return { choices, usage: { usage, reportedCost: null, problem: null } };
}

interface Draft {
  readonly reasoning: string;
  readonly call: { readonly tool: Tool; readonly input: string } | null;
  readonly text: string;
}

function draftOf(conversation: Conversation, behaviour: SandboxBehaviour): Draft {
  const asked = lastText(conversation);
  const reasoning = behaviour.reasons ? `The user says: ${asked.slice(0, 200)}\nA simulated model repeats it.` : '';
  const tool = toolToCall(conversation, behaviour);
  if (tool !== null) {
    const hint = asked.slice(0, MAX_HINT_CHARACTERS);
    const input =
      tool.custom !== null ? hint : JSON.stringify(valueOfSchema(tool.parameters ?? { type: 'object' }, hint));
    return { reasoning, call: { tool, input }, text: '' };
  }
  return { reasoning, call: null, text: textOf(conversation, behaviour, asked) };
}

/** A forced tool is called by every model; the first one of several by `sandbox/tools`, until it has a result. */
function toolToCall({ tools, toolChoice, messages }: Conversation, behaviour: SandboxBehaviour): Tool | null {
  if (toolChoice?.kind === 'none') return null;
  if (toolChoice?.kind === 'tool') return tools.find((tool) => tool.name === toolChoice.name) ?? null;
  const required =
    toolChoice?.kind === 'required' || (toolChoice?.kind === 'allowed' && toolChoice.mode === 'required');
  if (!required && (!behaviour.callsTools || messages.at(-1)?.role === 'tool')) return null;
  return tools[0] ?? null;
}

function textOf(
  { responseFormat, messages, maxOutputTokens }: Conversation,
  behaviour: SandboxBehaviour,
  asked: string,
): string {
  if (responseFormat?.kind === 'json-schema') {
    return JSON.stringify(
      valueOfSchema(responseFormat.schema ?? { type: 'object' }, asked.slice(0, MAX_HINT_CHARACTERS)),
    );
  }
  if (responseFormat?.kind === 'json-object' || behaviour.text === 'json') return JSON.stringify({ answer: asked });
  if (messages.at(-1)?.role === 'tool') return `The tool answered: ${asked}`;
  if (behaviour.text === 'echo') return asked;
  const usual = Math.max(DEFAULT_LOREM_CHARACTERS, (behaviour.chunks?.count ?? 0) * CHARACTERS_PER_TOKEN);
  const wanted = maxOutputTokens === null ? usual : (maxOutputTokens + 1) * CHARACTERS_PER_TOKEN;
  const characters = Math.min(wanted, MAX_LOREM_CHARACTERS);
  return LOREM.repeat(Math.ceil(characters / LOREM.length)).slice(0, characters);
}

function lastText({ messages }: Conversation): string {
  for (const { role, parts } of messages.toReversed()) {
    if (role !== 'user' && role !== 'tool') continue;
    const text = parts.flatMap((part) => (part.kind === 'tool-result' ? part.content : [part])).map(partText);
    if (text.some((piece) => piece !== '')) return text.join('');
  }
  return 'Hello from the sandbox.';
}

function partText(part: Part): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'image':
      return '[image]';
    case 'audio':
      return '[audio]';
    case 'file':
      return '[file]';
    default:
      return '';
  }
}

interface BoundedDraft {
  readonly parts: readonly Part[];
  readonly text: string;
  readonly finish: FinishReason;
  readonly reasoningTokens: number;
  readonly writtenTokens: number;
}

/** Stop sequences and the cap on the output hold; thoughts are counted first, as real models do. */
function bounded(draft: Draft, { stop, maxOutputTokens }: Conversation): BoundedDraft {
  let left = maxOutputTokens ?? Infinity;
  const reasoning = clip(draft.reasoning, left);
  const reasoningTokens = tokensOf(reasoning);
  left -= reasoningTokens;
  const stopped = stopAt(draft.text, stop);
  const text = clip(stopped, left);
  const input = clip(draft.call?.input ?? '', left);
  const cut = reasoning !== draft.reasoning || text !== stopped || input !== (draft.call?.input ?? '');
  const parts: Part[] = [];
  if (reasoning !== '') parts.push({ kind: 'reasoning', text: reasoning, signature: null, redacted: null });
  if (text !== '') parts.push({ kind: 'text', text });
  if (draft.call !== null && left > 0) {
    const { name, custom } = draft.call.tool;
    parts.push({ kind: 'tool-call', id: `call_sandbox_${name}`, name, input, custom: custom !== null });
  }
  const finish = cut ? 'length' : draft.call !== null ? 'tool-calls' : 'stop';
  const writtenTokens = tokensOf(text) + (draft.call === null ? 0 : tokensOf(draft.call.tool.name + input));
  return { parts, text, finish, reasoningTokens, writtenTokens };
}

function stopAt(text: string, stop: readonly string[]): string {
  let end = text.length;
  for (const sequence of stop) {
    const at = sequence === '' ? -1 : text.indexOf(sequence);
    if (at >= 0 && at < end) end = at;
  }
  return text.slice(0, end);
}

function clip(text: string, tokens: number): string {
  const end = tokens * CHARACTERS_PER_TOKEN;
  if (text.length <= end) return text;
  const half = /[\uD800-\uDBFF]$/.test(text.slice(0, end)); // not in the middle of a character
  return text.slice(0, half ? end - 1 : end);
}

function logprobs({ text }: BoundedDraft, { topLogprobs }: Conversation): Choice['logprobs'] {
  if (topLogprobs === null) return null;
  const content = (text.match(/[\s\S]{1,4}/gu) ?? []).map((token) => {
    const entry = { token, logprob: -0.01, bytes: [...Buffer.from(token)] };
    return { ...entry, top_logprobs: topLogprobs > 0 ? [entry] : [] };
  });
  return { content, refusal: null };
}

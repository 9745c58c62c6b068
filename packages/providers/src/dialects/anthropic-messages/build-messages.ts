import type { Conversation, Message, Part } from '../../conversation.js';
import { dividedInstructions } from '../../instructions.js';
import type { JsonRecord } from '../../json.js';
import type { TargetModel } from '../../target-model.js';
import { BlockWriter, type BlockOptions, type WireBlock } from './build-blocks.js';

interface BuiltMessages {
  readonly system: readonly JsonRecord[] | string | null;
  readonly messages: readonly JsonRecord[];
}

/** One turn: what Anthropic takes alternates, and results of tools stand in front. */
interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly results: WireBlock[];
  readonly blocks: WireBlock[];
}

/** A conversation must not begin with the assistant. */
const OPENING: WireBlock = { type: 'text', text: '(The assistant speaks first.)' };

/** The messages of a request, and the system prompt that stands apart from them. */
export function buildMessages({ messages }: Conversation, target: TargetModel, options: BlockOptions): BuiltMessages {
  const blocks = new BlockWriter(options);
  if (options.own) return ownMessages(messages, blocks);
  const { instructions, others } = dividedInstructions(messages, target.laterSystemMessages);
  const system = instructions.flatMap((message) => blocks.write(message, message.parts));
  const turns: Turn[] = [];
  for (const message of others) addTo(turns, message, blocks);
  if (turns[0]?.role !== 'user') turns.unshift({ role: 'user', results: [], blocks: [OPENING] });
  endProperly(turns, target, options);
  return { system: content(system), messages: turns.map(writeTurn) };
}

function ownMessages(messages: readonly Message[], blocks: BlockWriter): BuiltMessages {
  const [first, ...rest] = messages;
  const system = first?.path === 'system' ? blocks.write(first, first.parts) : [];
  const others = first?.path === 'system' ? rest : messages;
  return {
    system: content(system),
    messages: others.map((message) => ({
      ...message.extensions,
      role: message.role,
      content: content(blocks.write(message, message.parts)) ?? '',
    })),
  };
}

/** Consecutive messages of one role are one turn; an empty one is left out. */
function addTo(turns: Turn[], message: Message, blocks: BlockWriter): void {
  const role = roleOf(message, turns.length > 0);
  const [results, others] = split(message.parts);
  const writtenResults = blocks.write(message, results);
  const written = blocks.write(message, others);
  if (writtenResults.length + written.length === 0) return;
  let turn = turns.at(-1);
  if (turn?.role !== role) {
    turn = { role, results: [], blocks: [] };
    turns.push(turn);
  }
  turn.results.push(...writtenResults);
  turn.blocks.push(...written);
}

function roleOf({ role }: Message, inside: boolean): Turn['role'] {
  if (role === 'assistant') return role;
  return inside && (role === 'system' || role === 'developer') ? 'system' : 'user';
}

/** Results of tools, each with the marker that follows it, and the rest. */
function split(parts: readonly Part[]): readonly [readonly Part[], readonly Part[]] {
  const results: Part[] = [];
  const others: Part[] = [];
  let target = others;
  for (const part of parts) {
    if (part.kind !== 'cache-marker') target = part.kind === 'tool-result' ? results : others;
    target.push(part);
  }
  return [results, others];
}

/** A last turn of the assistant is continued by models that do so; white space at its end is refused. */
function endProperly(turns: Turn[], { prefill }: TargetModel, { losses, lastPath }: BlockOptions): void {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return;
  if (!prefill) {
    losses.add(lastPath, 'The target model cannot continue a last message of the assistant.', 'other-answer');
    turns.pop();
    return;
  }
  const block = last.blocks.at(-1);
  if (block !== undefined && typeof block['text'] === 'string') block['text'] = block['text'].trimEnd();
}

function writeTurn({ role, results, blocks }: Turn): JsonRecord {
  return { role, content: content([...results, ...blocks]) };
}

/** A single plain text is written as such. */
function content(blocks: readonly WireBlock[]): readonly WireBlock[] | string | null {
  const [only] = blocks;
  if (only === undefined) return null;
  const plain = blocks.length === 1 && only['type'] === 'text' && Object.keys(only).length === 2;
  return plain ? (only['text'] as string) : blocks;
}

import type { Conversation, Message, Part } from '../../conversation.js';
import type { JsonRecord } from '../../json.js';
import { BlockWriter, type BlockOptions, type WireBlock } from './build-blocks.js';

interface BuiltMessages {
  readonly system: readonly WireBlock[];
  readonly messages: readonly JsonRecord[];
}

/** One turn: what Converse takes alternates, and results of tools stand in front. */
interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: WireBlock[];
  /** How many of the content are results of tools, with the points behind them. */
  results: number;
}

/** A conversation must not begin with the assistant. */
const OPENING: WireBlock = { text: '(The assistant speaks first.)' };
/** A document must not come without a text. */
const BESIDE_DOCUMENTS: WireBlock = { text: '(See the attached document.)' };

/** The messages of a request, and the system prompt that stands apart from them. */
export function buildMessages({ messages }: Conversation, options: BlockOptions): BuiltMessages {
  const blocks = new BlockWriter(options);
  const { instructions, others } = divided(messages, options);
  const system: WireBlock[] = [];
  for (const message of instructions) append(system, blocks.write(message, message.parts), options);
  const turns: Turn[] = [];
  for (const message of others) addTo(turns, message, { blocks, options });
  if (turns[0]?.role !== 'user') turns.unshift({ role: 'user', content: [OPENING], results: 0 });
  endProperly(turns, others.at(-1)?.path ?? 'messages', options);
  for (const { role, content } of turns) {
    if (role === 'user' && hasDocument(content) && !content.some((block) => block['text'] !== undefined)) {
      content.push(BESIDE_DOCUMENTS);
    }
  }
  return { system, messages: turns.map(({ role, content }) => ({ role, content })) };
}

/** Instructions go before the conversation, also those that came later; models without a system prompt hear them from the user. */
function divided(
  messages: readonly Message[],
  { target }: BlockOptions,
): { readonly instructions: readonly Message[]; readonly others: readonly Message[] } {
  const instructions = messages.filter(isInstruction);
  const others = messages.filter((message) => !isInstruction(message));
  if (target.refuses.has('system')) return { instructions: [], others: [...instructions, ...others] };
  // a request of instructions alone still has to ask something
  if (others.length === 0) return { instructions: instructions.slice(0, -1), others: instructions.slice(-1) };
  return { instructions, others };
}

function isInstruction({ role }: Message): boolean {
  return role === 'system' || role === 'developer';
}

interface Writing {
  readonly blocks: BlockWriter;
  readonly options: BlockOptions;
}

/** Consecutive messages of one role are one turn; an empty one is left out. */
function addTo(turns: Turn[], message: Message, { blocks, options }: Writing): void {
  const role = message.role === 'assistant' ? 'assistant' : 'user';
  const [results, others] = split(message.parts);
  const writtenResults = blocks.write(message, results);
  const written = blocks.write(message, others);
  if (writtenResults.length + written.length === 0) return;
  let turn = turns.at(-1);
  if (turn?.role !== role) {
    turn = { role, content: [], results: 0 };
    turns.push(turn);
  }
  turn.content.splice(turn.results, 0, ...writtenResults);
  turn.results += writtenResults.length;
  options.points.moved(writtenResults, turn.content);
  append(turn.content, written, options);
}

function append(to: WireBlock[], blocks: WireBlock[], { points }: BlockOptions): void {
  to.push(...blocks);
  points.moved(blocks, to);
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
function endProperly(turns: Turn[], lastPath: string, { target, losses }: BlockOptions): void {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return;
  if (!target.prefill) {
    const leavingOut = turns.length > 1 && turns[0]?.content[0] !== OPENING ? 'other-answer' : 'impossible';
    losses.add(lastPath, 'The target model cannot continue a last message of the assistant.', leavingOut);
    turns.pop();
    return;
  }
  const at = last.content.length - 1;
  const block = last.content[at];
  if (typeof block?.['text'] === 'string') last.content[at] = { text: block['text'].trimEnd() };
}

function hasDocument(content: readonly WireBlock[]): boolean {
  return content.some((block) => block['document'] !== undefined);
}

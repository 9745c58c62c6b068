import type { Conversation, Message, Part } from '../../conversation.js';
import { dividedInstructions } from '../../instructions.js';
import type { JsonRecord } from '../../json.js';
import type { TargetModel } from '../../target-model.js';
import { PartWriter, type PartOptions, type WirePart } from './build-parts.js';

interface BuiltContents {
  readonly systemInstruction: JsonRecord | null;
  readonly contents: readonly JsonRecord[];
}

interface Turn {
  readonly role: 'user' | 'model';
  readonly results: WirePart[];
  readonly parts: WirePart[];
}

/**
 * What models of the third generation on take for the proof of a call that another model made (thought-signatures, FAQ), in
 * base64 like any other proof: Vertex takes no other.
 */
const NO_PROOF = Buffer.from('skip_thought_signature_validator').toString('base64');
/** A conversation must not begin with the model. */
const OPENING: WirePart = { text: '(The assistant speaks first.)' };

/** The contents of a request, and the instructions that stand apart from them. */
export function buildContents(
  conversation: Conversation,
  target: TargetModel,
  options: Omit<PartOptions, 'calledTools'>,
): BuiltContents {
  const { messages } = conversation;
  const writer = new PartWriter({ ...options, calledTools: calledTools(messages) });
  const { instructions, others } = dividedInstructions(messages, false);
  const system = instructions.flatMap((message) => [...writer.write(message).others]);
  const turns: Turn[] = [];
  for (const message of others) addTo(turns, message, { writer, own: options.own });
  if (!options.own) {
    if (turns[0]?.role !== 'user') turns.unshift({ role: 'user', results: [], parts: [OPENING] });
    endProperly(turns, others, { target, options });
  }
  // the client's own calls have Google's proofs, unless a model of another dialect made them
  const isUnproven = options.own ? others.some(({ parts }) => parts.some(isForeignThought)) : true;
  if (isUnproven && target.thinking === 'effort') for (const turn of turns) proveCalls(turn);
  return {
    systemInstruction: system.length === 0 ? null : { parts: system },
    contents: turns.map(({ role, results, parts }) => ({ role, parts: [...results, ...parts] })),
  };
}

function calledTools(messages: readonly Message[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { parts } of messages)
    for (const part of parts) if (part.kind === 'tool-call') names.set(part.id, part.name);
  return names;
}

/** Consecutive messages of one role are one turn; an empty one is left out. */
function addTo(turns: Turn[], message: Message, { writer, own }: { writer: PartWriter; own: boolean }): void {
  const role = message.role === 'assistant' ? 'model' : 'user';
  const { results, others } = writer.write(message);
  if (results.length + others.length === 0) return;
  let turn = turns.at(-1);
  if (turn?.role !== role || own) {
    turn = { role, results: [], parts: [] };
    turns.push(turn);
  }
  turn.results.push(...results);
  turn.parts.push(...others);
}

/** Google answers what the user said last, and does not go on with what the model said. */
function endProperly(
  turns: Turn[],
  messages: readonly Message[],
  { target, options }: { target: TargetModel; options: Omit<PartOptions, 'calledTools'> },
): void {
  if (turns.at(-1)?.role !== 'model' || target.prefill) return;
  const path = messages.at(-1)?.path ?? 'messages';
  const message = 'The target model cannot continue a last message of the assistant.';
  options.losses.add(
    path,
    message,
    turns.length <= 2 && turns[0]?.parts[0] === OPENING ? 'impossible' : 'other-answer',
  );
  turns.pop();
}

function isForeignThought(part: Part): boolean {
  return part.kind === 'reasoning' && part.provenBy !== undefined && part.provenBy !== 'google-generate';
}

/** Without the proof of the first call of a turn the request is refused. */
function proveCalls({ parts }: Turn): void {
  const first = parts.find((part) => part['functionCall'] !== undefined);
  if (first !== undefined) first['thoughtSignature'] ??= NO_PROOF;
}

import type { Message, Part, ReasoningPart, Role, ToolResultPart } from '../../conversation.js';
import { openReasoning } from '../../reasoning-envelope.js';
import type { WireReader } from '../../wire-reader.js';
import { RequestRefusal } from '../../wire-reader.js';
import { contentParts, extended } from './parse-content.js';

const DIALECT = 'openai-responses';
const ROLES: readonly Role[] = ['system', 'developer', 'user', 'assistant'];
const NOT_STORED = 'nothing is stored here. Send the item itself, and `store: false`, with which SDKs do';

type Growing = { -readonly [K in keyof Message]: Message[K] } & { parts: Part[] };

/**
 * The input as messages. What the model wrote in one turn are many items here, and has to be one message for dialects that
 * want calls and their results side by side.
 */
export function parseInput(wire: WireReader): readonly Message[] {
  const input = wire.raw('input');
  if (typeof input === 'string') return [messageOf('input', 'user', [{ kind: 'text', text: input }])];
  const grouped = new TurnGrouper();
  for (const item of wire.objects('input')) parseItem(item, grouped);
  return grouped.messages;
}

function messageOf(path: string, role: Role, parts: Part[]): Growing {
  return { path, role, name: null, parts, extensions: {} };
}

class TurnGrouper {
  readonly messages: Growing[] = [];
  #turn: Growing | null = null;

  add(message: Growing): void {
    this.#turn = null;
    this.messages.push(message);
  }

  /** Adds what the model wrote. A text after a text, without calls between them, is an answer of its own. */
  addWritten(path: string, parts: readonly Part[], isMessage: boolean): void {
    const before = this.#turn?.parts ?? [];
    const answered = before.some(isSaid) && !before.some((part) => part.kind === 'tool-call');
    if (this.#turn === null || (isMessage && answered)) {
      this.#turn = messageOf(path, 'assistant', []);
      this.messages.push(this.#turn);
    }
    this.#turn.parts.push(...parts);
  }
}

function isSaid({ kind }: Part): boolean {
  return kind === 'text' || kind === 'refusal';
}

function parseItem(wire: WireReader, grouped: TurnGrouper): void {
  const type = wire.string('type') ?? (wire.raw('role') === null ? 'item_reference' : 'message');
  switch (type) {
    case 'message':
      return parseMessage(wire, grouped);
    case 'reasoning':
      return grouped.addWritten(wire.path, [reasoning(wire)], false);
    case 'function_call':
    case 'custom_tool_call':
      return grouped.addWritten(wire.path, [toolCall(wire, type === 'custom_tool_call')], false);
    case 'function_call_output':
    case 'custom_tool_call_output':
      return grouped.add(messageOf(wire.path, 'user', [toolResult(wire, type)]));
    case 'item_reference':
      throw new RequestRefusal(
        `'item_reference' is not supported: ${NOT_STORED}.`,
        wire.path,
        'caller_unsupported_parameter',
      );
    default: {
      const part: Part = { kind: 'opaque', dialect: DIALECT, wire: { type, ...wire.rest() } };
      // what the client has to say about calls of other kinds; all else the model or its provider wrote
      if (/_(?:output|response)$/.test(type)) return grouped.add(messageOf(wire.path, 'user', [part]));
      return grouped.addWritten(wire.path, [part], false);
    }
  }
}

function parseMessage(wire: WireReader, grouped: TurnGrouper): void {
  const given = wire.requiredString('role');
  const role = ROLES.find((known) => known === given);
  if (role === undefined) throw wire.unsupported('role', ROLES);
  if (wire.raw('content') === null) {
    throw new RequestRefusal(`Missing required parameter: '${wire.pathOf('content')}'.`, wire.pathOf('content'));
  }
  const parts = contentParts(wire, 'content');
  const item = wire.rest();
  if (role !== 'assistant') return grouped.add({ ...messageOf(wire.path, role, parts), extensions: item });
  const [first, ...others] = parts;
  if (first?.kind !== 'text' || Object.keys(item).length === 0) return grouped.addWritten(wire.path, parts, true);
  // several items are one message, so the item's own fields stand with its first text
  const marked = { ...first, extensions: { ...first.extensions, item } };
  grouped.addWritten(wire.path, [marked, ...others], true);
}

/** Proofs of other providers come in an envelope; what is in none is OpenAI's own. */
function reasoning(wire: WireReader): ReasoningPart {
  const texts = [...contentParts(wire, 'summary'), ...reasoningTexts(wire)];
  const text = texts.map((part) => (part.kind === 'text' ? part.text : '')).join('\n\n');
  const signature = wire.string('encrypted_content');
  const opened = signature === null ? null : openReasoning(signature, text);
  return opened ?? { kind: 'reasoning', text, signature, redacted: null };
}

/** Thoughts as they were, of models that show them; where there is a summary, it is one of these. */
function reasoningTexts(wire: WireReader): readonly Part[] {
  if ((wire.array('summary') ?? []).length > 0) return [];
  return wire.objects('content').map((content) => ({ kind: 'text', text: content.string('text') ?? '' }));
}

function toolCall(wire: WireReader, custom: boolean): Part {
  const id = wire.requiredString('call_id');
  const name = wire.requiredString('name');
  const input = wire.string(custom ? 'input' : 'arguments') ?? '';
  return { kind: 'tool-call', id, name, input, custom, ...extended(wire.rest()) };
}

function toolResult(wire: WireReader, type: string): ToolResultPart {
  const toolCallId = wire.requiredString('call_id');
  const content = contentParts(wire, 'output');
  const kind = type === 'custom_tool_call_output' ? { type } : {};
  return { kind: 'tool-result', toolCallId, content, isError: false, ...extended({ ...kind, ...wire.rest() }) };
}

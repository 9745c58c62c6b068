import type { Extensions, Part } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';

/** A block of an answer as a part; `null` when there is nothing in it. */
export function readBlock(block: JsonRecord): Part | null {
  switch (block['type']) {
    case 'text': {
      const citations = citationsOf(block);
      const text = string(block['text']) ?? '';
      if (citations.length > 0) return { kind: 'text', text, extensions: { citations } };
      return text === '' ? null : { kind: 'text', text };
    }
    case 'thinking':
      return {
        kind: 'reasoning',
        text: string(block['thinking']) ?? '',
        signature: signatureOf(block),
        redacted: null,
      };
    case 'redacted_thinking':
      return { kind: 'reasoning', text: '', signature: null, redacted: string(block['data']) ?? '' };
    case 'tool_use': {
      const input = isRecord(block['input']) ? JSON.stringify(block['input']) : '{}';
      return { kind: 'tool-call', ...toolUseOf(block), input, custom: false };
    }
    default:
      return { kind: 'opaque', dialect: 'anthropic-messages', wire: block };
  }
}

export function citationsOf(block: JsonRecord): readonly JsonRecord[] {
  return Array.isArray(block['citations']) ? block['citations'].filter(isRecord) : [];
}

/** An empty signature is none: streams begin with it. */
export function signatureOf(block: JsonRecord): string | null {
  const signature = string(block['signature']);
  return signature === '' ? null : signature;
}

interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly extensions?: Extensions;
}

/** Everything of a call but its input. */
export function toolUseOf(block: JsonRecord): ToolUse {
  const extensions: Record<string, unknown> = {};
  for (const name in block) {
    if (!TOOL_USE_FIELDS.has(name) && block[name] !== null && !isDirectCaller(name, block[name])) {
      extensions[name] = block[name];
    }
  }
  const call = { id: string(block['id']) ?? '', name: string(block['name']) ?? '' };
  return Object.keys(extensions).length === 0 ? call : { ...call, extensions };
}

const TOOL_USE_FIELDS = new Set(['type', 'id', 'name', 'input']);

/** That the model itself calls is the rule, and no news. */
function isDirectCaller(name: string, value: unknown): boolean {
  return name === 'caller' && isRecord(value) && value['type'] === 'direct';
}

export function string(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

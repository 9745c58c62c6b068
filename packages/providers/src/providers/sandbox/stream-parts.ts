import type { Completion, Part, StreamPart } from '../../conversation.js';

const USUAL_PIECE_CHARACTERS = 12;
const MAX_PIECES = 400;

/** An answer as the parts of a stream; `pieces` says into how many its text is cut. */
export function* streamParts(completion: Completion, pieces: number | null): Generator<StreamPart> {
  const { dialect, id, model, created } = completion;
  yield { kind: 'start', dialect, id, model, created, usage: null };
  if (completion.serviceTier !== null) yield { kind: 'service-tier', serviceTier: completion.serviceTier };
  yield { kind: 'extensions', choice: null, extensions: completion.extensions };
  for (const { index: choice, parts, finish, logprobs } of completion.choices) {
    let calls = 0;
    for (const part of parts) {
      yield* partOf(part, { choice, call: calls, pieces });
      if (part.kind === 'tool-call') calls++;
    }
    if (logprobs !== null) yield { kind: 'logprobs', choice, logprobs };
    yield { kind: 'finish', choice, reason: finish ?? 'stop', stopSequence: null };
  }
  if (completion.usage !== null) yield { kind: 'usage', usage: completion.usage };
  yield { kind: 'done' };
}

interface Place {
  readonly choice: number;
  /** Number of the tool call within the choice. */
  readonly call: number;
  readonly pieces: number | null;
}

function* partOf(part: Part, { choice, call, pieces }: Place): Generator<StreamPart> {
  switch (part.kind) {
    case 'reasoning':
      for (const text of cut(part.text, pieces)) {
        yield { kind: 'reasoning', choice, text, signature: null, redacted: null };
      }
      break;
    case 'text':
      for (const text of cut(part.text, pieces)) yield { kind: 'text', choice, text };
      break;
    case 'tool-call':
      yield { kind: 'tool-call', choice, index: call, id: part.id, name: part.name, custom: part.custom };
      for (const text of cut(part.input, pieces)) yield { kind: 'tool-input', choice, index: call, text };
      break;
    default:
      throw new Error(`the sandbox writes no ${part.kind}`);
  }
}

/** Cuts between characters, never inside one. */
function* cut(text: string, pieces: number | null): Generator<string> {
  const characters = Array.from(text);
  const count = pieces ?? Math.min(Math.ceil(characters.length / USUAL_PIECE_CHARACTERS), MAX_PIECES);
  for (let i = 0; i < count; i++) {
    const from = Math.floor((i * characters.length) / count);
    const piece = characters.slice(from, Math.floor(((i + 1) * characters.length) / count)).join('');
    if (piece !== '') yield piece;
  }
}

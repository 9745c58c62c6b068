import type { StreamPart } from '../conversation.js';

/** What nearly all of a stream consists of: a piece of what the model writes, and nothing beside it. */
export type ContentPiece = Extract<StreamPart, { kind: 'text' | 'refusal' | 'reasoning' | 'tool-input' }>;

export function isContentPiece(part: StreamPart): part is ContentPiece {
  switch (part.kind) {
    case 'text':
    case 'refusal':
    case 'tool-input':
      return true;
    case 'reasoning':
      return part.signature === null && part.redacted === null;
    default:
      return false;
  }
}

/** The same piece with another text. */
export function withText(piece: ContentPiece, text: string): ContentPiece {
  const { kind, choice } = piece;
  switch (kind) {
    case 'text':
    case 'refusal':
      return { kind, choice, text };
    case 'tool-input':
      return { kind, choice, index: piece.index, text };
    case 'reasoning': {
      const { provenBy } = piece;
      const thought = { kind, choice, text, signature: null, redacted: null } as const;
      return provenBy === undefined ? thought : { ...thought, provenBy };
    }
  }
}

import type { Conversation, Extensions, Part } from './conversation.js';
import type { Losses } from './inexpressible.js';
import { PARAMETER_NAMES } from './parameter-names.js';

/** What extensions say that has been read elsewhere, or that only says which item of the provider's something was. */
const NO_LOSS = new Set(['id', 'status', 'type', 'item', 'mimeType', 'name', 'caller']);
/** What changes how the model reads a part; other words tell of caching, of layout, and of where a text came from. */
const CHANGES_ANSWER = new Set(['videoMetadata', 'context']);

/**
 * Reports what messages say that has no neutral name: no dialect but the client's own can write it.
 *
 * @param takesNames whether messages may name who speaks.
 */
export function loseExtensions({ dialect, messages }: Conversation, losses: Losses, takesNames = false): void {
  const { message, content, thoughts } = PARAMETER_NAMES[dialect];
  const lose = (place: string, extensions: Extensions): void => {
    for (const name in extensions) {
      if (name === 'thoughtSignature') losses.unsupported(thoughts, 'harmless');
      else if (!NO_LOSS.has(name)) {
        losses.unsupported(`${place}.${name}`, CHANGES_ANSWER.has(name) ? 'other-answer' : 'harmless');
      }
    }
  };
  const loseOf = (part: Part): void => {
    if ('extensions' in part && part.extensions !== undefined) lose(content, part.extensions);
    if (part.kind === 'tool-result') part.content.forEach(loseOf);
    else if (part.kind === 'file' && part.source.kind === 'parts') part.source.parts.forEach(loseOf);
  };
  for (const { name, parts, extensions } of messages) {
    if (name !== null && !takesNames) losses.unsupported(`${message}.name`, 'harmless');
    lose(message, extensions);
    parts.forEach(loseOf);
  }
}

import type { Losses } from '../../inexpressible.js';
import type { EmbeddingsRequest } from './embeddings.js';

/** Fields that change no vector. */
const HARMLESS = new Set(['metadata', 'keep_alive', 'priority', 'service_tier', 'safety_identifier']);

/** Reports the client's fields that have no name in the neutral request and are not among those that the target has. */
export function reportExtensions(
  { extensions }: Pick<EmbeddingsRequest, 'extensions'>,
  losses: Losses,
  known: readonly string[],
): void {
  for (const name of Object.keys(extensions)) {
    if (!known.includes(name)) losses.unsupported(name, HARMLESS.has(name) ? 'harmless' : 'other-answer');
  }
}

/** Refuses more inputs than the target takes in one request. */
export function reportTooMany(count: number, most: number | null, losses: Losses): void {
  if (most === null || count <= most) return;
  losses.add(
    'input',
    `The target model takes at most ${most} input${most === 1 ? '' : 's'} in a request, but there are ${count}.`,
    'impossible',
  );
}

/** The texts, for targets that take no tokens. */
export function textsOf({ input }: EmbeddingsRequest, losses: Losses): readonly string[] {
  if (input.kind === 'texts') return input.texts;
  losses.add('input', 'The target model takes texts, not token numbers.', 'impossible');
  return [];
}

/** Whether a word says that vectors are for searching, or for being found; `null` for any other purpose. */
export function purposeOf(inputType: string): 'query' | 'document' | null {
  const word = inputType.toLowerCase();
  if (['query', 'search_query', 'retrieval.query', 'retrieval_query'].includes(word)) return 'query';
  const documents = ['document', 'passage', 'search_document', 'retrieval.passage', 'retrieval_document'];
  return documents.includes(word) ? 'document' : null;
}

import { PROVIDER_TABLE } from 'virtual:provider-table';

/** What OpenAI's dialect calls the longest length of an answer, for models of the provider. */
export function outputCapFieldOf(provider: string): string {
  return PROVIDER_TABLE.find(({ id }) => id === provider)?.outputCapField ?? 'max_tokens';
}

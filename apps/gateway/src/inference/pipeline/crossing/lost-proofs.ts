import type { DialectId } from '@tollgate/providers';

/** Whose models want their thoughts back in a tool loop, with a proof. */
const PROVEN: ReadonlySet<DialectId | null> = new Set<DialectId>([
  'anthropic-messages',
  'bedrock-converse',
  'google-generate',
  'openai-responses',
]);

/** Whether the proofs of thoughts get lost on the way to the client: chat completions have no place for them. */
export function losesProofs(client: string, upstream: DialectId | null): boolean {
  return client === 'openai-chat' && PROVEN.has(upstream);
}

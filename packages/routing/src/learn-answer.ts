import type { Conversations } from './conversations.js';
import type { RouteMemory } from './route-memory.js';
import type { TargetHealth } from './target-health.js';

/** An answer that was given, whoever had been asked before. */
export interface GivenAnswer {
  readonly target: TargetHealth;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  /** As in the ballot. */
  readonly conversation: number | null;
}

/**
 * What an answer teaches beside how its target does: what the key sends, how much of that a prompt cache can hold, how well
 * the target's cache keeps what it should, and where the conversation is now. A cache is judged only by conversations that
 * went on where they were: by its share of all input, a deployment that others were sent away from would seem to have none.
 */
export function learnAnswer(
  now: number,
  { memory, conversations }: { readonly memory: RouteMemory; readonly conversations: Conversations },
  answer: GivenAnswer,
): void {
  const { target, inputTokens, outputTokens, cacheReadTokens, conversation } = answer;
  memory.mix.record(now, inputTokens, outputTokens);
  if (!(inputTokens > 0)) return;
  const was = conversation === null ? null : conversations.targetOf(conversation, now);
  const expectedTokens = was === null ? 0 : Math.min(conversations.cachedTokens, inputTokens);
  memory.mix.recordCacheable(Math.max(expectedTokens, cacheReadTokens), inputTokens);
  if (was === target) target.learnCache(now, cacheReadTokens, expectedTokens);
  if (conversation !== null) conversations.remember(conversation, now, { target, cachedTokens: inputTokens });
}

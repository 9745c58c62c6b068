import type { FinishReason, Logprobs } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';
import { writeFinishReason } from '../openai-chat/finish-reasons.js';

/** Calls of tools are never asked for here. */
export function finishReason(reason: FinishReason | null): string {
  const written = writeFinishReason(reason ?? 'stop');
  return written === 'tool_calls' ? 'stop' : written;
}

/** Probabilities as completions list them: by kind, and with where each token begins. */
export function writeLogprobs(logprobs: Logprobs | null, offset = 0): JsonRecord | null {
  const tokens = (logprobs?.content ?? []).filter(isRecord);
  if (logprobs === null || tokens.length === 0) return null;
  const offsets: number[] = [];
  let at = offset;
  for (const { token } of tokens) {
    offsets.push(at);
    at += typeof token === 'string' ? token.length : 0;
  }
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(topLogprobs),
    text_offset: offsets,
  };
}

function topLogprobs({ top_logprobs: top }: JsonRecord): JsonRecord {
  const alternatives = Array.isArray(top) ? top.filter(isRecord) : [];
  return Object.fromEntries(alternatives.map(({ token, logprob }) => [String(token), logprob]));
}

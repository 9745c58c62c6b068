import type { Logprobs } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';

/** Google's probabilities of tokens in OpenAI's form, which is the neutral one. */
export function readLogprobs(wire: unknown): Logprobs | null {
  if (!isRecord(wire) || !Array.isArray(wire['chosenCandidates'])) return null;
  const tops = Array.isArray(wire['topCandidates']) ? (wire['topCandidates'] as readonly unknown[]) : [];
  const content = wire['chosenCandidates'].filter(isRecord).map((chosen, i) => {
    const top = tops[i];
    const others = isRecord(top) && Array.isArray(top['candidates']) ? top['candidates'].filter(isRecord) : [];
    return { ...readToken(chosen), top_logprobs: others.map(readToken) };
  });
  return { content, refusal: null };
}

function readToken({ token, logProbability }: JsonRecord): JsonRecord {
  const text = typeof token === 'string' ? token : '';
  return {
    token: text,
    logprob: typeof logProbability === 'number' ? logProbability : 0,
    bytes: [...Buffer.from(text)],
  };
}

/** The reverse. */
export function writeLogprobs({ content }: Logprobs): JsonRecord {
  const tokens = (content ?? []).filter(isRecord);
  return {
    chosenCandidates: tokens.map(writeToken),
    topCandidates: tokens.map(({ top_logprobs: top }) => ({
      candidates: Array.isArray(top) ? top.filter(isRecord).map(writeToken) : [],
    })),
  };
}

function writeToken({ token, logprob }: JsonRecord): JsonRecord {
  return { token, logProbability: logprob };
}

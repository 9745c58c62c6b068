import { inputTokens, outputTokens } from '@tollgate/domain';

import type { JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';
import { writeServedTier } from './service-tiers.js';

/** Disjoint meters as Google reports them: the cache inside the prompt, thoughts beside the candidates. */
export function writeUsage({ usage }: ReadUsage, serviceTier: string | null): JsonRecord {
  const prompt = inputTokens(usage);
  const thoughts = usage.output_reasoning;
  const cached = sum(usage.input_cache_read, usage.input_audio_cache_read);
  const tier = writeServedTier(serviceTier);
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: outputTokens(usage) - (thoughts ?? 0),
    totalTokenCount: prompt + outputTokens(usage),
    ...(cached !== undefined && { cachedContentTokenCount: cached }),
    ...(thoughts !== undefined && { thoughtsTokenCount: thoughts }),
    ...details('promptTokensDetails', {
      TEXT: prompt - (usage.input_audio ?? 0) - (usage.input_audio_cache_read ?? 0) - (usage.input_image ?? 0),
      AUDIO: (usage.input_audio ?? 0) + (usage.input_audio_cache_read ?? 0),
      IMAGE: usage.input_image ?? 0,
    }),
    ...details('cacheTokensDetails', { TEXT: usage.input_cache_read ?? 0, AUDIO: usage.input_audio_cache_read ?? 0 }),
    ...details('candidatesTokensDetails', {
      TEXT: usage.output ?? 0,
      AUDIO: usage.output_audio ?? 0,
      IMAGE: usage.output_image ?? 0,
    }),
    ...(tier !== null && { serviceTier: tier }),
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}

/** Kinds of which there is nothing are left out, and lists of nothing, too. */
function details(name: string, counts: Readonly<Record<string, number>>): JsonRecord {
  const list = Object.entries(counts)
    .filter(([, tokenCount]) => tokenCount > 0)
    .map(([modality, tokenCount]) => ({ modality, tokenCount }));
  return list.length === 0 ? {} : { [name]: list };
}

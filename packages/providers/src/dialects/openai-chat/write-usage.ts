import { inputTokens, outputTokens } from '@tollgate/domain';

import type { JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';

/** Disjoint meters as OpenAI reports them: parts inside their totals. What was not reported is not made up as zero. */
export function writeUsage({ usage, reportedCost }: ReadUsage): JsonRecord {
  const prompt = inputTokens(usage);
  const completion = outputTokens(usage);
  const inputDetails = given({
    cached_tokens: sum(usage.input_cache_read, usage.input_audio_cache_read),
    cache_write_tokens: sum(usage.input_cache_write_5m, usage.input_cache_write_1h),
    audio_tokens: sum(usage.input_audio, usage.input_audio_cache_read),
    image_tokens: usage.input_image,
    cached_tokens_details: given({ audio_tokens: usage.input_audio_cache_read }),
  });
  const outputDetails = given({
    reasoning_tokens: usage.output_reasoning,
    audio_tokens: usage.output_audio,
    image_tokens: usage.output_image,
  });
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...given({ prompt_tokens_details: inputDetails, completion_tokens_details: outputDetails }),
    ...(reportedCost !== null && { cost: Number(reportedCost) }),
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}

/** The fields that have a value; `undefined` when none has. */
function given(fields: Readonly<Record<string, unknown>>): JsonRecord | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

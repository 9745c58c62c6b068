import { inputTokens, outputTokens } from '@tollgate/domain';

import type { JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';

/** Disjoint meters as responses report them: parts inside their totals. SDKs insist on every field, so none is left out. */
export function writeUsage(read: ReadUsage | null): JsonRecord {
  const usage = read?.usage ?? {};
  const input = inputTokens(usage);
  const output = outputTokens(usage);
  const written = (usage.input_cache_write_5m ?? 0) + (usage.input_cache_write_1h ?? 0);
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: (usage.input_cache_read ?? 0) + (usage.input_audio_cache_read ?? 0),
      ...(written > 0 && { cache_write_tokens: written }),
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.output_reasoning ?? 0 },
    total_tokens: input + output,
    ...(read?.reportedCost != null && { cost: Number(read.reportedCost) }),
  };
}

import { outputTokens, type Usage } from '@tollgate/domain';

import type { JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';

/** OpenAI's words for tiers in Anthropic's; what has no word here is not said. */
const SERVICE_TIERS: Readonly<Record<string, string>> = {
  standard: 'standard',
  default: 'standard',
  auto: 'standard',
  priority: 'priority',
  batch: 'batch',
};

/** Disjoint meters as Anthropic reports them: the cache beside the input. Clients expect every field, so none is left out. */
export function writeUsage(read: ReadUsage | null, serviceTier: string | null): JsonRecord {
  const usage = read?.usage ?? {};
  return {
    ...countsOf(usage),
    cache_creation: {
      ephemeral_5m_input_tokens: usage.input_cache_write_5m ?? 0,
      ephemeral_1h_input_tokens: usage.input_cache_write_1h ?? 0,
    },
    inference_geo: null,
    service_tier: serviceTier === null ? null : (SERVICE_TIERS[serviceTier] ?? null),
    speed: null,
  };
}

/** What `message_delta` repeats of it. */
export function countsOf(usage: Usage): JsonRecord {
  const reasoning = usage.output_reasoning;
  const searches = usage.web_search ?? 0;
  return {
    input_tokens: (usage.input ?? 0) + (usage.input_audio ?? 0) + (usage.input_image ?? 0),
    cache_creation_input_tokens: (usage.input_cache_write_5m ?? 0) + (usage.input_cache_write_1h ?? 0),
    cache_read_input_tokens: (usage.input_cache_read ?? 0) + (usage.input_audio_cache_read ?? 0),
    output_tokens: outputTokens(usage),
    output_tokens_details: reasoning === undefined ? null : { thinking_tokens: reasoning },
    server_tool_use: searches === 0 ? null : { web_search_requests: searches, web_fetch_requests: 0 },
  };
}

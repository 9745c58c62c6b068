import { isRecord } from '../../json.js';

/** The tier at which a message was served, in Anthropic's words; `null` when it does not say. */
export function readServiceTier(usage: unknown): string | null {
  const tier = isRecord(usage) ? usage['service_tier'] : null;
  return typeof tier === 'string' ? tier : null;
}

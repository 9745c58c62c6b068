import type { RateLevel, RateLevels } from '@tollgate/admission';

/**
 * How much is left of the limits per minute, under the names that OpenAI's SDKs and their users know: name, value, name,
 * value. Source: platform.openai.com/docs/guides/rate-limits, "Rate limits in headers".
 */
export function rateHeaders({ requests, tokens }: RateLevels): string[] {
  const headers: string[] = [];
  if (requests !== null) put(headers, 'requests', requests);
  if (tokens !== null) put(headers, 'tokens', tokens);
  return headers;
}

function put(headers: string[], what: string, { limit, remaining, resetMs }: RateLevel): void {
  headers.push(`x-ratelimit-limit-${what}`, String(limit));
  headers.push(`x-ratelimit-remaining-${what}`, String(Math.max(0, remaining)));
  headers.push(`x-ratelimit-reset-${what}`, duration(resetMs));
}

/** As OpenAI writes it: `6m0s`, `1.25s`, `20ms`. */
function duration(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)}ms`;
  if (ms < 60_000) return `${Math.ceil(ms / 10) / 100}s`;
  const seconds = Math.ceil(ms / 1_000);
  return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

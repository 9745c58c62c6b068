import { inputTokens, outputTokens } from '@tollgate/domain';
import type { ReadUsage, UpstreamErrorFacts } from '@tollgate/providers';
import type { AttemptFigures, ProviderFault } from '@tollgate/routing';

import type { Attempt } from './attempt.js';
import type { AttemptEnd } from './attempt-end.js';

/** What the end of an attempt says about its deployment. Every attempt that has begun comes here, once. */
export function tellHealth(attempt: Attempt, end: AttemptEnd, firstTokenMs: number | null): void {
  const { trial } = attempt;
  const now = performance.now();
  switch (end.kind) {
    case 'completion':
      return trial.succeeded(now, figuresOf(attempt, end.facts.usage, null));
    case 'stream':
      return trial.succeeded(now, figuresOf(attempt, end.stream.usage, firstTokenMs));
    case 'failed':
    case 'cut': {
      const fault = faultOf(end.facts, attempt);
      if (fault === null) trial.left();
      else trial.failed(now, fault, end.facts.retryAfterMs);
      return;
    }
    case 'abandoned':
      return trial.left();
  }
}

function figuresOf({ record }: Attempt, read: ReadUsage | null, firstTokenMs: number | null): AttemptFigures {
  const usage = read === null || read.problem !== null ? {} : read.usage;
  return {
    firstTokenMs: firstTokenMs === null ? null : Math.max(0, firstTokenMs - record.startedMs),
    totalMs: record.endedMs - record.startedMs,
    inputTokens: inputTokens(usage),
    cacheReadTokens: usage.input_cache_read ?? 0,
    outputTokens: outputTokens(usage),
  };
}

/** Whose fault it was, as far as the deployment is to blame. What a request itself caused says nothing of it. */
function faultOf(facts: UpstreamErrorFacts, { candidate, isTenantsTime }: Attempt): ProviderFault | null {
  if (facts.requestFault) return null;
  // a provider that takes no credential has none that could be dead: the sandbox simulates a 401 for whoever asks
  if (facts.credentialFault && candidate.provider.authentication !== 'none') return 'credential';
  switch (facts.code) {
    case 'provider_rate_limited':
      return 'rate-limited';
    case 'provider_overloaded':
      return 'overloaded';
    case 'provider_unreachable':
      return 'unreachable';
    case 'provider_timed_out':
      // or one organization's haste would bench a deployment for all
      return isTenantsTime ? null : 'timed-out';
    case 'provider_credentials_exhausted':
    case 'provider_model_not_found':
      return 'refused';
    case 'provider_failed':
    case 'provider_invalid_response':
    case 'provider_stream_cut':
      return 'broken';
    default:
      return null;
  }
}

import type { Losses } from '../../inexpressible.js';

/** Anthropic refuses more; source: platform.claude.com/docs/en/build-with-claude/prompt-caching. */
const MAX_MARKERS = 4;

/** The markers of a request, up to each of which the provider may keep it. */
export class CacheMarkers {
  /** What they stand on, in the order of the request. */
  readonly #marked: Record<string, unknown>[] = [];

  put(on: Record<string, unknown>, ttl: string | null): void {
    on['cache_control'] = { type: 'ephemeral', ...(ttl !== null && { ttl }) };
    this.#marked.push(on);
  }

  /** Of too many the last ones stay: they cover what the others do. */
  keepAllowed(losses: Losses): void {
    const excess = this.#marked.length - MAX_MARKERS;
    if (excess <= 0) return;
    losses.add('cache_control', `The target model takes at most ${MAX_MARKERS} of 'cache_control'.`, 'harmless');
    for (const on of this.#marked.slice(0, excess)) delete on['cache_control'];
  }
}

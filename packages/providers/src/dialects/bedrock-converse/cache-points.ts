import type { Losses } from '../../inexpressible.js';
import type { TargetModel } from '../../target-model.js';
import type { WireBlock } from './build-blocks.js';

/** Bedrock refuses more; source: docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html. */
const MAX_POINTS = 4;
/** Times that a point may be kept for; others are the model's default. */
const TTLS = new Set(['5m', '1h']);

/** The points of a request up to each of which the provider may keep it: blocks of their own, behind what they keep. */
export class CachePoints {
  /** Each point with the list that it stands in, in the order in which they were put. */
  readonly #put: { readonly into: WireBlock[]; readonly block: WireBlock }[] = [];

  constructor(
    private readonly target: TargetModel,
    private readonly losses: Losses,
  ) {}

  /** Behind the last block; thoughts cannot be marked, and what is left out is not there to be. */
  putBehind(blocks: WireBlock[], ttl: string | null): void {
    const last = blocks.at(-1);
    if (this.target.refuses.has('cachePoint')) this.losses.unsupported('cache_control', 'harmless');
    else if (last !== undefined && last['reasoningContent'] === undefined && last['cachePoint'] === undefined) {
      const block = { cachePoint: { type: 'default', ...(ttl !== null && TTLS.has(ttl) && { ttl }) } };
      blocks.push(block);
      this.#put.push({ into: blocks, block });
    }
  }

  /** The blocks of a turn are put together from several lists: a point goes along with them. */
  moved(from: WireBlock[], into: WireBlock[]): void {
    for (const [i, point] of this.#put.entries()) if (point.into === from) this.#put[i] = { ...point, into };
  }

  /** Of too many the last ones stay: they cover what the others do. */
  keepAllowed(): void {
    const excess = this.#put.length - MAX_POINTS;
    if (excess <= 0) return;
    this.losses.add('cache_control', `The target model takes at most ${MAX_POINTS} of 'cache_control'.`, 'harmless');
    for (const { into, block } of this.#put.slice(0, excess)) into.splice(into.indexOf(block), 1);
  }
}

import { Pool } from 'undici';

import { publicLookup, resolveBySystem } from '@tollgate/public-address';

const CONNECTIONS_PER_ORIGIN = 1_024;
const KEEP_ALIVE_MS = 60_000;

export interface PoolRequest {
  readonly origin: string;
  /** The base URL was given by a tenant: only public addresses may be reached, checked again at each connection. */
  readonly publicOnly: boolean;
  /** Speak HTTP/2 where the host does. */
  readonly http2: boolean;
}

/** One pool of connections per origin, kept across changes of the control plane. */
export class UpstreamPools {
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly connectTimeoutMs: number) {}

  poolFor({ origin, publicOnly, http2 }: PoolRequest): Pool {
    const key = `${publicOnly ? 'public' : 'any'} ${http2 ? 'h2' : 'h1'} ${origin}`;
    let pool = this.pools.get(key);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connections: CONNECTIONS_PER_ORIGIN,
        // with HTTP/2 the host says how many streams a connection takes
        ...(http2 ? { allowH2: true } : { pipelining: 1 }),
        keepAliveTimeout: KEEP_ALIVE_MS,
        // each attempt has its times from the attempt clock, which leaves nothing behind
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: {
          timeout: this.connectTimeoutMs,
          ...(publicOnly ? { lookup: publicLookup(resolveBySystem) } : {}),
        },
      });
      this.pools.set(key, pool);
    }
    return pool;
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
  }
}

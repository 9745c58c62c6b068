import type { AdmissionStore } from '@tollgate/admission';
import {
  loadControlPlane,
  loadPrices,
  loadPrincipals,
  type PrincipalRow,
  readControlPlaneVersion,
  type SnapshotPrices,
} from '@tollgate/database';
import type { Logger } from '@tollgate/telemetry';
import pg from 'pg';

import { PrincipalCache } from '../pipeline/authentication/principal-cache.js';
import { AdmissionScopes } from './admission-scopes.js';
import type { BalanceCheckpoints } from './balance-checkpoints.js';
import { BalanceWatch } from './balance-watch.js';
import { ControlPlane } from './control-plane.js';
import type { Principal } from './principal.js';
import type { UpstreamSources } from './deployments.js';
import { RouteMemories } from './route-planner.js';

/** Polling is the guarantee that a revocation arrives within a second; the notification only makes it sooner. */
const POLL_MS = 500;
const LISTEN_RETRY_MS = 2_000;
/** Keys stay usable for so long when Postgres is away. */
const MAX_STALENESS_MS = 15 * 60_000;
/** A server that does not answer within this time counts as away: it may be frozen, or behind a cable that is cut. */
const ANSWER_TIMEOUT_MS = 5_000;
/** One polls, one reads balances, the others verify keys. */
const CONNECTIONS = 4;

export interface ControlPlaneWatchParts {
  readonly databaseUrl: string;
  readonly admission: AdmissionStore;
  readonly upstreams: UpstreamSources;
  readonly logger: Logger;
  readonly checkpoints: BalanceCheckpoints;
  /** Unix milliseconds: every event that was written before is in the inbox or booked. */
  readonly forwardedTo: () => number | null;
}

/** Keeps this gateway's view of the control plane no more than a second behind Postgres. */
export class ControlPlaneWatch {
  readonly principals: PrincipalCache;
  /** Of its own, so that no report of the management API keeps a key from being verified. */
  private readonly pool: pg.Pool;
  private readonly balances: BalanceWatch;
  private plane: ControlPlane | null = null;
  private reloading: Promise<void> | null = null;
  private readonly prices = new Map<string, SnapshotPrices>();
  private readonly memories = new RouteMemories();
  /** Unix milliseconds at which a raise of a budget expires: that changes limits, and nothing tells of it. */
  private nextExpiry = Number.POSITIVE_INFINITY;
  private pollTimer: NodeJS.Timeout | null = null;
  private listener: pg.Client | null = null;
  private polling = false;
  private stopped = false;
  private away = false;

  constructor(private readonly parts: ControlPlaneWatchParts) {
    this.pool = new pg.Pool({
      connectionString: parts.databaseUrl,
      max: CONNECTIONS,
      application_name: 'tollgate-control-plane',
      connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
    });
    // the next query tells; without listeners a connection that breaks would end the process
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    const { admission, checkpoints, forwardedTo } = parts;
    this.balances = new BalanceWatch({ pool: this.pool, admission, checkpoints, forwardedTo });
    this.principals = new PrincipalCache({
      load: (hashes) => this.loadUnknown(hashes),
      reload: async (hashes) => this.principalsOf(await loadPrincipals(this.pool, hashes)),
      maxStalenessMs: MAX_STALENESS_MS,
    });
  }

  /** @throws when Postgres cannot be read: a gateway does not start on nothing. */
  async start(): Promise<void> {
    await this.reload();
    this.schedulePoll(POLL_MS);
    void this.listen();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.balances.stop();
    if (this.pollTimer !== null) clearTimeout(this.pollTimer);
    await this.listener?.end().catch(() => undefined);
    await this.pool.end();
  }

  get current(): ControlPlane {
    if (this.plane === null) throw new Error('the control plane has not been read');
    return this.plane;
  }

  /** Whether Postgres answered the last poll. */
  get isFresh(): boolean {
    return !this.away;
  }

  private schedulePoll(delayMs: number): void {
    if (this.stopped) return;
    if (this.pollTimer !== null) clearTimeout(this.pollTimer);
    this.pollTimer = setTimeout(() => void this.poll(), delayMs);
  }

  private async poll(): Promise<void> {
    if (this.polling) return;
    this.polling = true;
    try {
      const version = await readControlPlaneVersion(this.pool);
      if (version !== this.plane?.version || Date.now() >= this.nextExpiry) await this.reload();
      else this.principals.confirm();
      if (this.away) this.parts.logger.info('postgres is back');
      this.away = false;
    } catch (error) {
      if (!this.away) this.parts.logger.warn({ err: error }, 'postgres is away: known keys keep working');
      this.away = true;
    } finally {
      this.polling = false;
      this.schedulePoll(POLL_MS);
    }
  }

  /** Who asks while one runs gets that one, which may have read before what the asker knows of. */
  private reload(): Promise<void> {
    this.reloading ??= this.readPlane().finally(() => (this.reloading = null));
    return this.reloading;
  }

  private async readPlane(): Promise<void> {
    const { admission, upstreams } = this.parts;
    const rows = await loadControlPlane(this.pool);
    for (const { priceSnapshotId: id } of rows.organizations) {
      if (id !== null && !this.prices.has(id)) this.prices.set(id, await loadPrices(this.pool, id));
    }
    const scopes = new AdmissionScopes(rows, admission);
    await admission.configure(scopes.configuration);
    // before anybody is let in by it: a prepaid organization without a balance would be bounded by nothing
    await this.balances.follow(scopes);
    this.nextExpiry = scopes.nextExpiry;
    const { prices, memories } = this;
    this.plane = new ControlPlane({ rows, prices, upstreams, scopes, memories });
    upstreams.health.retainOnly(new Set(rows.deployments.map(({ id }) => id)));
    this.dropUnusedPrices(rows.organizations.map((row) => row.priceSnapshotId));
    await this.principals.freshen();
  }

  private dropUnusedPrices(used: readonly (string | null)[]): void {
    for (const id of this.prices.keys()) if (!used.includes(id)) this.prices.delete(id);
  }

  /**
   * A key that was made a moment ago may have limits, or an organization, that the last poll has not seen yet: it is not
   * let in without them.
   */
  private async loadUnknown(hashes: readonly string[]): Promise<ReadonlyMap<string, Principal>> {
    const rows = await loadPrincipals(this.pool, hashes);
    if (rows.length > 0) {
      const version = await readControlPlaneVersion(this.pool);
      while (this.current.version < version) await this.reload();
    }
    return this.principalsOf(rows);
  }

  private principalsOf(rows: readonly PrincipalRow[]): ReadonlyMap<string, Principal> {
    const principals = new Map<string, Principal>();
    for (const row of rows) {
      const principal = this.current.principal(row);
      if (principal !== null) principals.set(row.secretHash, principal);
    }
    return principals;
  }

  /** A connection of its own, since a pool's may be given to somebody else; started again whenever it breaks. */
  private async listen(): Promise<void> {
    if (this.stopped) return;
    const client = new pg.Client({ connectionString: this.parts.databaseUrl, application_name: 'tollgate-listen' });
    this.listener = client;
    const again = (): void => {
      if (this.listener !== client) return;
      this.listener = null;
      if (!this.stopped) setTimeout(() => void this.listen(), LISTEN_RETRY_MS).unref();
    };
    client.on('error', again);
    client.on('end', again);
    client.on('notification', ({ channel, payload }) => {
      if (channel === 'credit') this.balances.hear(payload ?? '');
      else this.schedulePoll(0);
    });
    try {
      await client.connect();
      await client.query('LISTEN control_plane; LISTEN credit');
    } catch {
      await client.end().catch(() => undefined);
      again();
    }
  }
}

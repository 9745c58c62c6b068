import type { ScopeHandle } from '@tollgate/admission';
import type { RoutingConstraints } from '@tollgate/domain';
import type { ClientDialectId, ClientOperationId } from '@tollgate/providers';

import type { AddressRanges } from '../../platform/client-address/address-ranges.js';
import type { Route } from '../pipeline/routing/route.js';
import type { OrganizationPolicy } from './control-plane.js';

/**
 * The result of verifying an API key: immutable, with everything attached that admitting a request needs, so that the
 * path of a request looks nothing up by id.
 */
export interface Principal {
  readonly secretId: string;
  readonly apiKeyId: string;
  readonly apiKeyName: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly memberId: string | null;
  readonly tags: readonly string[];
  readonly modelAllowlist: readonly string[];
  /** From where the key may be used; null is everywhere. */
  readonly addresses: AddressRanges | null;
  /** What becomes of parameters that the target cannot be told. */
  readonly unsupportedParameters: 'refuse' | 'drop';
  /** Unix milliseconds. */
  readonly expiresAt: number | null;
  readonly organization: OrganizationPolicy;
  /** Every scope that a request of this key counts in. */
  readonly scopes: readonly ScopeHandle[];
  /** Whether any of the scopes bounds money, a budget or what the organization prepaid, so that a request needs a hold. */
  readonly hasMoneyScope: boolean;
  /** Organization, project, key and member as a piece of JSON, for the journal. */
  readonly attributionJson: string;
  /** Deployments of several models, those of the first one first; `null` when the key may not use one, or nothing serves. */
  routeInOrder(
    models: readonly string[],
    dialect: ClientDialectId | ClientOperationId,
    constraints: RoutingConstraints,
  ): Route | null;
  /**
   * The route of a model for clients of a dialect, or `null` when the key may not use it or nothing serves it: a caller
   * cannot tell which.
   */
  routeOf(model: string, dialect: ClientDialectId | ClientOperationId): Route | null;
  /** The route of a model at whichever endpoint of ours serves it, or `null` when none does. */
  anyRouteOf(model: string): Route | null;
  readonly tagsJson: string;
  /** Refusals written as events in the current minute; more than a few are only counted. */
  readonly refusals: { minute: number; count: number };
}

import type { AdmissionStore, LimitsConfiguration, Scope, ScopeHandle, ScopeLimits } from '@tollgate/admission';
import type { ControlPlaneRows, PrincipalRow } from '@tollgate/database';
import { parsePicos } from '@tollgate/domain';

/** The limits of the control plane in the admission store's terms, and which scopes have a budget. */
export class AdmissionScopes {
  readonly configuration: LimitsConfiguration;
  private readonly zones: ReadonlyMap<string, string>;
  private readonly budgeted = new Set<string>();

  constructor(
    rows: ControlPlaneRows,
    private readonly admission: AdmissionStore,
  ) {
    this.zones = new Map(rows.organizations.map(({ id, timeZone }) => [id, timeZone]));
    this.configuration = { version: Number(rows.version), limits: this.limitsOf(rows) };
  }

  handleOf(scope: Scope): ScopeHandle {
    return this.admission.handleOf(scope, this.zones.get(scope.organizationId) ?? 'UTC');
  }

  /** Every scope that a request of the key counts in. */
  scopesOf(key: PrincipalRow): { scopes: readonly ScopeHandle[]; hasBudget: boolean } {
    const { organizationId } = key;
    const scopes: Scope[] = [
      { organizationId, kind: 'api_key', id: key.apiKeyId },
      { organizationId, kind: 'project', id: key.projectId },
      { organizationId, kind: 'organization', id: organizationId },
    ];
    if (key.ownerId !== null) scopes.push({ organizationId, kind: 'member', id: key.ownerId });
    return {
      scopes: scopes.map((scope) => this.handleOf(scope)),
      hasBudget: scopes.some((scope) => this.budgeted.has(scopeKey(scope))),
    };
  }

  private limitsOf(rows: ControlPlaneRows): ScopeLimits[] {
    const limits = new Map<string, ScopeLimits>();
    for (const { organizationId, scope: kind, scopeId: id, ...rate } of rows.rateLimits) {
      const scope: Scope = { organizationId, kind, id };
      const { requestsPerMinute, tokensPerMinute, concurrency } = rate;
      limits.set(scopeKey(scope), {
        scope: this.handleOf(scope),
        requestsPerMinute,
        tokensPerMinute,
        concurrency,
        grantedNanos: null,
      });
    }
    for (const { organizationId, scope: kind, scopeId: id, amount } of rows.budgets) {
      const scope: Scope = { organizationId, kind, id };
      const key = scopeKey(scope);
      this.budgeted.add(key);
      const others = limits.get(key) ?? { requestsPerMinute: null, tokensPerMinute: null, concurrency: null };
      limits.set(key, { ...others, scope: this.handleOf(scope), grantedNanos: wholeNanos(amount) });
    }
    return [...limits.values()];
  }
}

/** A budget is a ceiling, so what is below a nanounit is not granted. */
function wholeNanos(amount: string): number {
  return Math.min(Number(parsePicos(amount) / 1_000n), Number.MAX_SAFE_INTEGER);
}

function scopeKey({ kind, id }: Scope): string {
  return `${kind} ${id}`;
}

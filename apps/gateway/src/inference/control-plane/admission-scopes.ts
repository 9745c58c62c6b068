import type { AdmissionStore, LimitsConfiguration, Scope, ScopeHandle, ScopeLimits } from '@tollgate/admission';
import type { BudgetRow, ControlPlaneRows, PrincipalRow } from '@tollgate/database';
import { parsePicos } from '@tollgate/domain';

/** The limits of the control plane in the admission store's terms, and which scopes bound money. */
export class AdmissionScopes {
  readonly configuration: LimitsConfiguration;
  /** Unix milliseconds at which the first raise of a budget expires; infinite without one. */
  readonly nextExpiry: number;
  private readonly zones: ReadonlyMap<string, string>;
  private readonly budgeted = new Set<string>();
  /** Organizations that pay beforehand: what they have bounds each of their requests. */
  private readonly prepaid: ReadonlySet<string>;

  constructor(
    rows: ControlPlaneRows,
    private readonly admission: AdmissionStore,
  ) {
    this.zones = new Map(rows.organizations.map(({ id, timeZone }) => [id, timeZone]));
    this.prepaid = new Set(
      rows.organizations.filter(({ billingMode }) => billingMode === 'prepaid').map(({ id }) => id),
    );
    const now = Date.now();
    this.configuration = { version: Number(rows.version), limits: this.limitsOf(rows, now) };
    const expiries = rows.budgets.flatMap(({ raises }) => raises.map(({ expiresAt }) => expiresAt));
    this.nextExpiry = Math.min(...expiries.filter((at) => at > now), Number.POSITIVE_INFINITY);
  }

  get hasPrepaid(): boolean {
    return this.prepaid.size > 0;
  }

  /** The scope of an organization, or `null` when it was not there yet. */
  organizationOf(id: string): ScopeHandle | null {
    return this.zones.has(id) ? this.handleOf({ organizationId: id, kind: 'organization', id }) : null;
  }

  handleOf(scope: Scope): ScopeHandle {
    return this.admission.handleOf(scope, this.zones.get(scope.organizationId) ?? 'UTC');
  }

  /** Every scope that a request of the key counts in. */
  scopesOf(key: PrincipalRow): { scopes: readonly ScopeHandle[]; hasMoneyScope: boolean } {
    const { organizationId } = key;
    const scopes: Scope[] = [
      { organizationId, kind: 'api_key', id: key.apiKeyId },
      { organizationId, kind: 'project', id: key.projectId },
      { organizationId, kind: 'organization', id: organizationId },
    ];
    if (key.ownerId !== null) scopes.push({ organizationId, kind: 'member', id: key.ownerId });
    return {
      scopes: scopes.map((scope) => this.handleOf(scope)),
      hasMoneyScope: this.prepaid.has(organizationId) || scopes.some((scope) => this.budgeted.has(scopeKey(scope))),
    };
  }

  private limitsOf(rows: ControlPlaneRows, now: number): ScopeLimits[] {
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
        ladder: [],
      });
    }
    for (const { organizationId, scope: kind, scopeId: id, ladder, ...budget } of rows.budgets) {
      const scope: Scope = { organizationId, kind, id };
      const key = scopeKey(scope);
      this.budgeted.add(key);
      const others = limits.get(key) ?? { requestsPerMinute: null, tokensPerMinute: null, concurrency: null };
      limits.set(key, { ...others, scope: this.handleOf(scope), grantedNanos: grantedNanos(budget, now), ladder });
    }
    this.addPlans(rows, limits);
    return [...limits.values()];
  }

  /** An organization's plan bounds it where it has no limit of its own. Each organization has its own counters. */
  private addPlans(rows: ControlPlaneRows, limits: Map<string, ScopeLimits>): void {
    const plans = new Map(rows.plans.map((plan) => [plan.id, plan]));
    for (const { id, planId } of rows.organizations) {
      const plan = planId === null ? undefined : plans.get(planId);
      if (plan === undefined) continue;
      const scope: Scope = { organizationId: id, kind: 'organization', id };
      const key = scopeKey(scope);
      const own = limits.get(key);
      const granted = plan.monthlyBudget === null ? null : grantedNanos({ amount: plan.monthlyBudget, raises: [] }, 0);
      const grantedByEither = own?.grantedNanos ?? granted;
      if (grantedByEither !== null) this.budgeted.add(key);
      limits.set(key, {
        scope: own?.scope ?? this.handleOf(scope),
        requestsPerMinute: own?.requestsPerMinute ?? plan.requestsPerMinute,
        tokensPerMinute: own?.tokensPerMinute ?? plan.tokensPerMinute,
        concurrency: own?.concurrency ?? plan.concurrency,
        grantedNanos: grantedByEither,
        ladder: own?.ladder ?? [],
      });
    }
  }
}

/** With its raises as long as they hold. A budget is a ceiling, so what is below a nanounit is not granted. */
function grantedNanos({ amount, raises }: Pick<BudgetRow, 'amount' | 'raises'>, now: number): number {
  const valid = raises.filter(({ expiresAt }) => expiresAt > now);
  const picos = valid.reduce((sum, raise) => sum + parsePicos(raise.amount), parsePicos(amount));
  return Math.min(Number(picos / 1_000n), Number.MAX_SAFE_INTEGER);
}

function scopeKey({ kind, id }: Scope): string {
  return `${kind} ${id}`;
}

import { allocate, bySpendingOrder, reallocate } from '@tollgate/billing';
import type { Allocation, RecordedFunding, SpendableGrant } from '@tollgate/billing';
import type { Picos } from '@tollgate/domain';

/** A grant while the lock of its organization is held: what is left of it falls and rises with what is booked. */
export interface FundedGrant extends SpendableGrant {
  remaining: Picos;
}

export type GrantUse = Allocation<FundedGrant>;

/** The grants of an organization whose lock is held, for one transaction. */
export class OrganizationFund {
  readonly #grants: FundedGrant[];
  readonly #used = new Map<FundedGrant, Picos>();

  constructor(
    readonly organizationId: string,
    grants: readonly FundedGrant[],
  ) {
    this.#grants = [...grants].sort(bySpendingOrder);
  }

  /** In the order in which they are spent. */
  get grants(): readonly FundedGrant[] {
    return this.#grants;
  }

  /** Pays a charge as far as the grants reach that were live at the instant (Unix milliseconds). */
  take(amount: Picos, occurredAt: number): GrantUse[] {
    return this.use(allocate(amount, occurredAt, this.#grants));
  }

  /** Puts right what is recorded of a charge, so that it becomes `amount`. */
  correct(recorded: RecordedFunding<FundedGrant>, amount: Picos, occurredAt: number): GrantUse[] {
    return this.use(reallocate(recorded, amount, { occurredAt, grants: this.#grants }));
  }

  /** Takes from grants what somebody else decided. */
  use(uses: GrantUse[]): GrantUse[] {
    for (const { grant, picos } of uses) {
      grant.remaining -= picos;
      this.#used.set(grant, (this.#used.get(grant) ?? 0n) + picos);
    }
    return uses;
  }

  /** Grants that have nothing left, or expired long ago: corrections give back to them. */
  learn(grants: readonly FundedGrant[]): void {
    this.#grants.push(...grants);
    this.#grants.sort(bySpendingOrder);
  }

  grant(id: string): FundedGrant | undefined {
    return this.#grants.find((grant) => grant.id === id);
  }

  /** What to call when everything that is taken from now on has not happened. */
  remember(): () => void {
    const remaining = this.#grants.map((grant) => [grant, grant.remaining] as const);
    const used = new Map(this.#used);
    return () => {
      for (const [grant, picos] of remaining) grant.remaining = picos;
      this.#used.clear();
      for (const [grant, picos] of used) this.#used.set(grant, picos);
    };
  }

  /** What has been taken of each grant, in all. */
  get used(): readonly GrantUse[] {
    return [...this.#used].filter(([, picos]) => picos !== 0n).map(([grant, picos]) => ({ grant, picos }));
  }
}

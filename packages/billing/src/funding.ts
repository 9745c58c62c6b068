import type { GrantAccount, Picos } from '@tollgate/domain';

/** A grant as far as paying from it is concerned. Instants are Unix milliseconds. */
export interface SpendableGrant {
  readonly id: string;
  readonly account: GrantAccount;
  /** The smaller is spent first. */
  readonly priority: number;
  readonly effectiveFrom: number;
  /** `null` never expires. */
  readonly expiresAt: number | null;
  /** What is left of it, picounits of US dollars. */
  readonly remaining: Picos;
}

/** What a charge takes from a grant; below zero when it is given back. */
export interface Allocation<Grant extends SpendableGrant = SpendableGrant> {
  readonly grant: Grant;
  readonly picos: Picos;
}

/** The order in which grants are spent: priority, then what expires sooner, then the elder; the id decides the rest. */
export function bySpendingOrder(a: SpendableGrant, b: SpendableGrant): number {
  return (
    a.priority - b.priority ||
    compare(a.expiresAt ?? Number.POSITIVE_INFINITY, b.expiresAt ?? Number.POSITIVE_INFINITY) ||
    a.effectiveFrom - b.effectiveFrom ||
    compare(a.id, b.id)
  );
}

function compare<T extends string | number>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Whether what happens at an instant may be paid from the grant: from `effectiveFrom` on, and before it expires. */
export function isLiveAt(grant: SpendableGrant, instant: number): boolean {
  return grant.effectiveFrom <= instant && (grant.expiresAt === null || instant < grant.expiresAt);
}

/**
 * Which grants pay a charge: those that were live when it occurred, in their order, each as far as it reaches. What is not
 * allocated is owed.
 * @param grants in the order of {@link bySpendingOrder}
 * @throws RangeError when the amount is below zero.
 */
export function allocate<Grant extends SpendableGrant>(
  amount: Picos,
  occurredAt: number,
  grants: readonly Grant[],
): Allocation<Grant>[] {
  if (amount < 0n) throw new RangeError('a charge is not below zero');
  const allocations: Allocation<Grant>[] = [];
  let left = amount;
  for (const grant of grants) {
    if (left === 0n) break;
    if (grant.remaining <= 0n || !isLiveAt(grant, occurredAt)) continue;
    const picos = grant.remaining < left ? grant.remaining : left;
    allocations.push({ grant, picos });
    left -= picos;
  }
  return allocations;
}

/** What is recorded of a usage event before a correction of it. */
export interface RecordedFunding<Grant extends SpendableGrant = SpendableGrant> {
  /** What it was charged, picounits. */
  readonly billed: Picos;
  /** Every allocation of all its revisions so far, in the order in which they were recorded. */
  readonly allocations: readonly Allocation<Grant>[];
}

/**
 * What a correction adds to the recorded allocations. What was paid stays paid from the same grants. A smaller charge gives
 * the difference back in reverse order: first what is owed, which was taken last, then grant by grant, also to those that
 * have expired since. A larger one is paid like a new charge.
 */
export function reallocate<Grant extends SpendableGrant>(
  recorded: RecordedFunding<Grant>,
  amount: Picos,
  { occurredAt, grants }: { readonly occurredAt: number; readonly grants: readonly Grant[] },
): Allocation<Grant>[] {
  if (amount >= recorded.billed) return allocate(amount - recorded.billed, occurredAt, grants);
  const standing = standingAllocations(recorded.allocations);
  const allocated = standing.reduce((sum, { picos }) => sum + picos, 0n);
  const owed = recorded.billed - allocated;
  let back = recorded.billed - amount - owed;
  const given: Allocation<Grant>[] = [];
  for (const { grant, picos } of standing.toReversed()) {
    if (back <= 0n) break;
    const part = picos < back ? picos : back;
    given.push({ grant, picos: -part });
    back -= part;
  }
  return given;
}

/** What is left of allocations when what was given back is taken off the last ones of the same grant. */
function standingAllocations<Grant extends SpendableGrant>(
  recorded: readonly Allocation<Grant>[],
): Allocation<Grant>[] {
  const standing: Allocation<Grant>[] = [];
  for (const { grant, picos } of recorded) {
    if (picos > 0n) {
      standing.push({ grant, picos });
      continue;
    }
    let back = -picos;
    for (let i = standing.length - 1; i >= 0 && back > 0n; i--) {
      const taken = standing[i];
      if (taken?.grant.id !== grant.id) continue;
      const part = taken.picos < back ? taken.picos : back;
      standing[i] = { grant, picos: taken.picos - part };
      back -= part;
    }
  }
  return standing.filter(({ picos }) => picos > 0n);
}

/** How much of allocations came from each account. */
export function sumsByAccount(allocations: readonly Allocation[]): Record<GrantAccount, Picos> {
  const sums = { prepaid: 0n, promo: 0n };
  for (const { grant, picos } of allocations) sums[grant.account] += picos;
  return sums;
}

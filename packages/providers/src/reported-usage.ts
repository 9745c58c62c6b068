import type { Usage } from '@tollgate/domain';

/** A provider's usage as disjoint meters. */
export interface ReadUsage {
  readonly usage: Usage;
  /** Cost in USD that the provider itself reports, a decimal string; kept beside ours, never billed. */
  readonly reportedCost: string | null;
  /** The quantities were not told but worked out: from how long audio is, say. */
  readonly estimated?: true;
  /** What is wrong with the report: it must not be billed as it stands. */
  readonly problem: string | null;
}

import type { ErrorCode, Outcome, Usage, UsageSource } from '@tollgate/domain';

/** How a request ended, as far as the usage event is concerned. */
export interface Ending {
  readonly outcome: Outcome;
  readonly errorCode: ErrorCode | null;
  /** HTTP status that the client was given; 0 when it had left. */
  readonly status: number;
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  readonly servedModel: string | null;
  readonly serviceTier: string;
  readonly deliveredCharacters: number;
  readonly providerReportedCost: string | null;
}

const NOTHING_USED = {
  usage: {},
  usageSource: 'none',
  servedModel: null,
  serviceTier: '*',
  deliveredCharacters: 0,
  providerReportedCost: null,
} as const satisfies Partial<Ending>;

export function endingWithoutUsage(outcome: Outcome, status: number, errorCode: ErrorCode | null): Ending {
  return { ...NOTHING_USED, outcome, status, errorCode };
}

import type { Picos, Usage } from '@tollgate/domain';

/** What a file of usage holds. Times are Unix milliseconds, in a half-open range. */
export interface UsageExportRequest {
  readonly organization: { readonly id: string; readonly timeZone: string };
  /** When the requests occurred; `null` is everything that the accounting period holds. */
  readonly range: { readonly from: number; readonly to: number } | null;
  /** In which days are cut; `null` is the organization's own. */
  readonly zone: string | null;
  /** Only what is booked into this month (`2026-11`); `null` is all of them. */
  readonly accountingPeriod: string | null;
  readonly filters: UsageExportFilters;
  /** Whether rows are told that hold nothing but what we pay: what requests cost beside, at a provider of its own. */
  readonly withProviderCost: boolean;
}

interface UsageExportFilters {
  readonly projectId?: string;
  readonly apiKeyId?: string;
  readonly model?: string;
  readonly provider?: string;
}

/** Sums over requests. A correction takes back what was booked before it, so that they may be below zero. */
export interface ExportSums {
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly usage: Usage;
  readonly providerCost: Picos;
  readonly listCost: Picos;
  readonly billedCost: Picos;
}

/** One day of one project, key and model at one provider, by the accounting period it was booked into. */
export interface ExportRow extends ExportSums {
  readonly day: string;
  readonly accountingPeriod: string;
  readonly projectId: string;
  readonly projectName: string | null;
  readonly costCentre: string | null;
  readonly apiKeyId: string;
  readonly apiKeyName: string | null;
  /** `null` for requests that were refused before they had a route; the model is then `null` too. */
  readonly provider: string | null;
  readonly model: string | null;
}

export interface ExportTotals extends ExportSums {
  readonly rows: number;
}

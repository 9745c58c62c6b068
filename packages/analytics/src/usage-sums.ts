import { mergeHistograms, type Histogram } from '@tollgate/database';
import { formatPicos, parsePicos, type Picos } from '@tollgate/domain';
import type {
  CountMeasure,
  LatencyMeasure,
  MoneyMeasure,
  RatioMeasure,
  UsageMeasure,
  UsageValues,
} from '@tollgate/wire';
import { roundedPercentile } from './rounded-percentile.js';

/** Sums over rows of a rollup. Percentiles come out of merged histograms: they are never averaged. */
export interface UsageSums {
  readonly requests: bigint;
  readonly errors: bigint;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  readonly cacheReadTokens: bigint;
  readonly providerCost: Picos;
  readonly listCost: Picos;
  readonly billedCost: Picos;
  readonly latency: Histogram;
  readonly firstToken: Histogram;
}

/** A row as raw SQL answers it: `bigint` and `numeric` are strings. */
export interface SumsRow {
  readonly requests: string;
  readonly errors: string;
  readonly input_tokens: string;
  readonly output_tokens: string;
  readonly cache_read_tokens: string;
  readonly provider_cost: string;
  readonly list_cost: string;
  readonly billed_cost: string;
  readonly latency: number[];
  readonly first_token: number[];
}

export const NO_USAGE: UsageSums = {
  requests: 0n,
  errors: 0n,
  inputTokens: 0n,
  outputTokens: 0n,
  cacheReadTokens: 0n,
  providerCost: 0n,
  listCost: 0n,
  billedCost: 0n,
  latency: [],
  firstToken: [],
};

export function readSums(row: SumsRow): UsageSums {
  return {
    requests: BigInt(row.requests),
    errors: BigInt(row.errors),
    inputTokens: BigInt(row.input_tokens),
    outputTokens: BigInt(row.output_tokens),
    cacheReadTokens: BigInt(row.cache_read_tokens),
    providerCost: parsePicos(row.provider_cost),
    listCost: parsePicos(row.list_cost),
    billedCost: parsePicos(row.billed_cost),
    latency: row.latency,
    firstToken: row.first_token,
  };
}

export function addSums(parts: readonly UsageSums[]): UsageSums {
  const sum = (pick: (part: UsageSums) => bigint): bigint => parts.reduce((total, part) => total + pick(part), 0n);
  return {
    requests: sum((part) => part.requests),
    errors: sum((part) => part.errors),
    inputTokens: sum((part) => part.inputTokens),
    outputTokens: sum((part) => part.outputTokens),
    cacheReadTokens: sum((part) => part.cacheReadTokens),
    providerCost: sum((part) => part.providerCost),
    listCost: sum((part) => part.listCost),
    billedCost: sum((part) => part.billedCost),
    latency: mergeHistograms(parts.map((part) => part.latency)),
    firstToken: mergeHistograms(parts.map((part) => part.firstToken)),
  };
}

const MONEY: Readonly<Record<MoneyMeasure, (sums: UsageSums) => Picos>> = {
  cost: (sums) => sums.billedCost,
  listCost: (sums) => sums.listCost,
  providerCost: (sums) => sums.providerCost,
};

const COUNTS: Readonly<Record<CountMeasure, (sums: UsageSums) => bigint>> = {
  requests: (sums) => sums.requests,
  errors: (sums) => sums.errors,
  tokens: (sums) => sums.inputTokens + sums.outputTokens,
  inputTokens: (sums) => sums.inputTokens,
  outputTokens: (sums) => sums.outputTokens,
  cacheReadTokens: (sums) => sums.cacheReadTokens,
};

const RATIOS: Readonly<Record<RatioMeasure, (sums: UsageSums) => number | null>> = {
  errorRate: (sums) => share(sums.errors, sums.requests),
  cacheShare: (sums) => share(sums.cacheReadTokens, sums.inputTokens),
};

/** Counts are exact as doubles, and a share is looked at, not added up. */
const share = (part: bigint, whole: bigint): number | null => (whole === 0n ? null : Number(part) / Number(whole));

const LATENCIES: Readonly<Record<LatencyMeasure, (sums: UsageSums) => number | null>> = {
  latencyP50: (sums) => roundedPercentile(sums.latency, 0.5),
  latencyP95: (sums) => roundedPercentile(sums.latency, 0.95),
  latencyP99: (sums) => roundedPercentile(sums.latency, 0.99),
  firstTokenP50: (sums) => roundedPercentile(sums.firstToken, 0.5),
  firstTokenP95: (sums) => roundedPercentile(sums.firstToken, 0.95),
  firstTokenP99: (sums) => roundedPercentile(sums.firstToken, 0.99),
};

const isKeyOf = <T extends object>(table: T, key: PropertyKey): key is keyof T => Object.hasOwn(table, key);

/** The measures that were asked for, as they are answered. */
export function valuesOf(sums: UsageSums, measures: readonly UsageMeasure[]): UsageValues {
  return Object.fromEntries(measures.map((measure) => [measure, valueOf(sums, measure)]));
}

function valueOf(sums: UsageSums, measure: UsageMeasure): UsageValues[string] {
  if (isKeyOf(MONEY, measure)) return { amount: formatPicos(MONEY[measure](sums)), currency: 'USD' };
  if (isKeyOf(COUNTS, measure)) return Number(COUNTS[measure](sums));
  if (isKeyOf(RATIOS, measure)) return RATIOS[measure](sums);
  return LATENCIES[measure](sums);
}

/** Orders series by what was asked for first; the largest comes first. */
export function magnitudeOf(sums: UsageSums, measure: UsageMeasure): number {
  if (isKeyOf(MONEY, measure)) return Number(MONEY[measure](sums));
  if (isKeyOf(COUNTS, measure)) return Number(COUNTS[measure](sums));
  return (isKeyOf(RATIOS, measure) ? RATIOS[measure](sums) : LATENCIES[measure](sums)) ?? -1;
}

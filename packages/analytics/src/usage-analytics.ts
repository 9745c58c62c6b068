import type { TimeBucket, UsageAnswer, UsageDimension, UsageMeasure } from '@tollgate/wire';

/** What figures are asked for. Times are Unix milliseconds. */
export interface UsageFigures {
  readonly measures: readonly UsageMeasure[];
  readonly dimensions: readonly UsageDimension[];
  /** Spans of time that each series is cut into; `null` is none. */
  readonly bucket: TimeBucket | null;
  /** Half-open: `from` is included, `to` is not. */
  readonly from: number;
  readonly to: number;
  /** In which days and months are cut; `null` is the organization's own, or UTC over all organizations. */
  readonly zone: string | null;
  readonly filters: UsageFilters;
}

export type UsageFilters = Readonly<Partial<Record<Exclude<UsageDimension, 'organization'>, string>>>;

/** An organization whose figures are asked for. */
export interface UsageOwner {
  readonly id: string;
  readonly timeZone: string;
}

/** Reads figures of usage from rollups. Implementations differ in speed, never in their answers. */
export interface UsageAnalytics {
  /**
   * @param owner whose figures; `null` is all organizations together, for the operator.
   * @throws UsageFiguresError when no rollup holds what is asked for.
   */
  read(owner: UsageOwner | null, figures: UsageFigures): Promise<UsageAnswer>;
}

/** The figures cannot be had in this combination. The message is for whoever asked. */
export class UsageFiguresError extends Error {
  override readonly name = 'UsageFiguresError';

  constructor(
    /** The part of the question that has to change. */
    readonly field: 'measure' | 'by' | 'from' | 'to' | 'zone' | keyof UsageFilters,
    message: string,
  ) {
    super(message);
  }
}

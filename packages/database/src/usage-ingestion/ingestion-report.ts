/** What one batch of ingestion did. */
export interface IngestionReport {
  /** Taken out of the inbox. */
  readonly claimed: number;
  /** Booked for the first time. */
  readonly booked: number;
  /** Had been booked before, and count nothing. */
  readonly duplicates: number;
  readonly quarantined: number;
  /** Booked with a quantity that has no price: to be rated later. */
  readonly unpriced: number;
  /** Requests whose captured cost is not what was booked. An alarm: gateway and worker disagree about money. */
  readonly ratingMismatches: readonly RatingMismatch[];
}

export interface RatingMismatch {
  readonly requestId: string;
  /** Decimal USD. */
  readonly captured: string;
  readonly booked: string;
}

export const NOTHING_INGESTED: IngestionReport = {
  claimed: 0,
  booked: 0,
  duplicates: 0,
  quarantined: 0,
  unpriced: 0,
  ratingMismatches: [],
};

export function addReports(a: IngestionReport, b: IngestionReport): IngestionReport {
  return {
    claimed: a.claimed + b.claimed,
    booked: a.booked + b.booked,
    duplicates: a.duplicates + b.duplicates,
    quarantined: a.quarantined + b.quarantined,
    unpriced: a.unpriced + b.unpriced,
    ratingMismatches: [...a.ratingMismatches, ...b.ratingMismatches],
  };
}

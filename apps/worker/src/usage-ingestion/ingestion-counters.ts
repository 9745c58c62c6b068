import { Injectable } from '@nestjs/common';
import type { IngestionReport } from '@tollgate/database';
import { HotCounter, Metrics } from '@tollgate/telemetry';

/** What ingestion has done since this process started. */
@Injectable()
export class IngestionCounters {
  private readonly byResult: Readonly<Record<'booked' | 'duplicate' | 'quarantined', HotCounter>>;
  private readonly unpriced: HotCounter;
  private readonly ratingMismatches: HotCounter;

  constructor(metrics: Metrics) {
    const events = metrics.counter({
      name: 'tollgate_usage_events_total',
      help: 'Usage events taken out of the inbox, by what became of them.',
      labelNames: ['result'],
    });
    this.byResult = {
      booked: events({ result: 'booked' }),
      duplicate: events({ result: 'duplicate' }),
      quarantined: events({ result: 'quarantined' }),
    };
    this.unpriced = metrics.counter({
      name: 'tollgate_usage_events_unpriced_total',
      help: 'Usage events booked with a quantity that has no price.',
    })();
    this.ratingMismatches = metrics.counter({
      name: 'tollgate_rating_mismatches_total',
      help: 'Requests whose captured cost differs from the booked one. Should be 0.',
    })();
  }

  count(report: IngestionReport): void {
    this.byResult.booked.value += report.booked;
    this.byResult.duplicate.value += report.duplicates;
    this.byResult.quarantined.value += report.quarantined;
    this.unpriced.value += report.unpriced;
    this.ratingMismatches.value += report.ratingMismatches.length;
  }
}

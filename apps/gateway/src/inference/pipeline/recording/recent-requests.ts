/**
 * The latest usage events as this gateway wrote them, so that `GET /v1/requests/{id}` answers at once, before the
 * worker has rated them. Bounded; the oldest are forgotten.
 */
const MAX_REQUESTS = 8_192;

interface RecentRequest {
  readonly organizationId: string;
  /** A `UsageEvent` as JSON, or an `Intent` while the request runs. */
  readonly record: string;
}

export class RecentRequests {
  private readonly records = new Map<string, RecentRequest>();

  put(requestUuid: string, organizationId: string, record: string): void {
    this.records.delete(requestUuid);
    if (this.records.size >= MAX_REQUESTS) {
      const oldest = this.records.keys().next();
      if (oldest.done !== true) this.records.delete(oldest.value);
    }
    this.records.set(requestUuid, { organizationId, record });
  }

  /** The record, if it belongs to the organization. */
  find(requestUuid: string, organizationId: string): string | null {
    const found = this.records.get(requestUuid);
    return found?.organizationId === organizationId ? found.record : null;
  }
}

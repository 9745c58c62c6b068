/**
 * The latest usage events as this gateway wrote them, so that `GET /v1/requests/{id}` answers at once, before the
 * worker has rated them. Bounded by two generations: when the younger is full, it becomes the elder, which costs a
 * request one insertion and never a deletion.
 */
const REQUESTS_PER_GENERATION = 4_096;

interface RecentRequest {
  readonly organizationId: string;
  /** A `UsageEvent` as JSON. */
  readonly record: string;
}

export class RecentRequests {
  private younger = new Map<string, RecentRequest>();
  private elder = new Map<string, RecentRequest>();

  put(requestUuid: string, organizationId: string, record: string): void {
    if (this.younger.size >= REQUESTS_PER_GENERATION) {
      this.elder = this.younger;
      this.younger = new Map();
    }
    this.younger.set(requestUuid, { organizationId, record });
  }

  /** The record, if it belongs to the organization. */
  find(requestUuid: string, organizationId: string): string | null {
    const found = this.younger.get(requestUuid) ?? this.elder.get(requestUuid);
    return found?.organizationId === organizationId ? found.record : null;
  }
}

/**
 * The latest usage events as this gateway wrote them, so that `GET /v1/requests/{id}` answers at once, before the
 * worker has rated them. A ring: every request puts one in, which costs next to nothing, and few are ever looked for.
 */
const MAX_REQUESTS = 8_192;

interface RecentRequest {
  readonly requestUuid: string;
  readonly organizationId: string;
  /** A `UsageEvent` as JSON. */
  readonly record: string;
}

export class RecentRequests {
  private readonly ring: (RecentRequest | undefined)[] = new Array<RecentRequest | undefined>(MAX_REQUESTS);
  private next = 0;

  put(requestUuid: string, organizationId: string, record: string): void {
    this.ring[this.next] = { requestUuid, organizationId, record };
    this.next = (this.next + 1) % MAX_REQUESTS;
  }

  /** The record, if it belongs to the organization. */
  find(requestUuid: string, organizationId: string): string | null {
    const found = this.ring.find((recent) => recent?.requestUuid === requestUuid);
    return found?.organizationId === organizationId ? found.record : null;
  }
}

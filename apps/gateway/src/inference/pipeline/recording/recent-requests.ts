/**
 * The latest usage events as this gateway wrote them, so that `GET /v1/requests/{id}` answers at once, before the
 * worker has rated them. Every request puts one in and few are ever looked for, so they lie as bytes in one ring: texts
 * that are kept would each be moved to the old generation of the heap, and the collector would have to follow.
 */
const MAX_REQUESTS = 8_192;
const RING_BYTES = 16 * 1024 * 1024;
/** A UTF-16 unit is three bytes of UTF-8 at most. */
const BYTES_PER_UNIT = 3;

export class RecentRequests {
  private readonly bytes = Buffer.allocUnsafeSlow(RING_BYTES);
  private readonly requestUuids = new Array<string>(MAX_REQUESTS).fill('');
  private readonly organizationIds = new Array<string>(MAX_REQUESTS).fill('');
  /** Bytes ever written, before and behind each record: the ring still holds it when no more than its length followed. */
  private readonly starts = new Float64Array(MAX_REQUESTS);
  private readonly lengths = new Uint32Array(MAX_REQUESTS);
  private written = 0;
  private next = 0;

  /** @param record a `UsageEvent` as JSON */
  put(requestUuid: string, organizationId: string, record: string): void {
    const bound = record.length * BYTES_PER_UNIT;
    if (bound > RING_BYTES) return;
    const at = this.written % RING_BYTES;
    // a record lies in one piece: what is left at the end of the ring stays unused
    if (at + bound > RING_BYTES) this.written += RING_BYTES - at;
    const length = this.bytes.write(record, this.written % RING_BYTES);
    const slot = this.next;
    this.requestUuids[slot] = requestUuid;
    this.organizationIds[slot] = organizationId;
    this.starts[slot] = this.written;
    this.lengths[slot] = length;
    this.written += length;
    this.next = (slot + 1) % MAX_REQUESTS;
  }

  /** The record, if it is still known and belongs to the organization. */
  find(requestUuid: string, organizationId: string): string | null {
    const slot = this.requestUuids.indexOf(requestUuid);
    if (slot < 0 || this.organizationIds[slot] !== organizationId) return null;
    const start = this.starts[slot] as number;
    if (this.written - start > RING_BYTES) return null;
    const from = start % RING_BYTES;
    return this.bytes.toString('utf8', from, from + (this.lengths[slot] as number));
  }
}

import type pg from 'pg';

import { arrayLiteral } from '../columnar-insert.js';
import { usageLane } from './usage-lanes.js';

/** An event on its way from a gateway's journal to the worker. */
export interface InboxEvent {
  readonly organizationId: string;
  readonly requestId: string;
  readonly part: number;
  readonly revision: number;
  /** The event's JSON in UTF-8, byte for byte as the journal holds it. */
  readonly payload: Buffer;
}

/**
 * Payloads travel as one text, a line each, in the bytes that they are: JSON has no line breaks of its own, while an
 * array literal would have to be decoded and escape every quote, which cost most of the forwarder's time.
 */
const GIVEN = `ROWS FROM (
    unnest($1::smallint[]), unnest($2::uuid[]), unnest($3::smallint[]), unnest($4::smallint[]),
    string_to_table($5::text, E'\\n')
  ) AS given(lane, request_id, part, revision, payload)`;

const INSERT = `INSERT INTO usage_inbox (lane, request_id, part, revision, payload)
  SELECT lane, request_id, part, revision, payload FROM ${GIVEN}
  ON CONFLICT DO NOTHING`;

/** As its key stands in no text of a payload: quotes within texts are escaped. */
const isEstimate = (payload: string): string => `position('"outcome":"gateway_crashed"' IN ${payload}) > 0`;

/** An estimate that waits makes room for the truth. */
const INSERT_TRUTHS = `INSERT INTO usage_inbox AS waiting (lane, request_id, part, revision, payload)
  SELECT DISTINCT ON (request_id, part, revision) lane, request_id, part, revision, payload FROM ${GIVEN}
  ORDER BY request_id, part, revision, ${isEstimate('payload')}
  ON CONFLICT (request_id, part, revision) DO UPDATE SET payload = excluded.payload
  WHERE ${isEstimate('waiting.payload')} AND NOT ${isEstimate('excluded.payload')}`;

const LINE_BREAK = 10;
const SPACE = 32;
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

/**
 * Memory for the lines of one statement, used again for the next: see {@link insertUsageInbox}. While a statement is
 * under way it belongs to that one alone, because the bytes are read only once a connection is there.
 */
export class InboxLines {
  private memory = Buffer.alloc(0);
  private inUse = false;

  /** @throws Error when another statement has the memory */
  async during<T>(events: readonly InboxEvent[], send: (lines: Buffer) => Promise<T>): Promise<T> {
    if (this.inUse) throw new Error('the memory of these lines is in use by another statement');
    this.inUse = true;
    try {
      return await send(this.write(events));
    } finally {
      this.inUse = false;
    }
  }

  /** One payload a line. A line break inside of JSON is a space between its tokens. */
  private write(events: readonly InboxEvent[]): Buffer {
    const needed = events.reduce((sum, { payload }) => sum + payload.length + 1, 0);
    if (needed > this.memory.length || this.memory.length > MAX_KEPT_BYTES) {
      this.memory = Buffer.allocUnsafeSlow(needed + (needed >> 1));
    }
    let at = 0;
    for (const { payload } of events) {
      const from = at;
      at += payload.copy(this.memory, at);
      if (payload.includes(LINE_BREAK)) {
        for (let i = from; i < at; i++) if (this.memory[i] === LINE_BREAK) this.memory[i] = SPACE;
      }
      this.memory[at++] = LINE_BREAK;
    }
    return this.memory.subarray(0, at - 1);
  }
}

/**
 * Stores events for the worker, in one statement. Sending the same ones again changes nothing; sending the truth of which
 * an estimate waits puts it in the estimate's place.
 * @param lines memory that is used again; whoever gives it waits for one call before the next
 * @throws Error when the memory is still in use
 */
export async function insertUsageInbox(
  pool: pg.Pool,
  events: readonly InboxEvent[],
  lines = new InboxLines(),
): Promise<void> {
  if (events.length === 0) return;
  const keys = [
    arrayLiteral(lanesOf(events)),
    `{${events.map(({ requestId }) => requestId).join(',')}}`,
    arrayLiteral(events.map(({ part }) => part)),
    arrayLiteral(events.map(({ revision }) => revision)),
  ];
  await lines.during(events, async (payloads) => {
    const values = [...keys, payloads];
    const { rowCount } = await pool.query({ name: 'insert_usage_inbox', text: INSERT, values });
    if (rowCount !== events.length) await pool.query(INSERT_TRUTHS, values);
  });
}

/** A batch has few organizations, and hashing the name of one costs more than looking it up. */
function lanesOf(events: readonly InboxEvent[]): number[] {
  const lanes = new Map<string, number>();
  return events.map(({ organizationId }) => {
    let lane = lanes.get(organizationId);
    if (lane === undefined) lanes.set(organizationId, (lane = usageLane(organizationId)));
    return lane;
  });
}
